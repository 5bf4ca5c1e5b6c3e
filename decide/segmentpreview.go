package decide

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// SegmentPreview is what cutting a segment off would do, before it is done.
type SegmentPreview struct {
	Segment  string              `json:"segment"`
	Allowed  bool                `json:"allowed"`  // a person may ask for it now; another must approve
	Machines int                 `json:"machines"` // known machines that would be cut off
	Offices  []Office            `json:"offices"`  // whose they are, most first
	Kept     []Kept              `json:"kept"`     // what stays connected, and why
	Nets     []netip.Prefix      `json:"nets"`     // ranges that would be cut, without what stays
	Services []Service           `json:"services"` // what stops working, most used first
	Spared   []string            `json:"spared"`   // what still passes: the allow-list
	Lifetime time.Duration       `json:"lifetime"`
	Expires  time.Time           `json:"expires"`
	Guards   []Guard             `json:"guards"`
	Commands map[string][]string `json:"commands,omitempty"` // by enforcer, the first lines
}

// Office is a department or place with the number of its machines.
type Office struct {
	Name     string `json:"name"`
	Machines int    `json:"machines"`
}

// Service is one service between the segment and the others that stops.
type Service struct {
	Server   netip.Addr `json:"server"`
	Proto    string     `json:"proto"`
	Port     uint16     `json:"port"`
	Inside   bool       `json:"inside"`  // the server stands in the segment: those outside lose it
	Clients  int        `json:"clients"` // machines that used it
	Days     int        `json:"days"`    // on how many days it was used
	Last     time.Time  `json:"last"`
	FromZone string     `json:"from_zone"`
	ToZone   string     `json:"to_zone"`
}

// maxServices bounds the services that a preview names.
const maxServices = 200

// PreviewSegment tells who is affected and what stops; nothing is done or
// recorded. talks is what machines said to services of other zones.
func (e *Engine) PreviewSegment(ctx context.Context, s Segment, talks []event.Talk, lifetime time.Duration) (SegmentPreview, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	o := e.segmentOrder(s, lifetime)
	guards, err := e.segmentGuards(ctx, o)
	if err != nil {
		return SegmentPreview{}, err
	}
	_, _, kept := e.cut(s)
	p := SegmentPreview{Segment: s.String(), Machines: len(s.Devices) - len(kept), Offices: offices(s.Devices, kept), Kept: kept, Nets: o.Nets,
		Services: services(s, talks), Lifetime: o.Expires.Sub(o.Time), Expires: o.Expires, Guards: guards, Spared: []string{}}
	if e.Actor != nil && len(o.Nets) > 0 && !e.Actor.Ranges() {
		p.Guards = append(p.Guards, Guard{Name: "ranges", Soft: true, Text: textKnownOnly})
	}
	if e.Actor != nil {
		o.UID = "preview" // never kept
		commands, refused, spared := e.Actor.Plan(o)
		p.Commands, p.Spared = map[string][]string{}, append(p.Spared, spared...)
		for name, lines := range commands {
			p.Commands[name] = lines[:min(len(lines), maxPlanned)]
		}
		for name, why := range refused {
			p.Guards = append(p.Guards, Guard{Name: "enforcer_" + name, Soft: len(commands) > 0, Text: why})
		}
	}
	p.Allowed = refusal(p.Guards, false) == nil
	return p, nil
}

func offices(devices []event.Device, kept []Kept) []Office {
	count := map[string]int{}
	for _, d := range devices {
		if !slices.ContainsFunc(kept, func(k Kept) bool { return k.Device.UID == d.UID }) {
			count[cmp.Or(d.Department, d.Place, "—")]++
		}
	}
	var out []Office
	for name, n := range count {
		out = append(out, Office{name, n})
	}
	slices.SortFunc(out, func(a, b Office) int { return cmp.Or(b.Machines-a.Machines, cmp.Compare(a.Name, b.Name)) })
	return out
}

// services are the talks that cross the segment's border, one a server and port.
func services(s Segment, talks []event.Talk) []Service {
	type key struct {
		server netip.Addr
		proto  string
		port   uint16
	}
	by, clients := map[key]*Service{}, map[key]map[netip.Addr]bool{}
	for _, t := range talks {
		from, to := s.holds(t.Src), s.holds(t.Dst)
		if from == to {
			continue
		}
		k := key{t.Dst, t.Proto, t.Port}
		if by[k] == nil {
			by[k], clients[k] = &Service{Server: t.Dst, Proto: t.Proto, Port: t.Port, Inside: to, FromZone: t.From, ToZone: t.To}, map[netip.Addr]bool{}
		}
		x := by[k]
		clients[k][t.Src] = true
		x.Clients, x.Days = len(clients[k]), max(x.Days, t.Days)
		if t.Last.After(x.Last) {
			x.Last = t.Last
		}
	}
	var out []Service
	for _, x := range by {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Service) int {
		return cmp.Or(b.Clients-a.Clients, b.Days-a.Days, a.Server.Compare(b.Server), int(a.Port)-int(b.Port), cmp.Compare(a.Proto, b.Proto))
	})
	return out[:min(len(out), maxServices)]
}

func (s Segment) holds(a netip.Addr) bool {
	return slices.ContainsFunc(s.Nets, func(p netip.Prefix) bool { return p.Contains(a) }) ||
		slices.ContainsFunc(s.Devices, func(d event.Device) bool { return d.IP == a || slices.Contains(d.IPs, a) })
}
