package eve_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/wire"
)

// odd gives the anomaly objects that a watched transaction and a watched packet make.
func odd(t *testing.T, kinds eve.Oddities) (out []any) {
	t.Helper()
	enc := eve.NewEncoder(eve.Options{})
	w := eve.Watch(nil, kinds, func(e event.Event) {
		for _, l := range decode(t, enc.Event(nil, e)) {
			out = append(out, l["anomaly"])
		}
	})
	f := &wire.Flow{ID: 1, Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"), Proto: 6, App: "http"}
	tx := &wire.Tx{ID: 3}
	tx.Event(wire.Orig, "http.request_line_missing_protocol")
	w.Tx(f, tx)
	tx.PutString(wire.FileName, wire.Orig, "x")
	tx.Event(wire.Resp, "dns.malformed_data")
	w.Tx(f, tx) // only what is new
	w.Packet(&wire.Packet{Events: []wire.Event{"ipv4.trunc_pkt", "stream.3whs_wrong_seq_wrong_ack"}}, nil, wire.Orig, 0, 1, false)
	return out
}

func TestAnomaliesAreToldOnceByTheirKind(t *testing.T) {
	app := []any{
		map[string]any{"app_proto": "http", "type": "applayer", "event": "REQUEST_LINE_MISSING_PROTOCOL", "layer": "proto_parser"},
		map[string]any{"app_proto": "http", "type": "applayer", "event": "malformed_data", "layer": "proto_parser"},
	}
	packet := map[string]any{"type": "decode", "event": "decoder.ipv4.trunc_pkt"}
	stream := map[string]any{"type": "stream", "event": "stream.3whs_wrong_seq_wrong_ack"}
	for _, c := range []struct {
		kinds eve.Oddities
		want  []any
	}{
		{eve.Oddities{}, nil},
		{eve.Oddities{Applayer: true}, app},
		{eve.Oddities{Decode: true}, []any{packet}},
		{eve.Oddities{Applayer: true, Stream: true}, append(app[:2:2], stream)},
	} {
		if d := cmp.Diff(c.want, odd(t, c.kinds)); d != "" {
			t.Errorf("%+v: %s", c.kinds, d)
		}
	}
}

func TestAFloodOfAnomaliesIsBounded(t *testing.T) {
	n := 0
	w := eve.Watch(nil, eve.Oddities{Decode: true}, func(event.Event) { n++ })
	for i := range 5000 {
		w.Packet(&wire.Packet{Events: []wire.Event{"ipv4.trunc_pkt"}}, nil, wire.Orig, int64(i), 1, false)
	}
	if n != 1000 {
		t.Errorf("%d told of 5000 within a second", n)
	}
}

// TestAnomalyOfICMP holds that type and code are those of the packet.
func TestAnomalyOfICMP(t *testing.T) {
	enc := eve.NewEncoder(eve.Options{})
	var got map[string]any
	w := eve.Watch(nil, eve.Oddities{Decode: true}, func(e event.Event) {
		for _, l := range decode(t, enc.Event(nil, e)) {
			got = map[string]any{"icmp_type": l["icmp_type"], "icmp_code": l["icmp_code"]}
		}
	})
	w.Packet(&wire.Packet{Kind: wire.ICMP, Proto: event.ProtoICMP, Type: 99, Code: 4, L3: []byte{0x45}, Events: []wire.Event{"icmpv4.unknown_type"}}, nil, wire.Orig, 0, 1, false)
	if d := cmp.Diff(map[string]any{"icmp_type": 99., "icmp_code": 4.}, got); d != "" {
		t.Error(d)
	}
}
