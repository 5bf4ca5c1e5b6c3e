package town_test

import (
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// owners says who has an address now.
type owners struct {
	all []*stage.Machine
	by  map[netip.Addr]*stage.Machine
}

func (o *owners) of(ip netip.Addr) *stage.Machine {
	if m := o.by[ip]; m != nil && m.IP == ip {
		return m
	}
	o.by = map[netip.Addr]*stage.Machine{}
	for _, m := range o.all {
		if m.Net.NAT == nil {
			o.by[m.IP] = m
		}
	}
	return o.by[ip]
}

// naming counts how often the machine of an address was named.
type naming struct{ asked, right, doubted, silent, noName int }

func (n *naming) hold(d event.Device, m *stage.Machine) {
	n.asked++
	switch {
	case d.Hostname == m.Name, d.Hostname == "" && d.MAC == m.MAC:
		n.right++
		if d.Hostname == "" {
			n.noName++
		}
	case d.Confidence < event.Sure:
		n.doubted++
	default:
		n.silent++
	}
}

// asker puts the question of each event to the inventory: who sent this?
type asker struct {
	v      *asset.Inventory
	who    *owners
	inner  map[uint64]*stage.Machine // flow before translation → who opened it
	outers map[netip.Addr]*stage.NAT
	proxy  *stage.Machine

	plain, translated, hidden, proxied naming
}

func newAsker(t *testing.T, tw *town.Town) *asker {
	cfg := asset.DefaultConfig()
	cfg.Home = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	v, err := asset.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	a := &asker{v: v, who: &owners{all: tw.Machines}, inner: map[uint64]*stage.Machine{}, outers: map[netip.Addr]*stage.NAT{}, proxy: tw.Servers["proxy"]}
	for _, n := range tw.Nets {
		if n.NAT != nil {
			a.outers[n.NAT.Outer] = n.NAT
		}
	}
	return a
}

// behind is the bit that the town sets in the number of a flow after translation.
const behind = 1 << 62

func (a *asker) see(e event.Event, all bool) {
	a.v.Observe(e)
	c := e.Tuple()
	if !c.Src.IP.IsValid() {
		return
	}
	m := a.who.of(c.Src.IP)
	if nat := a.outers[c.Src.IP]; nat != nil {
		a.translation(e, nat)
		return
	}
	if c.FlowID != 0 && m == nil {
		for _, x := range a.who.all {
			if x.IP == c.Src.IP && x.Net.NAT != nil {
				a.inner[c.FlowID] = x
			}
		}
	}
	if h, ok := e.(*event.HTTPActivity); ok && m == a.proxy && h.XFF != "" {
		if client := a.who.of(netip.MustParseAddr(h.XFF)); client != nil {
			a.proxied.hold(a.ask(e, h.Host), client)
		}
	}
	if m != nil && !m.Server && all {
		a.plain.hold(a.ask(e, ""), m)
	}
}

// translation asks at the end of a conversation, when detectors do.
func (a *asker) translation(e event.Event, nat *stage.NAT) {
	n, ok := e.(*event.NetworkActivity)
	if !ok || !n.Activity.Ended() || n.Resp.Payload == 0 {
		return
	}
	if m := a.inner[n.FlowID&^behind]; nat.Both && m != nil {
		a.translated.hold(a.ask(e, ""), m)
	} else if !nat.Both {
		a.hidden.hold(a.ask(e, ""), &stage.Machine{Name: "nobody can know"})
	}
}

func (a *asker) ask(e event.Event, name string) event.Device {
	c, at := e.Tuple(), e.Head().Time
	return a.v.Endpoint(&event.Finding{Header: event.Header{Time: at}, Device: event.Device{IP: c.Src.IP},
		Evidence: []event.Evidence{{Time: at, Src: c.Src, Dst: c.Dst, Name: name}}})
}

// The machine behind an address is named at every moment of a town's days: after changed leases, on branch lines, behind
// the proxy, and behind translation where both sides are seen. Where it is not, the device says that it is unsure.
func TestMachinesAreNamed(t *testing.T) {
	tw := town.New(town.Options{Seed: 7, PCs: 400, Days: 2, Quiet: true})
	a := newAsker(t, tw)
	events := 0
	tw.Play(func(e event.Event) {
		events++
		a.see(e, events%40 == 0)
	})
	for name, n := range map[string]naming{"on the segments and branch lines": a.plain, "behind translation, both legs": a.translated, "behind the proxy": a.proxied} {
		t.Logf("%s: %d asked, %d named, %d said to be unsure, %d wrong without a word", name, n.asked, n.right, n.doubted, n.silent)
		if n.asked < 500 || n.right*100 < n.asked*99 {
			t.Errorf("%s: %d of %d are named: less than 99 %%", name, n.right, n.asked)
		}
		if n.silent*1000 > n.asked {
			t.Errorf("%s: %d of %d are wrong without a word", name, n.silent, n.asked)
		}
	}
	t.Logf("behind translation, outer leg alone: %d asked, %d said to be unsure, %d named without a word", a.hidden.asked, a.hidden.doubted, a.hidden.silent)
	if a.hidden.asked < 100 || a.hidden.silent > 0 {
		t.Errorf("%d of %d that nobody can know are told as sure", a.hidden.silent, a.hidden.asked)
	}
}
