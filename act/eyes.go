package act

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// watch begins the observation of an order's machine, before anything is sent, so that the baseline is known.
func (m *Manager) watch(j *job) {
	if m.Watcher == nil || j.watched {
		return
	}
	j.watched = true
	m.eyes.Lock()
	m.watches[j.order.UID] = newWatch(j.order)
	m.eyes.Unlock()
	m.point()
}

// observeFrom sets the moment from which on nothing may pass (or, after a release, everything may).
func (m *Manager) observeFrom(j *job, t time.Time) {
	j.quiet, j.blind, j.ask = t, false, nil
	if m.Pulse != nil {
		j.pulse = m.Pulse().Packets
	}
	m.eyes.Lock()
	defer m.eyes.Unlock()
	if w := m.watches[j.order.UID]; w != nil {
		w.begin(t)
	}
}

func (m *Manager) unwatch(j *job) {
	if !j.watched {
		return
	}
	j.watched = false
	m.eyes.Lock()
	delete(m.watches, j.order.UID)
	m.eyes.Unlock()
	m.point()
}

// point tells the sensor whom to watch.
func (m *Manager) point() {
	ips, macs := []netip.Addr{}, []event.MAC{}
	m.eyes.Lock()
	for _, w := range m.watches {
		ips = append(ips, w.ips...)
		if !w.mac.IsZero() {
			macs = append(macs, w.mac)
		}
	}
	m.eyes.Unlock()
	slices.SortFunc(ips, netip.Addr.Compare)
	slices.SortFunc(macs, func(a, b event.MAC) int { return slices.Compare(a[:], b[:]) })
	m.Watcher.Watch(slices.Compact(ips), slices.Compact(macs))
}

// sees reports whether the sensor can say that nothing passed before then: it has seen something since the order was applied, on all its
// interfaces, and is so far; else why it cannot.
func (m *Manager) sees(j *job, then time.Time) (why event.Text, ok bool) {
	if m.Pulse == nil {
		return why, true
	}
	switch p := m.Pulse(); {
	case p.Packets <= j.pulse || m.Now().Before(p.Since.Add(m.cfg.Settle)):
		return textBlind, false
	case !p.UpTo.IsZero() && p.UpTo.Before(then):
		return textBehind, false
	}
	return why, true
}
