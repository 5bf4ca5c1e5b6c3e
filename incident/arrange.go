package incident

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// arrange judges the cases of one incident together, makes the oldest lead, and puts those that changed into dirty.
func (m *Manager) arrange(g group, dirty map[string]*event.Incident) {
	lead := g.cases[0]
	base := map[string]int{}
	for _, inc := range g.cases {
		base[inc.UID] = hostSeverity(counted(inc.Findings), nil, m.cfg.HalfLife, inc.Last).severity
	}
	reached := map[string]bool{}
	for _, h := range g.hops {
		if !h.Same {
			reached[h.From], reached[h.To] = true, true
		}
	}
	for i := len(g.cases) - 1; i >= 0; i-- { // the lead comes last: it shows what the others became
		kept := g.cases[i]
		next := clone(kept)
		m.judgeAmong(&next, g.cases, base, reached)
		m.follow(&next, lead)
		if kept == lead {
			m.draw(&next, g)
		}
		m.describe(&next)
		g.cases[i] = &next
		if _, changing := dirty[kept.UID]; changing || differs(kept, &next) {
			dirty[kept.UID] = &next
		}
	}
}

// judgeAmong gives a case the severity that it has beside the others.
func (m *Manager) judgeAmong(next *event.Incident, all []*event.Incident, base map[string]int, reached map[string]bool) {
	var grave, related []string
	var last *event.Incident
	for _, other := range all {
		if other.UID == next.UID || other.Device.UID == next.Device.UID {
			continue
		}
		related = append(related, other.Device.UID)
		if base[other.UID] >= sevHigh && (reached[other.Device.UID] || sure(counted(other.Findings))) {
			grave, last = append(grave, other.Device.Name()), other
		}
	}
	if all[0].UID != next.UID { // the lead names them all
		related = []string{all[0].Device.UID}
	}
	slices.Sort(related)
	before := next.HostSeverity
	v := hostSeverity(counted(next.Findings), grave, m.cfg.HalfLife, next.Last)
	next.HostSeverity, next.Why, next.Related = v.severity, v.why, slices.Compact(related)
	if before > 0 && v.severity > before && last != nil && v.severity > base[next.UID] {
		m.line(next, event.TimelineEntry{Time: later(next.Last, last.Last), Kind: "notice", Ref: last.UID, Text: textRaised(before, v.severity, last.Device.Name())})
	}
}

// follow makes a case part of the incident that lead stands for.
func (m *Manager) follow(next, lead *event.Incident) {
	if next.UID == lead.UID {
		next.Lead, next.LeadNumber = "", ""
		return
	}
	if next.Lead != lead.UID {
		m.line(next, event.TimelineEntry{Time: later(next.Last, lead.Last), Kind: "state", Ref: lead.UID, Who: "yagura", Text: fill(textJoined, lead.Number)})
	}
	next.Lead, next.LeadNumber = lead.UID, lead.Number
	next.Hosts, next.Spread, next.MoreHosts = nil, nil, 0
}

// draw writes down all machines of the incident and who reached whom; what was joined stands in the timeline.
func (m *Manager) draw(next *event.Incident, g group) {
	known := map[string]bool{}
	for _, h := range next.Hosts {
		known[h.Incident] = true
	}
	var closed []event.CaseHost
	for _, h := range next.Hosts { // a machine whose case was closed by itself was part of it all the same
		if inc := m.closed[h.Incident]; h.Incident != "" && inc != nil {
			h.State = inc.State
			closed = append(closed, h)
		}
	}
	next.Hosts, next.Spread, next.MoreHosts = nil, nil, g.more
	hops := g.hops
	own := m.ownKeys()
	for _, inc := range g.cases {
		hops = m.addReached(next, inc, hops, own)
	}
	hops = mergeHops(hops)
	for _, inc := range g.cases {
		next.Hosts = append(next.Hosts, hostOf(inc))
		if inc.UID != next.UID && !known[inc.UID] {
			m.line(next, event.TimelineEntry{Time: later(inc.First, next.First), Kind: "notice", Ref: inc.UID, Text: fill(textTookIn, inc.Number, inc.Device.Name())})
		}
	}
	next.Hosts = append(next.Hosts, closed...)
	if len(next.Hosts) == 1 {
		next.Hosts = nil
		return
	}
	slices.SortStableFunc(next.Hosts, func(a, b event.CaseHost) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Number, b.Number))
	})
	next.Spread = hops[:min(len(hops), maxHops)]
	order(next.Hosts, next.Spread)
	if more := len(next.Hosts) - maxHosts; more > 0 {
		next.MoreHosts += more
		next.Hosts = next.Hosts[:maxHosts]
	}
}

