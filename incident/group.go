package incident

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// Bounds of one incident of several machines.
const (
	maxHosts = 200
	maxHops  = 600
)

// settle keeps a changed case, and judges again every case that it is, or was, one incident with. The store has next
// when it returns nil; of the others each that could not be kept stays as it was.
func (m *Manager) settle(ctx context.Context, next *event.Incident) error {
	before := m.open[next.UID]
	closed := m.closed[next.UID]
	affected := map[string]bool{next.UID: true}
	for _, uid := range m.fellows(before) {
		affected[uid] = true
	}
	m.shelve(next)
	dirty := map[string]*event.Incident{next.UID: next}
	m.regroup(affected, dirty)
	if err := m.store.PutIncident(ctx, *dirty[next.UID]); err != nil {
		m.unshelve(next.UID, before, closed)
		return err
	}
	m.shelve(dirty[next.UID])
	*next = *dirty[next.UID]
	delete(dirty, next.UID)
	var errs []error
	for _, uid := range slices.Sorted(maps.Keys(dirty)) {
		if err := m.put(ctx, dirty[uid]); err != nil {
			errs = append(errs, err)
			continue
		}
		m.tell(*dirty[uid])
	}
	return errors.Join(errs...)
}

// unshelve puts back what was there before a case that could not be kept.
func (m *Manager) unshelve(uid string, open, closed *event.Incident) {
	delete(m.open, uid)
	delete(m.closed, uid)
	delete(m.traits, uid)
	switch {
	case open != nil:
		m.shelve(open)
	case closed != nil:
		m.shelve(closed)
	}
}

// fellows are the open cases of the incident that a case is part of.
func (m *Manager) fellows(inc *event.Incident) (out []string) {
	if inc == nil {
		return nil
	}
	lead := cmp.Or(inc.Lead, inc.UID)
	for uid, other := range m.open {
		if uid == lead || other.Lead == lead {
			out = append(out, uid)
		}
	}
	return out
}

// regroup works out the incidents that the affected cases belong to now; changed cases are put into dirty as copies.
func (m *Manager) regroup(affected map[string]bool, dirty map[string]*event.Incident) {
	done, l := map[string]bool{}, m.lookup()
	for _, uid := range slices.Sorted(maps.Keys(affected)) {
		if m.open[uid] == nil || done[uid] {
			continue
		}
		g := m.gather(uid, &l)
		for _, inc := range g.cases {
			done[inc.UID] = true
		}
		m.arrange(g, dirty)
	}
}

// group is one incident: its cases, the oldest first, and who reached whom.
type group struct {
	cases []*event.Incident
	hops  []event.Hop
	more  int // machines beyond the bound
}

// lookup finds the open cases by what can bind them.
type lookup struct {
	machine map[string][]*event.Incident // by the keys of its machine
	reached map[string][]*event.Incident // by the keys of machines that it moved to
	called  map[string][]*event.Incident // by the outside things that it has to do with, the oldest case first
	told    map[string]bool              // of these, those whose cases were gathered already
}

func (m *Manager) lookup() lookup {
	l := lookup{map[string][]*event.Incident{}, map[string][]*event.Incident{}, map[string][]*event.Incident{}, map[string]bool{}}
	all := slices.SortedFunc(maps.Values(m.open), func(a, b *event.Incident) int {
		if older(a, b) {
			return -1
		}
		return 1
	})
	for _, inc := range all {
		t := m.traits[inc.UID]
		for _, k := range keysOf(&inc.Device) {
			l.machine[k] = append(l.machine[k], inc)
		}
		for k := range t.reached {
			l.reached[k] = append(l.reached[k], inc)
		}
		for k := range t.called {
			if !isServer(&inc.Device) {
				l.called[k] = append(l.called[k], inc)
			}
		}
	}
	return l
}

// gather finds every open case that is bound to uid, directly or by others.
func (m *Manager) gather(uid string, l *lookup) group {
	var g group
	in := map[string]bool{uid: true}
	queue := []*event.Incident{m.open[uid]}
	take := func(a, b *event.Incident, hops []event.Hop) {
		if a.Test != b.Test || len(hops) == 0 && b.UID == a.UID {
			return
		}
		if !in[b.UID] {
			if len(in) >= maxHosts {
				g.more++
				return
			}
			in[b.UID] = true
			queue = append(queue, b)
		}
		g.hops = append(g.hops, hops...)
	}
	reach := func(a, b *event.Incident, hops []event.Hop) {
		if len(hops) > 0 {
			take(a, b, hops)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		a := queue[0]
		ta := m.traits[a.UID]
		g.cases = append(g.cases, a)
		for _, k := range slices.Sorted(maps.Keys(ta.reached)) {
			for _, b := range l.machine[k] {
				reach(a, b, bonds(a, b, ta, m.traits[b.UID], m.cfg.Join))
			}
		}
		for _, k := range keysOf(&a.Device) {
			for _, b := range l.reached[k] {
				reach(a, b, bonds(b, a, m.traits[b.UID], ta, m.cfg.Join))
			}
		}
		for _, thing := range slices.Sorted(maps.Keys(ta.called)) {
			if l.told[thing] || isServer(&a.Device) {
				continue
			}
			l.told[thing] = true
			first := l.called[thing][0]
			take(a, first, common(first, a, m.traits, thing))
			for _, b := range l.called[thing] {
				if b != a {
					take(a, b, common(first, b, m.traits, thing))
				}
			}
		}
	}
	slices.SortFunc(g.cases, func(a, b *event.Incident) int {
		if older(a, b) {
			return -1
		}
		return 1
	})
	return g
}

// older orders cases by when they were opened.
func older(a, b *event.Incident) bool {
	if !a.Time.Equal(b.Time) {
		return a.Time.Before(b.Time)
	}
	return cmp.Or(cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number), cmp.Compare(a.UID, b.UID)) < 0
}
