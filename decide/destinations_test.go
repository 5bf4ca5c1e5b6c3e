package decide

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/yagura-project/yagura/event"
)

func TestTheAttackersServersGoWithTheOrder(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	inc := casefile(1, 10)
	peer := func(s string) []event.Endpoint { return []event.Endpoint{{IP: netip.MustParseAddr(s)}} }
	inc.Findings = []event.Finding{
		{Behaviour: "c2.http", Confidence: 90, Severity: event.High, Peers: peer("203.0.113.66"), Subject: "Update.Example.net."},
		{Behaviour: "c2.http", Confidence: 50, Severity: event.High, Peers: peer("203.0.113.67")},
		{Behaviour: "c2.dns", Confidence: 90, Severity: event.High, Peers: peer("10.1.0.53"), Subject: "10.1.0.53"},
		{Behaviour: "lm.psexec", Confidence: 95, Severity: event.High, Peers: peer("203.0.113.68")},
	}
	o := r.consider(t, inc).Order
	if !slices.Equal(o.Destinations, []string{"203.0.113.66", "update.example.net"}) {
		t.Errorf("%q", o.Destinations)
	}
}
