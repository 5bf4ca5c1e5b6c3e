package store

import (
	"testing"

	"github.com/yagura-project/yagura/event"
)

func TestRowsOfAFlowCountTheirOwnBytes(t *testing.T) {
	f := newFlows()
	row := func(class event.Class, activity event.NetworkActivityID, domain string, orig, resp int64) Row {
		r := Row{Class: int32(class), Activity: int32(activity), FlowID: 7, Domain: domain, OrigBytes: orig, RespBytes: resp}
		f.follow(&r)
		return r
	}
	for i, c := range []struct {
		got            Row
		sent, received int64
		domain         string
	}{
		{row(event.ClassNetworkActivity, event.FlowTraffic, "", 100, 10), 0, 0, ""}, // the name may come yet
		{row(event.ClassHTTPActivity, 0, "a.example", 0, 0), 0, 0, "a.example"},
		{row(event.ClassHTTPActivity, 0, "b.example", 0, 0), 0, 0, "b.example"},
		{row(event.ClassNetworkActivity, event.FlowTraffic, "", 250, 10), 250, 10, "a.example"},
		{row(event.ClassNetworkActivity, event.FlowClose, "", 300, 90), 50, 80, "a.example"},
		{row(event.ClassNetworkActivity, event.FlowClose, "", 5, 6), 5, 6, ""}, // another flow of another run
	} {
		if c.got.Sent != c.sent || c.got.Received != c.received || c.got.Domain != c.domain {
			t.Errorf("%d: %d %d %q", i, c.got.Sent, c.got.Received, c.got.Domain)
		}
	}
	if len(f.open) != 0 {
		t.Errorf("%d flows are remembered after their end", len(f.open))
	}
}

func TestRememberedFlowsAreBounded(t *testing.T) {
	f := newFlows()
	for id := range uint64(maxFlows + 100) {
		f.follow(&Row{Class: int32(event.ClassNetworkActivity), Activity: int32(event.FlowTraffic), FlowID: id})
	}
	if len(f.open) != maxFlows || f.forgotten != 100 {
		t.Errorf("%d flows, %d forgotten", len(f.open), f.forgotten)
	}
}
