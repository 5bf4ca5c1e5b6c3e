package asset

import (
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// fieldNAT is the binding that says that several computers were at one address at once. It outlives what showed it: after
// a holiday the first of them to log on would else be taken for the only one.
const fieldNAT = "nat"

// sureBehind is the confidence in one of several machines behind a translator.
const sureBehind = 30

// What shows it, and for how long it holds: across the longest holidays, and not for ever where a pool was dealt out anew.
const (
	oneHour   = time.Hour // two computers that log on within it: addresses do not change hands so fast
	sharedFor = 14 * 24 * time.Hour
)

// together learns that m translates for others: two computers log on within an hour, or one logs on again after another
// one did, all within a working day. An address that changes hands does not come back so soon.
func (m *machine) together(name string, t time.Time) {
	if !m.mac.IsZero() && m.leased(t) {
		return
	}
	var own, other time.Time // when this computer was heard last, and when another one
	for _, b := range m.bindings {
		switch {
		case b.Field != "hostname" || b.Source != fromKerberos:
		case sameHost(b.Value, name):
			own = b.Last
		case b.Last.After(other):
			other = b.Last
		}
	}
	gap := t.Sub(other)
	again := !own.IsZero() && t.Sub(own) <= sameDay && other.After(own)
	if !other.IsZero() && gap >= 0 && (gap <= oneHour || again) {
		m.bind(fieldNAT, "kerberos", fromKerberos, t)
	}
}

// translates reports whether m is known to stand before several machines: by a person's word or the list of assets (role
// nat), or because they were seen together; denied is a person's word that it does not.
func (m *machine) translates(at time.Time) (yes, denied bool) {
	yes, denied = m.confirmed(fieldNAT)
	if yes || denied {
		return yes, denied
	}
	return slices.ContainsFunc(m.bindings, func(b event.Binding) bool {
		return b.Field == fieldNAT && !b.First.After(at) && at.Sub(b.Last) <= sharedFor
	}), false
}

// severalBehind says so where several computers logged on from one address: a translator stands before them.
func (v *Inventory) severalBehind(d *event.Device, m *machine, at time.Time) {
	known, denied := m.translates(at)
	names := m.computers(at)
	if denied || !known && (len(names) < 2 || !m.mac.IsZero() && m.leased(at)) {
		return
	}
	d.Confidence = min(d.Confidence, sureBehind)
	d.Unsure = event.Text{JA: "このアドレスはアドレス変換をする機器です。先のどの端末かは見えていません。", EN: "This address translates for others; which machine behind it, was not seen."}
	if len(names) >= 2 {
		d.Unsure = event.Text{JA: fmt.Sprintf("このアドレスからは%d台の端末がログオンしています。アドレス変換の先のどれかです。", len(names)),
			EN: fmt.Sprintf("%d computers log on from this address: it is one of those behind an address translation.", len(names))}
	}
	if b, ok := m.best("hostname", at); ok && b.Source == fromKerberos { // a computer behind it is not the translator's name
		d.Hostname, d.User = "", ""
	}
	for _, b := range names {
		addCandidate(d, event.Candidate{IP: d.IP, Hostname: b.Value, Last: b.Last, Why: event.Text{JA: "このアドレスからログオンしました", EN: "it logged on from this address"}})
	}
}

// Nobody has seen the leases of such an address: within a working day it does not change hands, in a week it may.
const (
	sameDay  = 10 * time.Hour
	sameWeek = 7 * 24 * time.Hour
)

// computers are the computer accounts that come into question for m at that time, the latest first: those that logged on
// within a working day, and those that took turns within a week.
func (m *machine) computers(at time.Time) (out []event.Binding) {
	for _, b := range m.bindings {
		if b.Field == "hostname" && b.Source == fromKerberos && !b.First.After(at) && at.Sub(b.Last) <= sameWeek {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b event.Binding) int { return b.Last.Compare(a.Last) })
	return slices.DeleteFunc(out, func(b event.Binding) bool {
		tookTurns := b.Last.After(out[0].First)
		return at.Sub(b.Last) > sameDay && !tookTurns
	})
}
