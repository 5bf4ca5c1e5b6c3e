package main

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

func TestHostsOf(t *testing.T) {
	ip := netip.MustParseAddr
	f := event.Finding{Device: event.Device{IP: ip("10.0.0.1"), IPs: []netip.Addr{ip("10.0.0.1"), ip("fd00::1")}}}
	say := func() string {
		var s []string
		for _, h := range hostsOf(&f) {
			s = append(s, h.String())
		}
		slices.Sort(s)
		return strings.Join(s, " ")
	}
	if got := say(); got != "10.0.0.1" {
		t.Errorf("without other sides: %s", got)
	}
	f.Peers = []event.Endpoint{{IP: ip("192.0.2.1")}}
	f.Evidence = []event.Evidence{{Src: event.Endpoint{IP: ip("fd00::1")}, Dst: event.Endpoint{IP: ip("192.0.2.2")}}}
	if got := say(); got != "10.0.0.1 192.0.2.1 192.0.2.2 fd00::1" {
		t.Errorf("with other sides: %s", got)
	}
}
