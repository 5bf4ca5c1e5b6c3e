package decide

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Preview is what an isolation would do, before it is done.
type Preview struct {
	Target    event.Device        `json:"target"`
	Mode      event.Mode          `json:"mode"`           // what the policy would do by itself now
	Rule      string              `json:"rule,omitempty"` // the rule that says so
	Hours     Hours               `json:"hours"`          // part of the week now
	Allowed   bool                `json:"allowed"`        // a person may do it now
	Rehearsal bool                `json:"rehearsal"`      // it would be recorded only
	IPs       []netip.Addr        `json:"ips"`
	MAC       event.MAC           `json:"mac,omitzero"`
	Lifetime  time.Duration       `json:"lifetime"`
	Expires   time.Time           `json:"expires"`
	Spared    []string            `json:"spared"` // what still passes: notice page, DHCP
	Steps     []event.Text        `json:"steps"`  // what happens, for people
	Guards    []Guard             `json:"guards"`
	Commands  map[string][]string `json:"commands,omitempty"` // by enforcer, in its own words
}

// Preview tells what isolating the machine would do; nothing is done or recorded.
// severity is the host severity that the rules are asked with (0 = unknown).
func (e *Engine) Preview(ctx context.Context, d event.Device, severity int, lifetime time.Duration) (Preview, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.Now().UTC()
	v := e.policy.judge(d, severity, now)
	if lifetime > 0 {
		v.lifetime = min(lifetime, e.policy.Longest)
	}
	guards, err := e.guards(ctx, d, "")
	if err != nil {
		return Preview{}, err
	}
	o := e.order(d, "", v)
	o.UID = "preview" // never kept: the hands refuse to plan for an order without a name
	p := Preview{
		Target: d, Mode: v.mode, Rule: v.rule, Hours: e.policy.cal.at(now), Rehearsal: e.Actor == nil || e.Actor.Rehearses(),
		IPs: o.IPs, MAC: o.MAC, Lifetime: v.lifetime, Expires: o.Expires, Guards: guards, Spared: []string{},
	}
	if p.Mode == "" {
		p.Mode = event.ModeObserve
	}
	e.plan(&p, o)
	p.Allowed = refusal(p.Guards, false) == nil
	p.Steps = steps(p)
	if e.Actor != nil {
		p.Steps = append(p.Steps, e.Actor.Limits()...)
	}
	return p, nil
}

// plan asks the hands what they would send, and whether they would refuse.
func (e *Engine) plan(p *Preview, o event.Order) {
	if e.Actor == nil {
		return
	}
	commands, refused, spared := e.Actor.Plan(o)
	p.Commands, p.Spared = commands, append(p.Spared, spared...)
	names := make([]string, 0, len(refused))
	for name := range refused {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		// One enforcer's refusal forbids it only when no other is left.
		p.Guards = append(p.Guards, Guard{Name: "enforcer_" + name, Soft: len(commands) > 0, Text: refused[name]})
	}
}

func steps(p Preview) []event.Text {
	out := []event.Text{fill(textAddress, list(p.IPs, event.MAC{}))}
	if !p.MAC.IsZero() {
		out = append(out, fill(textMACToo, p.MAC.String()))
	}
	out = append(out, textDHCP)
	for _, s := range p.Spared {
		out = append(out, fill(textNoticePage, s))
	}
	return append(out, textOtherMachine)
}
