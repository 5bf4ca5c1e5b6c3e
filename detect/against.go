package detect

import (
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// adminRoles do by their work what others do not; a finding about them says so.
var adminRoles = []string{"management", "scanner", "backup", "wsus", "dc", "proxy"}

// against is what speaks against any finding, beside what its detector knows: others do the same, it has long been so, or it
// is the machine's work.
func (e *Engine) against(f *event.Finding) (out []event.Reason) {
	add := func(r event.Reason) {
		if !slices.ContainsFunc(f.Counter, func(o event.Reason) bool { return o.Name == r.Name }) {
			out = append(out, r)
		}
	}
	if p, ok := e.outside(f); ok {
		switch n := e.deps.Facts.Prevalence(p.IP, f.Time); {
		case n >= prevalenceCap:
			add(Because("prevalence", float64(n), 0, "machines", Say("%s とは、この14日間に%d台以上の庁内の端末が通信しています。", "%s is used by %d inside machines or more (14 days).", p.IP, n)))
		case n > 2:
			add(Because("prevalence", float64(n), 0, "machines", Say("%s とは、ほかに%d台の庁内の端末も通信しています(14日間)。", "%s is used by %d other inside machines too (14 days).", p.IP, n-1)))
		}
	}
	if at, peer := e.longest(f); !at.IsZero() {
		days := f.Time.Sub(at).Hours() / 24
		add(Because("known_for", days, 0, "days", Say("この端末は、%[2]d日前から %[1]s と通信しています。", "The machine has talked to %[1]s for %[2]d days.", peer.IP, int(days))))
	}
	if roles := slices.DeleteFunc(slices.Clone(f.Device.Roles), func(r string) bool { return !slices.Contains(adminRoles, r) }); len(roles) > 0 {
		add(Because("role", 1, 0, "", Say("この機器の役割(%s)では、似た通信が日常の業務にもあります。", "Its role (%s) does similar things as its daily work.", strings.Join(roles, ", "))))
	}
	return out
}

// longest is since when the machine has talked to the first of its peers that it has known for a day and more; zero for none.
func (e *Engine) longest(f *event.Finding) (at time.Time, peer event.Endpoint) {
	if !f.Device.IP.IsValid() {
		return at, peer
	}
	for _, p := range f.Peers {
		if first := e.deps.Facts.FirstContact(f.Device.IP, p.IP, f.Time); !first.IsZero() && f.Time.Sub(first) >= oneDay {
			return first, p
		}
	}
	return at, peer
}
