package arp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg      Config
	deps     act.Deps
	in       func(func() error) error
	memory   act.Memory
	segments []*segment

	mu    sync.Mutex
	kept  []keptOrder // as memory has them
	begun bool        // leftovers are taken care of
	wait  sync.WaitGroup
}

// keptOrder is what the truth is, for when a restart comes between a lie and its end.
type keptOrder struct {
	Order     string                   `json:"order"`
	Interface string                   `json:"interface"`
	At        map[netip.Addr]event.MAC `json:"at"`
	Peers     map[netip.Addr]neighbour `json:"peers"`
	Leaving   bool                     `json:"leaving,omitempty"` // released; the truth is being told
}

func (*hand) Name() string { return "arp" }

func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, Forgets: true, Learns: true, SameSegment: true, WhileRunning: true, Most: 256,
		Limit: event.Text{JA: "最後の手段です。櫓が止まると1分ほどで解けます。固定のARP設定を持つ端末には効きません", EN: "a last resort: it ends about a minute after Yagura does, and a machine with fixed ARP entries escapes"}}
}

// plan sorts a target's addresses by segment.
func (h *hand) plan(t act.Target) (map[*segment][]netip.Addr, error) {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return nil, err
	}
	out := map[*segment][]netip.Addr{}
	for _, p := range t.Nets {
		a := p.Addr().Unmap()
		i := slices.IndexFunc(h.segments, func(s *segment) bool { return s.Segment.has(a) && !a.IsLinkLocalUnicast() })
		switch {
		case a.IsLinkLocalUnicast() && len(h.segments) == 1:
			i = 0
		case i < 0:
			return nil, &act.Refused{Enforcer: h.Name(), Text: sayf(textElsewhere, a)}
		}
		s := h.segments[i]
		if slices.Contains(s.ips, a) || slices.Contains(s.Gateways, a) || s.isRouter(a) {
			return nil, &act.Refused{Enforcer: h.Name(), Text: sayf(textGateway, a)}
		}
		out[s] = append(out[s], a)
	}
	return out, nil
}

func (s *segment) isRouter(a netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.near[a].Router
}

// Plan says what would be told.
func (h *hand) Plan(t act.Target) ([]string, error) {
	at, err := h.plan(t)
	if err != nil {
		return nil, err
	}
	var out []string
	for s, ips := range at {
		for _, a := range ips {
			out = append(out, fmt.Sprintf("%s: tell %s that its neighbours are at %s, and them that it is", s.Interface, a, s.own))
		}
	}
	slices.Sort(out)
	return out, nil
}

// Apply begins to answer in the names of the machine and of its neighbours, and returns when all that are known have been told.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	at, err := h.plan(t)
	if err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("arp: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	h.leftover()
	for s, ips := range at {
		said, err := h.cut(ctx, s, t, ips)
		if err != nil {
			return r, fmt.Errorf("arp: interface %s: %w", s.Interface, err)
		}
		if said != "" {
			r.Commands = append(r.Commands, s.Interface+": "+said)
		}
		r.Detail = strings.TrimPrefix(r.Detail+"; "+s.facts(t.Order), "; ")
	}
	r.Took = time.Since(began).Microseconds()
	return r, nil
}

func (h *hand) cut(ctx context.Context, s *segment, t act.Target, ips []netip.Addr) (string, error) {
	if passes, err := forwarding(s); passes || err != nil {
		return "", errors.Join(err, errors.New("this machine forwards packets, so nothing would be cut: set its forwarding to 0 (sysctl)"))
	}
	if err := s.resolve(ctx, slices.Concat(ips, s.Gateways)); err != nil {
		return "", err
	}
	v, err := h.victim(s, t, ips)
	if err != nil {
		return "", err
	}
	if err := h.remember(s, v); err != nil { // how it truly is, before anything else is said
		return "", err
	}
	fresh := s.begin(v)
	if err := s.sweep(ctx); err != nil {
		s.end(t.Order)
		return "", err
	}
	if err := h.remember(s, v); err != nil {
		return "", err
	}
	if !fresh {
		return "", nil
	}
	return fmt.Sprintf("tell %s that its neighbours are at %s, and them that it is, until %s", s.addresses(v), s.own, t.Until.UTC().Format(time.RFC3339)), nil
}

