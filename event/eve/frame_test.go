package eve_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/wire"
)

func TestFramesAreToldOnceAndWhenTheyEnd(t *testing.T) {
	var out []any
	enc := eve.NewEncoder(eve.Options{Types: 1 << eve.Frame})
	w := eve.Watch(nil, eve.Oddities{Frames: true}, func(e event.Event) {
		for _, l := range decode(t, enc.Event(nil, e)) {
			out = append(out, []any{l["src_port"], l["app_proto"], l["frame"]})
		}
	})
	if !w.Wants(wire.FrameSMTPData) || w.Wants(wire.SMTPHelo) {
		t.Error("frames alone are wanted")
	}
	f := &wire.Flow{ID: 1, Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"), SrcPort: 4000, DstPort: 25, Proto: 6, App: "smtp"}
	tx := &wire.Tx{ID: 3}
	i := tx.Begin(wire.FrameSMTPData, wire.Orig)
	tx.Mark(2, 100)
	tx.Grow(i, []byte("From: a\r\n\x00"), 100)
	w.Tx(f, tx) // it grows
	tx.PutString(wire.SMTPHelo, wire.Orig, "a")
	tx.End(i)
	w.Tx(f, tx)
	alone := &wire.Tx{ID: 3, Apart: true}
	alone.PutString(wire.FrameSMTPResponse, wire.Resp, "250 Ok\r\n")
	w.Tx(f, alone)
	w.Tx(f, alone)
	want := []any{
		[]any{4000.0, "smtp", map[string]any{"type": "data", "id": 2.0, "direction": "toserver", "stream_offset": 100.0, "length": 10.0, "complete": true,
			"payload": "RnJvbTogYQ0KAA==", "payload_printable": "From: a\r\n.", "tx_id": 3.0}},
		[]any{25.0, "smtp", map[string]any{"type": "response_line", "direction": "toclient", "length": 8.0, "complete": true,
			"payload": "MjUwIE9rDQo=", "payload_printable": "250 Ok\r\n"}},
	}
	if d := cmp.Diff(want, out); d != "" {
		t.Error(d)
	}
}
