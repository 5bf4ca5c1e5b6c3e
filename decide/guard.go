package decide

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// Guard is one check before an isolation, and what it said.
type Guard struct {
	Name string     `json:"name"` // address never identity fresh double caps freeze
	OK   bool       `json:"ok"`
	Soft bool       `json:"soft,omitempty"` // refuses only what is automatic: a person may still decide
	Text event.Text `json:"text"`
}

// Refusal is the error of a request that a guard refuses.
type Refusal struct {
	Guard string
	Text  event.Text
}

// Error is the English sentence.
func (r *Refusal) Error() string { return "refused: " + r.Text.In("en") }

// refusal gives the first guard that does not let it pass, nil when all do.
func refusal(guards []Guard, automatic bool) *Refusal {
	for _, g := range guards {
		if !g.OK && (automatic || !g.Soft) {
			return &Refusal{Guard: g.Name, Text: g.Text}
		}
	}
	return nil
}

// guards holds one machine against everything that may forbid its isolation.
// except is the order that is being approved, not counted as a second one.
func (e *Engine) guards(ctx context.Context, d event.Device, except string) ([]Guard, error) {
	open, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	return e.guardsAmong(ctx, d, except, open)
}

// guardsAmong is guards where the open orders have been read already.
func (e *Engine) guardsAmong(ctx context.Context, d event.Device, except string, open []event.Order) ([]Guard, error) {
	open = slices.DeleteFunc(slices.Clone(open), func(o event.Order) bool { return o.UID == except })
	auto, manual, err := e.lastHour(ctx, except)
	if err != nil {
		return nil, err
	}
	freeze, err := e.frozenGuard(ctx)
	if err != nil {
		return nil, err
	}
	rehearsed, err := e.rehearsalGuard(ctx)
	if err != nil {
		return nil, err
	}
	ips := targets(d)
	return []Guard{
		addressGuard(ips, d.MAC), e.neverGuard(d, ips), identityGuard(d), e.freshGuard(d), doubleGuard(d, open),
		manualGuard(manual, e.policy.Caps), e.hourGuard(auto), e.percentGuard(d, open), e.totalGuard(open), e.twoGuard(d), rehearsed, freeze,
	}, nil
}

// totalGuard holds the cap of the whole town.
func (e *Engine) totalGuard(open []event.Order) Guard {
	n := 0
	for _, o := range open {
		if standing(o) {
			n++
		}
	}
	if n >= e.policy.Caps.Total {
		return Guard{Name: "caps_total", Soft: true, Text: fill(textCapTotal, e.policy.Caps.Total)}
	}
	return Guard{Name: "caps_total", Soft: true, OK: true, Text: fill(textCapTotalLeft, n)}
}

// standing reports whether an open order is more than a proposal.
func standing(o event.Order) bool {
	switch o.State {
	case event.OrderAwaitingApproval, event.OrderProposed, event.OrderRehearsed:
		return false
	}
	return true
}

func addressGuard(ips []netip.Addr, mac event.MAC) Guard {
	if len(ips) == 0 && (mac.IsZero() || mac.Multicast()) {
		return Guard{Name: "address", Text: textNoAddress}
	}
	return Guard{Name: "address", OK: true, Text: fill(textAddress, list(ips, mac))}
}

func list(ips []netip.Addr, mac event.MAC) string {
	var parts []string
	for _, a := range ips {
		parts = append(parts, a.String())
	}
	if !mac.IsZero() {
		parts = append(parts, mac.String())
	}
	return strings.Join(parts, ", ")
}

func (e *Engine) neverGuard(d event.Device, ips []netip.Addr) Guard {
	nets := make([]netip.Prefix, len(ips))
	for i, a := range ips {
		nets[i] = cidr.Single(a)
	}
	if why, hit := e.Protected(nets, d.MAC, d.Hostname, d.Roles); hit {
		return Guard{Name: "never", Text: fill(textNever, why)}
	}
	return Guard{Name: "never", OK: true, Text: textNotNever}
}

// identityGuard asks whether it is the right machine. Where that was judged, doubt stops what is automatic and leaves the
// decision to people; sources that contradict each other in names or users alone are no doubt about what is cut,
// else an intruder could protect himself by calling himself something else.
func identityGuard(d event.Device) Guard {
	switch {
	case d.Confidence > 0 && d.Confidence < event.Sure:
		return Guard{Name: "identity", Soft: true, Text: fill(textDoubt, d.Unsure, d.Confidence)}
	case d.Confidence == 0 && len(d.Conflicts) > 0:
		return Guard{Name: "identity", Text: fill(textConflict, d.Conflicts[0])}
	}
	return Guard{Name: "identity", OK: true, Text: textNoConflict}
}

