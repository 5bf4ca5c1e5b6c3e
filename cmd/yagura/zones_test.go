package main

import (
	"net/netip"
	"strings"
	"testing"
)

func TestNetworks(t *testing.T) {
	n, err := newNetworks([]string{"192.0.2.0/24"}, []zoneConfig{{"wide", []string{"198.51.100.0/24"}}, {"narrow", []string{"198.51.100.128/25", "2001:db8::/32"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ip   string
		home bool
		zone string
	}{
		{"192.0.2.7", true, ""}, {"::ffff:192.0.2.7", true, ""}, {"10.0.0.1", false, ""},
		{"198.51.100.1", true, "wide"}, {"198.51.100.200", true, "narrow"}, {"2001:db8::1", true, "narrow"}, {"fe80::1", true, ""},
	} {
		ip := netip.MustParseAddr(c.ip)
		if n.Home(ip) != c.home || n.Zone(ip) != c.zone {
			t.Errorf("%s: home %v zone %q, want %v %q", c.ip, n.Home(ip), n.Zone(ip), c.home, c.zone)
		}
	}
}

func TestNetworksNamesTheField(t *testing.T) {
	if _, err := newNetworks([]string{"10.0.0.0/8", "x"}, nil); err == nil || !strings.HasPrefix(err.Error(), "home[1]: ") {
		t.Errorf("error: %v", err)
	}
	if _, err := newNetworks(nil, []zoneConfig{{"a", []string{"1.2.3.4"}}}); err == nil || !strings.HasPrefix(err.Error(), "zones[0].networks[0]: ") {
		t.Errorf("error: %v", err)
	}
}
