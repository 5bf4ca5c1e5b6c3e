package decide

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// Segment is a part of the network that is cut off from the others as a whole:
// a zone with its ranges, a floor or a site with its machines.
type Segment struct {
	Kind    string         `json:"kind"` // zone floor site
	Name    string         `json:"name"`
	Nets    []netip.Prefix `json:"nets,omitempty"`    // its ranges; none where it is known by its machines only
	Devices []event.Device `json:"devices,omitempty"` // the machines that are known to stand in it
}

// String is "zone lgwan", as it stands in Order.Segment.
func (s Segment) String() string { return s.Kind + " " + s.Name }

// segmentKinds are the words for the kinds of segments.
var segmentKinds = map[string]event.Text{"zone": {JA: "ゾーン", EN: "zone"}, "floor": {JA: "フロア", EN: "floor"}, "site": {JA: "拠点", EN: "site"}}

// text is "lgwan（ゾーン）", as people say it.
func (s Segment) text() event.Text {
	k := segmentKinds[s.Kind]
	return event.Text{JA: s.Name + "（" + k.JA + "）", EN: k.EN + " " + s.Name}
}

// maxSegment bounds the machines of one segment order.
const maxSegment = 20_000

// cut divides a segment into what an order may name and what stays: whatever
// is on the never-touch list, by its address, name, MAC or role, is taken out
// of the ranges too.
func (e *Engine) cut(s Segment) (nets []netip.Prefix, ips []netip.Addr, kept []Kept) {
	never := e.Never()
	var spare []netip.Prefix
	seen := map[netip.Addr]bool{}
	for _, d := range s.Devices {
		own := targets(d)
		prefixes := make([]netip.Prefix, len(own))
		for i, a := range own {
			prefixes[i] = cidr.Single(a)
		}
		if why, hit := never.Protected(prefixes, d.MAC, d.Hostname, d.Roles); hit {
			kept, spare = append(kept, Kept{Device: d, Why: why}), append(spare, prefixes...)
			continue
		}
		for _, a := range own {
			if !a.IsLinkLocalUnicast() && !seen[a] && len(ips) < maxSegment {
				ips, seen[a] = append(ips, a), true
			}
		}
	}
	return never.carve(s.Nets, spare), ips, kept
}

// Kept is a machine of a segment that stays connected.
type Kept struct {
	Device event.Device `json:"device"`
	Why    event.Text   `json:"why"`
}

// IsolateSegment is a person's wish to cut a whole segment off; it always
// awaits another person's approval. Lifetime 0 = as the policy says.
func (e *Engine) IsolateSegment(ctx context.Context, who string, s Segment, lifetime time.Duration, reason string) (event.Order, error) {
	if err := spoken(who, reason); err != nil {
		return event.Order{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if lifetime > e.policy.Longest {
		return event.Order{}, e.refuse(ctx, who, s.device(), &Refusal{Guard: "lifetime", Text: fill(textTooLong, e.policy.Longest)})
	}
	o := e.segmentOrder(s, lifetime)
	o.Requested, o.Reason = who, event.Text{JA: reason, EN: reason}
	guards, err := e.segmentGuards(ctx, o)
	if err != nil {
		return o, err
	}
	if r := refusal(guards, false); r != nil {
		return event.Order{}, e.refuse(ctx, who, o.Target, r)
	}
	return e.ask(ctx, who, o, reason)
}

func (s Segment) device() event.Device {
	zone := ""
	if s.Kind == "zone" {
		zone = s.Name
	}
	return event.Device{UID: "segment:" + s.Kind + ":" + s.Name, Hostname: s.String(), Zone: zone}
}

func (e *Engine) segmentOrder(s Segment, lifetime time.Duration) event.Order {
	now := e.Now().UTC()
	if lifetime == 0 {
		lifetime = e.policy.Lifetime
	}
	o := e.order(event.Device{}, "", verdict{mode: event.ModeApprove, lifetime: min(lifetime, e.policy.Longest)})
	o.UID, o.Time, o.Seen = e.NewUID(), now, now
	o.Target, o.Segment, o.MAC = s.device(), s.String(), event.MAC{}
	o.Nets, o.IPs, _ = e.cut(s)
	o.Zone = o.Target.Zone
	return o
}

// segmentGuards hold a whole segment against what may forbid it. The caps on machines do not count here: that is what
// a segment order is for, and why it takes two people.
func (e *Engine) segmentGuards(ctx context.Context, o event.Order) ([]Guard, error) {
	open, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	_, manual, err := e.lastHour(ctx, o.UID)
	if err != nil {
		return nil, err
	}
	double := Guard{Name: "double", OK: true, Text: textNotDouble}
	for _, other := range open {
		if other.Segment == o.Segment && other.UID != o.UID {
			double = Guard{Name: "double", Text: fill(textDouble, other.UID)}
		}
	}
	some := Guard{Name: "address", OK: true, Text: fill(textSegmentSize, len(o.IPs), len(o.Nets))}
	if len(o.IPs) == 0 && len(o.Nets) == 0 {
		some = Guard{Name: "address", Text: textSegmentEmpty}
	}
	never := Guard{Name: "never", OK: true, Text: textNotNever}
	nets := slices.Clone(o.Nets)
	for _, a := range o.IPs {
		nets = append(nets, cidr.Single(a))
	}
	if why, hit := e.Protected(nets, event.MAC{}, "", nil); hit {
		never = Guard{Name: "never", Text: fill(textNever, why)}
	}
	return []Guard{some, never, double, manualGuard(manual, e.policy.Caps), {Name: "two_approvals", OK: true, Soft: true, Text: textSegmentTwo}}, nil
}

// carve gives the ranges without what is on the list and without spare, as the fewest prefixes.
func (n *NeverList) carve(ranges, spare []netip.Prefix) []netip.Prefix {
	holes := slices.Clone(spare)
	for _, g := range n.nets {
		if !over(g.expires, n.clock()) {
			holes = append(holes, g.what)
		}
	}
	return cidr.Carve(ranges, holes)
}