func forwarding(s *segment) (passes bool, err error) {
	err = s.in(func() (err error) { passes, err = s.forwards(); return err })
	return passes, err
}

// victim finds where the addresses truly are; a router's are never cut, whatever name they have.
func (h *hand) victim(s *segment, t act.Target, ips []netip.Addr) (*victim, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &victim{order: t.Order, until: t.Until, named: slices.Clone(t.Nets), at: map[netip.Addr]event.MAC{}}
	for _, a := range ips {
		mac := t.MAC
		if n, known := s.near[a]; known {
			mac = n.MAC
		}
		if mac.IsZero() {
			return nil, fmt.Errorf("%s does not answer, and its MAC is not known", a)
		}
		for _, g := range s.Gateways {
			if s.near[g].MAC == mac {
				return nil, &act.Refused{Enforcer: h.Name(), Text: sayf(textGateway, a)}
			}
		}
		v.at[a] = mac
	}
	// What else is at the same place belongs to the same machine, but for what may never be cut.
	for a, n := range s.near {
		if v.has(n.MAC) && !n.Router && !h.protected(a, n.MAC) {
			v.at[a] = n.MAC
		}
	}
	return v, nil
}

func (h *hand) protected(a netip.Addr, m event.MAC) bool {
	if h.deps.Protects == nil {
		return false
	}
	_, hit := h.deps.Protects([]netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, m, "", nil)
	return hit
}

// begin takes a victim up and tells everybody who is known; false when nothing is new.
func (s *segment) begin(v *victim) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.victims[v.order]
	if old != nil {
		for a, m := range old.at {
			if _, there := v.at[a]; !there {
				v.at[a] = m
			}
		}
	}
	s.victims[v.order] = v
	if old != nil && maps.Equal(old.at, v.at) && old.until.Equal(v.until) {
		return false
	}
	now := time.Now()
	for ip := range s.near {
		s.lie(v, ip, now)
	}
	return true
}

func (s *segment) end(order string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.victims, order)
}

func (s *segment) facts(order string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.victims[order]
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s kept from %d addresses", s.Interface, joined(v.at), len(s.peers(v)))
}

// addresses are those of a victim, to which what is heard adds.
func (s *segment) addresses(v *victim) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return joined(v.at)
}

func joined(at map[netip.Addr]event.MAC) string {
	var out []string
	for _, a := range slices.SortedFunc(maps.Keys(at), netip.Addr.Compare) {
		out = append(out, a.String())
	}
	return strings.Join(out, ", ")
}

// List is whom this process keeps from the others.
func (h *hand) List(context.Context) ([]act.Held, error) {
	var out []act.Held
	for _, s := range h.segments {
		s.mu.Lock()
		for _, order := range slices.Sorted(maps.Keys(s.victims)) {
			v := s.victims[order]
			left := v.until.Sub(h.deps.Now())
			if left <= 0 {
				continue
			}
			x := act.Held{Order: order, Left: left}
			for a, m := range v.at {
				x.Nets = append(x.Nets, netip.PrefixFrom(a, a.BitLen()))
				if !slices.Contains(x.MACs, m) {
					x.MACs = append(x.MACs, m)
				}
			}
			slices.SortFunc(x.Nets, netip.Prefix.Compare)
			out = append(out, x)
		}
		s.mu.Unlock()
	}
	return out, nil
}

// Close finishes telling the truth where an order has ended, and falls silent: what was said of others holds as long as caches do.
func (h *hand) Close() error {
	var errs []error
	for _, s := range h.segments {
		s.stop()
	}
	h.wait.Wait()
	for _, s := range h.segments {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

var (
	textElsewhere = event.Text{JA: "%s は、ARPによる足止めを許した区画にありません", EN: "%s is in no segment where containment by ARP is allowed"}
	textGateway   = event.Text{JA: "%s はゲートウェイまたは櫓自身です。足止めしません", EN: "%s is a gateway or Yagura itself and is never contained"}
)

func sayf(t event.Text, args ...any) event.Text {
	return event.Text{JA: fmt.Sprintf(t.JA, args...), EN: fmt.Sprintf(t.EN, args...)}
}
