package eve_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// TestSourceOfPackets: each record tells where its packet came from, but those of flows, which are of none.
func TestSourceOfPackets(t *testing.T) {
	h := head
	var got []any
	for h.Source = event.FromWire; h.Source <= event.FromL2TP; h.Source++ {
		got = append(got, encode(t, eve.Options{}, &event.HTTPActivity{Header: h, Conn: conn, Method: "GET"})[0]["pkt_src"])
	}
	want := []any{"wire/pcap", "Defrag", "stream (flow timeout)", "gre tunnel", "ipv4 tunnel", "ipv6 tunnel", "vxlan encapsulation", "geneve encapsulation", "teredo tunnel", "l2tp tunnel"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if l := encode(t, eve.Options{}, &event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose})[0]; l["pkt_src"] != nil {
		t.Errorf("of a flow: %v", l["pkt_src"])
	}
}