// freshGuard holds the age of the newest binding of the address to the machine
// against Config.IdentityAge; a device without bindings counts by its last sight.
func (e *Engine) freshGuard(d event.Device) Guard {
	last, source := d.LastSeen, ""
	for _, b := range d.Bindings {
		if (b.Field == "ip" || b.Field == "mac") && !b.Last.Before(last) {
			last, source = b.Last, b.Source
		}
	}
	if last.IsZero() {
		return Guard{Name: "fresh", Soft: true, Text: textUnknownAge}
	}
	age := max(e.Now().Sub(last), 0)
	if age > e.policy.IdentityAge {
		return Guard{Name: "fresh", Text: fill(textStale, age, sourceText(source))}
	}
	return Guard{Name: "fresh", OK: true, Text: fill(textFresh, age, sourceText(source))}
}

// sourceText names where the binding of an address to its machine is known from.
func sourceText(source string) event.Text {
	if source == "" {
		return event.Text{JA: "通信の観測", EN: "its traffic"}
	}
	return event.Text{JA: source, EN: source}
}

func doubleGuard(d event.Device, open []event.Order) Guard {
	for _, o := range open {
		if sameMachine(d, o) {
			return Guard{Name: "double", Text: fill(textDouble, o.UID)}
		}
	}
	return Guard{Name: "double", OK: true, Text: textNotDouble}
}

// sameMachine is generous: the UID, the MAC or any address in common.
func sameMachine(d event.Device, o event.Order) bool {
	if d.UID != "" && d.UID == o.Target.UID || !d.MAC.IsZero() && d.MAC == o.MAC {
		return true
	}
	return slices.ContainsFunc(targets(d), func(a netip.Addr) bool {
		return slices.Contains(o.IPs, a) || slices.ContainsFunc(o.Nets, func(p netip.Prefix) bool { return p.Contains(a) })
	})
}

func (e *Engine) hourGuard(n int) Guard {
	if n >= e.policy.Caps.PerHour {
		return Guard{Name: "caps", Soft: true, Text: fill(textCapHour, e.policy.Caps.PerHour)}
	}
	return Guard{Name: "caps", Soft: true, OK: true, Text: fill(textCapsLeft, n)}
}

func manualGuard(n int, caps Caps) Guard {
	if n >= caps.ManualPerHour {
		return Guard{Name: "caps_manual", Text: fill(textCapManual, caps.ManualPerHour)}
	}
	return Guard{Name: "caps_manual", OK: true, Text: fill(textCapsLeft, n)}
}

func (e *Engine) percentGuard(d event.Device, open []event.Order) Guard {
	n := 0
	for _, o := range open {
		if o.Target.Zone == d.Zone && standing(o) {
			n++
		}
	}
	if e.Machines == nil {
		return Guard{Name: "caps_zone", Soft: true, OK: true, Text: fill(textCapsLeft, n)}
	}
	limit := max(1, e.Machines(d.Zone)*e.policy.Caps.Percent/100)
	if n >= limit {
		return Guard{Name: "caps_zone", Soft: true, Text: fill(textCapPercent, d.Zone, limit)}
	}
	return Guard{Name: "caps_zone", Soft: true, OK: true, Text: fill(textCapsLeft, n)}
}

// lastHour counts what was approved in the last 60 minutes, by the policy and by people.
func (e *Engine) lastHour(ctx context.Context, except string) (auto, manual int, err error) {
	since := e.Now().Add(-time.Hour)
	// An order may wait for its approval; its own time is when it was proposed.
	orders, err := e.Ledger.Orders(ctx, event.OrderFilter{Since: since.Add(-e.policy.AskWithin), Limit: 10_000})
	if err != nil {
		return 0, 0, fmt.Errorf("count the orders of the last hour: %w", err)
	}
	for _, o := range orders {
		for _, h := range o.History {
			if h.To != event.OrderApproved || !h.Time.After(since) || o.UID == except {
				continue
			}
			if h.Who == byPolicy {
				auto++
			} else {
				manual++
			}
		}
	}
	return auto, manual, nil
}

// targets are the addresses to cut: all current ones, and the link-local one that
// follows from the MAC (RFC 4291 appendix A).
func targets(d event.Device) []netip.Addr {
	var out []netip.Addr
	for _, a := range append([]netip.Addr{d.IP}, d.IPs...) {
		a = a.Unmap().WithZone("")
		if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() || slices.Contains(out, a) {
			continue
		}
		if a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
			continue
		}
		out = append(out, a)
	}
	if ll := linkLocal(d.MAC); ll.IsValid() && !slices.Contains(out, ll) {
		out = append(out, ll)
	}
	return out
}

func linkLocal(m event.MAC) netip.Addr {
	if m.IsZero() || m.Multicast() {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80, 8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]})
}
