package main

import (
	"net/netip"
	"strings"
	"testing"
)

func TestHome(t *testing.T) {
	h, err := newHome([]string{"192.0.2.0/24", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]bool{"192.0.2.7": true, "::ffff:192.0.2.7": true, "10.0.0.1": false, "2001:db8::1": true, "fe80::1": true, "169.254.1.1": false} {
		if got := h.Contains(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s inside: %v, want %v", s, got, want)
		}
	}
	if _, err := newHome([]string{"10.0.0.0/8", "1.2.3.4"}); err == nil || !strings.HasPrefix(err.Error(), "home[1]: ") {
		t.Errorf("error: %v", err)
	}
}
