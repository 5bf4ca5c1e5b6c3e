package decide

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// verdict is what the policy says of one machine at one moment.
type verdict struct {
	mode     event.Mode // "" = too little to propose anything
	rule     string     // name of the rule, "" = none fitted
	lifetime time.Duration
}

// judge finds the first rule that fits; where none does, the policy's mode holds from
// its severity on.
func (p policy) judge(d event.Device, severity int, at time.Time) verdict {
	now := p.cal.at(at)
	for _, r := range p.Rules {
		if r.fits(d, severity, now) {
			v := verdict{mode: r.Mode, rule: r.Name, lifetime: p.Lifetime}
			if r.Lifetime > 0 {
				v.lifetime = r.Lifetime
			}
			return v
		}
	}
	if severity < p.Severity {
		return verdict{lifetime: p.Lifetime}
	}
	return verdict{mode: p.Mode, lifetime: p.Lifetime}
}

func (r Rule) fits(d event.Device, severity int, now Hours) bool {
	zone := func(z string) bool { return z == d.Zone }
	has := func(role string) bool {
		return slices.ContainsFunc(d.Roles, func(s string) bool { return roleKey(s) == roleKey(role) })
	}
	hours := func(h Hours) bool { return h.covers(now) }
	return severity >= r.Severity &&
		(len(r.Zones) == 0 || slices.ContainsFunc(r.Zones, zone)) &&
		(len(r.Roles) == 0 || slices.ContainsFunc(r.Roles, has)) &&
		!slices.ContainsFunc(r.NotRoles, has) &&
		(len(r.Hours) == 0 || slices.ContainsFunc(r.Hours, hours))
}

// stronger reports whether mode a does more by itself than b.
func stronger(a, b event.Mode) bool { return rank(a) > rank(b) }

func rank(m event.Mode) int {
	switch m {
	case event.ModeApprove:
		return 1
	case event.ModeAuto:
		return 2
	}
	return 0
}
