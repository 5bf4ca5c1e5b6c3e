package openflow

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// put compares one switch with a target and sends what is missing.
func (h *hand) put(ctx context.Context, s *station, l *link, at site, t act.Target) ([]string, error) {
	s.work.Lock()
	defer s.work.Unlock()
	now := h.deps.Now()
	want := h.cfg.orderFlows(t, now, at)
	want = append(h.cfg.sharedFlows(h.deps.Allow, min(want[0].Hard, maxHard-10)+10), want...) // the exceptions first
	have, err := read(ctx, l)
	if err != nil {
		return nil, err
	}
	if err := have.clash(want, h.cfg.Table); err != nil {
		return nil, err
	}
	lacks, spare := have.lacks(want, now), h.spare(have, want, t.Order)
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
	if err := l.change(ctx, mods); err != nil {
		return done, err
	}
	after, err := read(ctx, l)
	if err != nil {
		return done, err
	}
	if left := after.lacks(want, now); len(left) > 0 {
		return done, fmt.Errorf("of %d flows of order %s %d are not there after they were set", len(want), t.Order, len(left))
	}
	return done, nil
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
	if have.orders() == mine && have.of(cookieShared) > 0 {
		mods = append(mods, byCookie(cookieShared))
		if mine > 0 {
			done = append(done, deletion(s.label(), cookieShared, "the last"))
		}
	}
	if len(mods) == 0 {
		return nil, nil
	}
	if err := l.change(ctx, mods); err != nil {
		return done, err
	}
	after, err := read(ctx, l)
	if err == nil && after.of(cookie) > 0 {
		err = fmt.Errorf("%d flows of order %s are still there after they were deleted", after.of(cookie), order)
	}
	return done, err
}

func byCookie(cookie uint64) *ofp.FlowMod {
	return &ofp.FlowMod{Command: ofp.FlowDelete, CookieMask: cookieAll, Flow: ofp.Flow{Cookie: cookie, Table: ofp.TableAll}}
}

// restore puts back on one switch what was applied, oldest first, and renews what is about to end too early.
func (h *hand) restore(ctx context.Context, s *station, l *link) {
	h.mu.Lock()
	wishes := slices.SortedFunc(maps.Values(h.wanted), func(a, b wish) int { return cmp.Compare(a.serial, b.serial) })
	h.mu.Unlock()
	for _, w := range wishes {
		if !h.deps.Now().Before(w.Until) {
			h.mu.Lock()
			delete(h.wanted, w.Order)
			h.mu.Unlock()
			continue
		}
		if err := h.check(w.Target); err != nil {
			continue // it has become protected since
		}
		s.mu.Lock()
		at := s.site
		s.mu.Unlock()
		within, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
		done, err := h.put(within, s, l, at, w.Target)
		cancel()
		if err != nil {
			h.deps.Log.Error("an order could not be put back on a switch", "switch", s.label(), "order", w.Order, "error", err)
		} else if len(done) > 0 {
			h.deps.Log.Warn("a switch had lost an isolation; it is put back", "switch", s.label(), "order", w.Order)
		}
	}
}

// hear takes what the switch tells by itself.
func (h *hand) hear(_ context.Context, s *station, _ *link, m ofp.Message) {
	gone, ok := m.(*ofp.FlowRemoved)
	if !ok || gone.Cookie&cookieMask != cookieTag {
		return
	}
	h.removed.Add(1)
	h.deps.Log.Info("a switch has ended a flow of an isolation", "switch", s.label(), "cookie", fmt.Sprintf("%#x", gone.Cookie),
		"by_itself", gone.Reason == ofp.RemovedHard, "packets", gone.Packets)
}