func hostOf(inc *event.Incident) event.CaseHost {
	d := inc.Device
	d.Bindings, d.Conflicts = nil, nil
	return event.CaseHost{Incident: inc.UID, Number: inc.Number, Device: d, Severity: inc.HostSeverity, State: inc.State, First: inc.First}
}

// addReached adds machines that the case moved to and that have no case of their own.
func (m *Manager) addReached(lead, inc *event.Incident, hops []event.Hop, own map[string]bool) []event.Hop {
	t := m.traits[inc.UID]
	for _, key := range sortedKeys(t.reached) {
		if own[key] {
			continue
		}
		for _, i := range t.reached[key] {
			f := &inc.Findings[i]
			if !slices.ContainsFunc(lead.Hosts, func(h event.CaseHost) bool { return h.Device.UID == key }) {
				lead.Hosts = append(lead.Hosts, event.CaseHost{Device: reachedDevice(f, key), First: cmp.Or(f.First, f.Time)})
			}
			hops = append(hops, hop(inc, key, f))
		}
	}
	return hops
}

// ownKeys are those of the machines that have an open case; they are drawn as what they are.
func (m *Manager) ownKeys() map[string]bool {
	own := make(map[string]bool, 4*len(m.open))
	for _, inc := range m.open {
		for _, key := range keysOf(&inc.Device) {
			own[key] = true
		}
	}
	return own
}

func reachedDevice(f *event.Finding, key string) event.Device {
	for _, o := range f.Others {
		if o.UID == key {
			o.Bindings, o.Conflicts = nil, nil
			return o
		}
	}
	for _, p := range f.Peers {
		if ipKey(p.IP) == key {
			return event.Device{UID: key, IP: p.IP.Unmap()}
		}
	}
	return event.Device{UID: key}
}

// mergeHops joins the ways of one kind between the same two machines, oldest first.
func mergeHops(list []event.Hop) (out []event.Hop) {
	at := map[string]int{}
	for _, h := range list {
		k := h.From + "\x00" + h.To + "\x00" + h.Detector + "\x00" + h.What
		i, known := at[k]
		switch {
		case !known:
			at[k] = len(out)
			out = append(out, h)
		case h.Finding == out[i].Finding:
			out[i].Count = max(out[i].Count, h.Count)
		default:
			out[i].Count += h.Count
			if h.Time.Before(out[i].Time) {
				out[i].Time, out[i].Finding = h.Time, h.Finding
			}
		}
	}
	slices.SortStableFunc(out, func(a, b event.Hop) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	return out
}

// order finds patient zero, and how far each machine stands behind it.
func order(hosts []event.CaseHost, hops []event.Hop) {
	reached := map[string]bool{}
	for _, h := range hops {
		if !h.Same {
			reached[h.To] = true
		}
	}
	zero := slices.IndexFunc(hosts, func(h event.CaseHost) bool { return h.Incident != "" && !reached[h.Device.UID] })
	if zero < 0 { // a ring: the first to be struck
		zero = slices.IndexFunc(hosts, func(h event.CaseHost) bool { return h.Incident != "" })
	}
	if zero < 0 {
		return
	}
	hosts[zero].Zero = true
	steps := map[string]int{hosts[zero].Device.UID: 0}
	for queue := []string{hosts[zero].Device.UID}; len(queue) > 0; queue = queue[1:] {
		for _, h := range hops {
			if _, seen := steps[h.To]; h.From == queue[0] && !seen && !h.Same {
				steps[h.To] = steps[queue[0]] + 1
				queue = append(queue, h.To)
			}
		}
	}
	for i := range hosts {
		hosts[i].Step = steps[hosts[i].Device.UID]
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func sortedKeys(m map[string][]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// differs reports whether people see a difference.
func differs(a, b *event.Incident) bool {
	return a.HostSeverity != b.HostSeverity || a.Lead != b.Lead || a.Story != b.Story || len(a.Timeline) != len(b.Timeline) || len(a.Spread) != len(b.Spread) ||
		!slices.Equal(a.Related, b.Related) || !slices.Equal(a.Why, b.Why) ||
		!slices.EqualFunc(a.Hosts, b.Hosts, func(x, y event.CaseHost) bool {
			return x.Incident == y.Incident && x.Severity == y.Severity && x.State == y.State && x.Zero == y.Zero && x.Device.UID == y.Device.UID && x.Device.Hostname == y.Device.Hostname
		})
}
