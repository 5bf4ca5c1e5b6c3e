package decide

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// Whatever stands on the list, the ranges of a segment never cover it, and cover everything else.
func TestCarvedRangesNeverCoverWhatIsProtected(t *testing.T) {
	wide := netip.MustParsePrefix("10.1.0.0/24")
	rapid.Check(t, func(t *rapid.T) {
		var entries []NeverEntry
		for range rapid.IntRange(0, 6).Draw(t, "entries") {
			a := netip.AddrFrom4([4]byte{10, 1, 0, rapid.Byte().Draw(t, "addr")})
			entries = append(entries, NeverEntry{CIDR: netip.PrefixFrom(a, rapid.IntRange(24, 32).Draw(t, "bits")).String(), Reason: "x"})
		}
		n, errs := newNever(entries, nil)
		if errs != nil {
			t.Fatal(errs)
		}
		out := n.carve([]netip.Prefix{wide}, nil)
		for _, p := range out {
			if _, hit := n.Protected([]netip.Prefix{p}, event.MAC{}, "", nil); hit {
				t.Fatalf("%s touches %v", p, entries)
			}
		}
		for i := range 256 {
			a := netip.AddrFrom4([4]byte{10, 1, 0, byte(i)})
			_, guarded := n.Protected([]netip.Prefix{cidr.Single(a)}, event.MAC{}, "", nil)
			covered := slices.ContainsFunc(out, func(p netip.Prefix) bool { return p.Contains(a) })
			if covered == guarded {
				t.Fatalf("%s: guarded %v, covered %v by %v", a, guarded, covered, out)
			}
		}
	})
}

func zone() Segment {
	s := Segment{Kind: "zone", Name: "internet", Nets: []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("2001:db8::/64")}}
	for n := 1; n <= 4; n++ {
		s.Devices = append(s.Devices, pc(n))
	}
	s.Devices[0].Roles, s.Devices[1].Department, s.Devices[2].Department = []string{"dns"}, "税務課", "税務課"
	return s
}

// A segment never goes by one person's word; what may never be cut stays connected; a restart in between loses nothing.
func TestASegmentTakesTwoPeople(t *testing.T) {
	clock = saturday
	ctx := context.Background()
	m := newMemory()
	r := open(t, m, nil)
	o, err := r.IsolateSegment(ctx, "sato", zone(), 0, "ランサムウェアが広がっています")
	if err != nil || o.State != event.OrderAwaitingApproval || r.hands.kicks != 0 {
		t.Fatalf("%s %v", o.State, err)
	}
	dns := pc(1)
	for _, p := range o.Nets {
		if p.Contains(dns.IP) || p.Contains(dns.IPs[0]) {
			t.Errorf("%s covers the name server", p)
		}
	}
	if slices.Contains(o.IPs, dns.IP) || !slices.Contains(o.IPs, pc(2).IP) || !o.MAC.IsZero() {
		t.Errorf("%v %v", o.IPs, o.MAC)
	}
	var no *Refusal
	if _, err := r.IsolateSegment(ctx, "suzuki", zone(), 0, "私も"); !errors.As(err, &no) || no.Guard != "double" {
		t.Errorf("twice: %v", err)
	}
	r = open(t, m, nil)
	if _, err := r.Approve(ctx, "sato", o.UID, ""); !errors.As(err, &no) || no.Guard != "two_people" {
		t.Errorf("the same person: %v", err)
	}
	if o, err = r.Approve(ctx, "suzuki", o.UID, ""); err != nil || o.State != event.OrderApproved || len(o.Nets) == 0 || r.hands.kicks != 1 {
		t.Errorf("%s %v", o.State, err)
	}
	if d := r.consider(t, casefile(3, 9)); d.Order != nil {
		t.Error("a machine of a segment that is cut off got an order of its own")
	}
	all := zone()
	for i := range all.Devices {
		all.Devices[i].Roles = []string{"dc"}
	}
	all.Name, all.Nets = "servers", nil
	if _, err := r.IsolateSegment(ctx, "sato", all, 0, "x"); !errors.As(err, &no) || no.Guard != "address" {
		t.Errorf("nothing of it may be cut: %v", err)
	}
}

func TestPreviewOfASegmentNamesWhoAndWhatStops(t *testing.T) {
	clock = saturday
	m := newMemory()
	r := open(t, m, nil)
	server := netip.MustParseAddr("10.9.0.5")
	talks := []event.Talk{
		{From: "internet", To: "lgwan", Src: pc(2).IP, Dst: server, Proto: "tcp", Port: 443, Days: 20},
		{From: "internet", To: "lgwan", Src: pc(3).IP, Dst: server, Proto: "tcp", Port: 443, Days: 3},
		{From: "lgwan", To: "internet", Src: server, Dst: pc(1).IP, Proto: "udp", Port: 53, Days: 30},
		{From: "lgwan", To: "school", Src: server, Dst: netip.MustParseAddr("10.8.0.1"), Proto: "tcp", Port: 80, Days: 30},
	}
	p, err := r.PreviewSegment(context.Background(), zone(), talks, 0)
	if err != nil || !p.Allowed || p.Machines != 3 || len(p.Kept) != 1 || len(m.orders) != 0 {
		t.Fatalf("%+v %v", p, err)
	}
	if p.Offices[0] != (Office{"税務課", 2}) {
		t.Errorf("%v", p.Offices)
	}
	if len(p.Services) != 2 || p.Services[0].Clients != 2 || p.Services[0].Inside || p.Services[0].Days != 20 || !p.Services[1].Inside {
		t.Errorf("%+v", p.Services)
	}
}

// Many machines of a zone at once are one proposal; when a person has denied it, it is about single machines again.
func TestAnOutbreakIsOneProposal(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), func(c *Config) { c.Outbreak.Machines, c.Caps.PerHour = 5, 3 })
	r.Segment = func(kind, name string) (Segment, error) {
		if kind+name != "zoneinternet" {
			return Segment{}, fmt.Errorf("%s %s: %w", kind, name, event.ErrNotFound)
		}
		return zone(), nil
	}
	var whole *event.Order
	for n := 10; n < 30; n++ {
		d := r.consider(t, casefile(n, 9))
		switch {
		case n < 14 && (d.Order == nil || d.Order.Segment != ""), n == 14 && (d.Order == nil || d.Order.Segment != "zone internet"), n > 14 && (d.Order != nil || d.Outbreak != whole.UID):
			t.Fatalf("machine %d: %+v", n-9, d)
		case n == 14:
			whole = d.Order
		}
	}
	if whole.State != event.OrderAwaitingApproval || len(r.ledger.orders) != 5 {
		t.Errorf("%s, %d orders", whole.State, len(r.ledger.orders))
	}
	if _, err := r.Deny(context.Background(), "sato", whole.UID, "訓練でした"); err != nil {
		t.Fatal(err)
	}
	if d := r.consider(t, casefile(40, 9)); d.Order == nil || d.Order.Segment != "" {
		t.Errorf("after the denial: %+v", d)
	}
}
