package incident

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// traits are what of a case can bind it to others.
type traits struct {
	reached  map[string][]int // machine key → findings of moving to it
	called   map[string]int   // outside thing, with the detector that saw it → finding
	acted    bool             // the machine itself did something that counts at least medium
	attacked bool             // … or high
}

// servers are roles that everybody talks to: such a machine binds others only when it has attacked itself.
var servers = []string{"dc", "dns", "dhcp", "gateway", "proxy", "wsus", "backup", "scanner", "management", "yagura"}

// ipKey names a machine by its address, where nothing better is known.
func ipKey(ip netip.Addr) string { return "ip:" + ip.Unmap().String() }

// keysOf are the names under which others may have reached a machine.
func keysOf(d *event.Device) []string {
	var out []string
	if d.UID != "" {
		out = append(out, d.UID)
	}
	if d.IP.IsValid() && !slices.Contains(out, ipKey(d.IP)) {
		out = append(out, ipKey(d.IP))
	}
	return out
}

func traitsOf(inc *event.Incident) traits {
	t := traits{reached: map[string][]int{}, called: map[string]int{}}
	for i := range inc.Findings {
		f := &inc.Findings[i]
		if f.Severity < event.Medium || excepted(*f) {
			continue
		}
		if ownAct(f) {
			t.acted = true
			t.attacked = t.attacked || f.Severity >= event.High && f.Advisory.Phase != event.PhaseDiscovery
		}
		if spreads(f) {
			for _, k := range targets(f) {
				t.reached[k] = append(t.reached[k], i)
			}
		}
		if thing := outsideThing(f); thing != "" {
			if _, known := t.called[thing]; !known {
				t.called[thing] = i
			}
		}
	}
	return t
}

// ownAct tells what the machine did from what was done to it.
func ownAct(f *event.Finding) bool {
	return len(f.Evidence) == 0 || slices.ContainsFunc(f.Evidence, func(e event.Evidence) bool {
		return e.Src.IP == f.Device.IP || slices.Contains(f.Device.IPs, e.Src.IP)
	})
}

// spreads tells moving to another machine from looking around.
func spreads(f *event.Finding) bool {
	switch f.Advisory.Phase {
	case event.PhaseLateral, event.PhaseEntry:
		return ownAct(f)
	}
	return f.Advisory.Threat == event.Exploit && ownAct(f)
}

// targets are the machines that a finding names as reached: by what they are where that was known at the time, else by
// address. An address that belonged to a named machine then is not held against whoever has it now.
func targets(f *event.Finding) (out []string) {
	named := map[netip.Addr]bool{}
	for i := range f.Others {
		if o := &f.Others[i]; o.UID != "" {
			out = append(out, o.UID)
			named[o.IP.Unmap()] = !strings.HasPrefix(o.UID, "ip:")
		}
	}
	for _, p := range f.Peers {
		if k := ipKey(p.IP); p.IP.IsValid() && !named[p.IP.Unmap()] && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// outsideThing is a command server or file that two machines can have in common, "" where there is none: a shared
// server or proxy inside says nothing.
func outsideThing(f *event.Finding) string {
	if f.Severity < event.High || f.Subject == "" || f.Advisory.Phase != event.PhaseC2 && !strings.HasPrefix(f.Subject, "sha256:") {
		return ""
	}
	host := strings.TrimPrefix(f.Subject, "ip:")
	if ap, err := netip.ParseAddrPort(host); err == nil {
		host = ap.Addr().String()
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()) {
		return ""
	}
	if len(f.Peers) == 1 && strings.HasPrefix(f.Subject, f.Peers[0].IP.String()) && f.Peers[0].IP.IsPrivate() {
		return ""
	}
	return f.Advisory.ID + "\x00" + f.Subject
}

// bonds are the ways in which a reached b.
func bonds(a, b *event.Incident, ta, tb *traits, within time.Duration) (out []event.Hop) {
	if a.Device.UID == b.Device.UID {
		return nil
	}
	if tb.acted && (tb.attacked || !isServer(&b.Device)) {
		var seen []int
		for _, k := range keysOf(&b.Device) {
			for _, i := range ta.reached[k] {
				if f := &a.Findings[i]; !slices.Contains(seen, i) && near(f, b, within) {
					seen = append(seen, i)
					out = append(out, hop(a, b.Device.UID, f))
				}
			}
		}
	}
	return out
}

// common is what two cases have to do with outside, drawn from the first one that had.
func common(first, b *event.Incident, all map[string]*traits, thing string) []event.Hop {
	if first.UID == b.UID || first.Device.UID == b.Device.UID {
		return nil
	}
	return []event.Hop{same(first, b, all, thing)}
}

func same(from, to *event.Incident, all map[string]*traits, thing string) event.Hop {
	f := &from.Findings[all[from.UID].called[thing]]
	h := hop(from, to.Device.UID, f)
	h.Same, h.What = true, f.Subject
	return h
}

func isServer(d *event.Device) bool { return slices.ContainsFunc(servers, d.HasRole) }

// near says that the machine moved within the time in which cases belong together.
func near(f *event.Finding, b *event.Incident, within time.Duration) bool {
	return f.First.Before(b.Last.Add(within)) && f.Last.Add(within).After(b.First)
}

func hop(a *event.Incident, to string, f *event.Finding) event.Hop {
	at := f.First
	if at.IsZero() {
		at = f.Time
	}
	return event.Hop{From: a.Device.UID, To: to, Time: at, Title: f.Advisory.Title, Detector: f.Advisory.ID, Finding: f.UID, Count: max(f.Count, 1)}
}
