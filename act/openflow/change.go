package openflow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// order is what one switch is told.
type order struct {
	act.Target
	port  uint32 // where the machine was just seen; 0 = as the switch has it
	again bool   // nobody has just asked for it: it must still stand
}

// put compares one switch with an order and sends what is missing.
func (h *hand) put(ctx context.Context, s *station, l *link, at site, t order) ([]string, error) {
	s.work.Lock()
	defer s.work.Unlock()
	if _, ok := h.standing(cookieOf(t.Order)); t.again && !ok {
		return nil, nil
	}
	now, began := h.deps.Now(), time.Now()
	have, err := read(ctx, l)
	if err != nil {
		return nil, err
	}
	want := h.wants(have, at, t, now)
	if err := have.clash(want, h.cfg.Table); err != nil {
		return nil, err
	}
	lacks, spare := have.lacks(want, time.Since(began)), h.spare(have, want, t.Order)
	if len(lacks)+len(spare) == 0 {
		return nil, nil
	}
	var mods []*ofp.FlowMod
	for _, f := range lacks {
		mods = append(mods, &ofp.FlowMod{Command: ofp.FlowAdd, Flow: f})
	}
	for _, f := range spare {
		mods = append(mods, strict(f))
	}
	done := append(commands(s.label(), lacks), deletions(s.label(), spare)...)
	s.tell(cookieOf(t.Order), true)
	if err := l.change(ctx, mods); err != nil {
		return done, err
	}
	after, err := read(ctx, l)
	if err != nil {
		return done, err
	}
	left := after.absent(want)
	if len(left) == 0 { // what was left as it is has been found to end in time above: it runs on since
		left = after.lacks(lacks, time.Since(began))
	}
	if len(left) > 0 {
		return done, fmt.Errorf("of %d flows of order %s %d are not there after they were set", len(want), t.Order, len(left))
	}
	return done, nil
}

// wants is everything that the switch must have for the order: the exceptions first.
func (h *hand) wants(have table, at site, t order, now time.Time) []ofp.Flow {
	cookie, c := cookieOf(t.Order), &h.cfg
	if t.port == 0 && c.moves(t.Target) {
		t.port = have.portOf(c, cookie)
	}
	flows := c.orderFlows(t.Target, h.deps.Allow, now, at, t.port)
	hard := min(flows[0].Hard, maxHard-linger) + linger
	want := c.sharedFlows(h.deps.Allow, hard)
	ports := have.ports(c, cookie)
	if t.port != 0 && !slices.Contains(ports, t.port) {
		ports = append(ports, t.port)
		slices.Sort(ports)
	}
	return append(append(want, c.flood(at, ports, hard)...), flows...)
}

// spare are the order's flows, and those of Yagura's table, that no longer belong there.
func (h *hand) spare(have table, want []ofp.Flow, order string) (out []ofp.Flow) {
	wanted := map[place]bool{}
	for _, w := range want {
		wanted[placeOf(w)] = true
	}
	for p, f := range have.ours {
		if (f.Cookie == cookieOf(order) || f.Cookie == cookieShared) && !wanted[p] {
			out = append(out, f.Flow)
		}
	}
	slices.SortFunc(out, func(a, b ofp.Flow) int { return cmp.Compare(a.String(), b.String()) })
	return out
}

// strict deletes exactly one flow, and only if it is Yagura's.
func strict(f ofp.Flow) *ofp.FlowMod {
	f.Instructions, f.Flags = ofp.Instructions{}, 0
	return &ofp.FlowMod{Command: ofp.FlowDeleteStrict, CookieMask: cookieAll, Flow: f}
}

func (h *hand) take(ctx context.Context, s *station, l *link, order string) ([]string, error) {
	s.work.Lock()
	defer s.work.Unlock()
	have, err := read(ctx, l)
	if err != nil {
		return nil, err
	}
	cookie := cookieOf(order)
	mine := have.of(cookie)
	var mods []*ofp.FlowMod
	var done []string
	if mine > 0 {
		mods, done = append(mods, byCookie(cookie)), append(done, deletion(s.label(), cookie, order))
	}
	if have.orders() > mine {
		mods = append(mods, h.drain(have, s.at(), cookie)...)
	} else if have.of(cookieShared) > 0 {
		mods = append(mods, byCookie(cookieShared))
		if mine > 0 {
			done = append(done, deletion(s.label(), cookieShared, "the last"))
		}
	}
	if len(mods) == 0 {
		s.tell(cookie, false)
		return nil, nil
	}
	if err := l.change(ctx, mods); err != nil {
		return done, err
	}
	after, err := read(ctx, l)
	if err != nil {
		return done, err
	}
	if n := after.of(cookie); n > 0 {
		return done, fmt.Errorf("%d flows of order %s are still there after they were deleted", n, order)
	}
	s.tell(cookie, false)
	return done, nil
}

func byCookie(cookie uint64) *ofp.FlowMod {
	return &ofp.FlowMod{Command: ofp.FlowDelete, CookieMask: cookieAll, Flow: ofp.Flow{Cookie: cookie, Table: ofp.TableAll}}
}

// standing is the order of a cookie that was applied and neither undone nor outlived.
func (h *hand) standing(cookie uint64) (act.Entry, bool) {
	entries, err := h.book.All()
	if err != nil {
		return act.Entry{}, false
	}
	i := slices.IndexFunc(entries, func(e act.Entry) bool { return cookieOf(e.Order) == cookie })
	if i < 0 {
		return act.Entry{}, false
	}
	e := entries[i]
	return e, e.Done && !e.Leaving && !e.Over(h.deps.Now())
}

// restore puts back on one switch what was applied, oldest first, and renews what is about to end too early.
func (h *hand) restore(ctx context.Context, s *station, l *link) {
	entries, err := h.book.All()
	if err != nil {
		h.deps.Log.Error("what stands is not known; the next comparison with the ledger puts it back", "switch", s.label(), "error", err)
	}
	slices.SortFunc(entries, func(a, b act.Entry) int { return a.Since.Compare(b.Since) })
	for _, e := range entries {
		if e.Over(h.deps.Now()) && !e.Leaving {
			_ = h.book.Drop(e.Order) // kept at worst until the next time
		}
		if !e.Done || e.Leaving || e.Over(h.deps.Now()) || h.check(e.Target()) != nil {
			continue
		}
		within, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
		done, err := h.put(within, s, l, s.at(), order{Target: e.Target(), again: true})
		cancel()
		if err != nil {
			h.deps.Log.Error("an order could not be put back on a switch", "switch", s.label(), "order", e.Order, "error", err)
		} else if len(done) > 0 {
			h.deps.Log.Warn("a switch had lost an isolation, or it had to be renewed; it is put back", "switch", s.label(), "order", e.Order)
		}
	}
}

// hear takes what the switch tells by itself.
func (h *hand) hear(ctx context.Context, s *station, l *link, m ofp.Message) {
	switch m := m.(type) {
	case *ofp.PacketIn:
		h.learn(ctx, s, l, m)
	case *ofp.FlowRemoved:
		if m.Cookie&cookieMask != cookieTag {
			return
		}
		h.removed.Add(1)
		h.deps.Log.Info("a switch has ended a flow of an isolation", "switch", s.label(), "cookie", fmt.Sprintf("%#x", m.Cookie),
			"by_itself", m.Reason == ofp.RemovedHard, "packets", m.Packets)
		if _, from := m.Match.Get(ofp.FieldEthSrc); from && m.Reason == ofp.RemovedHard && m.Priority == h.cfg.Priority+stepVLAN {
			h.tidy(ctx, s, l)
		}
	}
}
