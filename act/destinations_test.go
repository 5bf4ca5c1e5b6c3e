package act_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

func TestCuttableSparesWhatManyShare(t *testing.T) {
	dns := netip.MustParseAddr("203.0.113.53")
	protects := func(nets []netip.Prefix, _ event.MAC, host string, _ []string) (event.Text, bool) {
		return event.Text{}, host == "www.town.example.jp" || slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(dns) })
	}
	x := act.Target{Destinations: []string{"Evil.Example.com.", "203.0.113.9", "2001:db8::9", "evil.example.com", "::ffff:203.0.113.9",
		"jp", "co.jp", "github.io", "localhost", "10.1.2.3", "127.0.0.1", "224.0.0.1", "203.0.113.53", "www.town.example.jp", "a..b", "x y.com", ""}}
	addrs, names, spared := act.Cuttable(x, protects)
	if d := cmp.Diff("[203.0.113.9 2001:db8::9] [evil.example.com]", fmt.Sprint(addrs, names)); d != "" {
		t.Error(d)
	}
	if len(spared) != 12 {
		t.Errorf("spared: %q", spared)
	}
	many := act.Target{}
	for i := range 100 {
		many.Destinations = append(many.Destinations, fmt.Sprintf("c%d.example.com", i))
	}
	if _, names, spared := act.Cuttable(many, nil); len(names) != act.MaxDestinations || len(spared) != 100-act.MaxDestinations {
		t.Error(len(names), len(spared))
	}
}
