package arp

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// remember writes down where everybody is, before and after neighbours are lied to.
func (h *hand) remember(s *segment, v *victim) error {
	s.mu.Lock()
	k := keptOrder{Order: v.order, Interface: s.Interface, At: maps.Clone(v.at), Peers: s.peers(v)}
	s.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.kept, func(x keptOrder) bool { return x.Order == v.order && x.Interface == s.Interface })
	same := func(a, b neighbour) bool { return a.MAC == b.MAC && a.Router == b.Router }
	if i >= 0 && maps.Equal(h.kept[i].At, k.At) && maps.EqualFunc(h.kept[i].Peers, k.Peers, same) && !h.kept[i].Leaving {
		return nil
	}
	before := slices.Clone(h.kept)
	if i < 0 {
		h.kept = append(h.kept, k)
	} else {
		h.kept[i] = k
	}
	if err := h.memory.Save(h.kept); err != nil {
		h.kept = before
		return fmt.Errorf("where everybody is cannot be kept, so nothing is said: %w", err)
	}
	return nil
}

// rounds is how often the truth is told; Linux believes only what comes a second after the last change.
const rounds = 3

// Undo tells everybody the truth at once, and twice more in the next two seconds.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	h.leftover()
	r := event.Receipt{Op: "undo"}
	told := map[*segment][]word{}
	for _, s := range h.segments {
		if ws := h.truth(s, t.Order); len(ws) > 0 {
			told[s] = ws
			r.Commands = append(r.Commands, fmt.Sprintf("%s: tell %s, and them, where each truly is", s.Interface, about(ws)))
		}
	}
	slices.Sort(r.Commands)
	for s, ws := range told {
		if err := s.tell(ctx, ws); err != nil {
			return r, fmt.Errorf("arp: interface %s: %w", s.Interface, err)
		}
	}
	left, err := h.leave(t.Order)
	if left {
		h.wait.Go(func() { h.tellAgain(t.Order, told) })
	}
	r.Took = time.Since(began).Microseconds()
	return r, err
}

// tellAgain goes on telling the truth, and then forgets the order.
func (h *hand) tellAgain(order string, told map[*segment][]word) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range rounds - 1 {
		_ = wait(ctx, afterLocktime)
		for s, ws := range told {
			if err := s.tell(ctx, ws); err != nil {
				h.deps.Log.Warn("the truth could not be told again; caches heal by themselves", "interface", s.Interface, "order", order, "error", err)
			}
		}
	}
	if err := h.forget(order); err != nil {
		h.deps.Log.Warn("a released order could not be forgotten", "order", order, "error", err)
	}
}

// leave marks what is remembered of an order as told; false where nothing was, or it is being told already.
func (h *hand) leave(order string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed := false
	for i := range h.kept {
		if h.kept[i].Order == order && !h.kept[i].Leaving {
			h.kept[i].Leaving, changed = true, true
		}
	}
	if !changed {
		return false, nil
	}
	if err := h.memory.Save(h.kept); err != nil {
		return true, fmt.Errorf("arp: the truth is told, but that cannot be kept: %w", err)
	}
	return true, nil
}

// truth ends a victim, and gives what has to be told of it: from what is known now, and from what was remembered.
func (h *hand) truth(s *segment, order string) []word {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	at, peers := map[netip.Addr]event.MAC{}, map[netip.Addr]neighbour{}
	for _, k := range h.kept {
		if k.Order == order && k.Interface == s.Interface && !k.Leaving {
			maps.Copy(at, k.At)
			maps.Copy(peers, k.Peers)
		}
	}
	if v := s.victims[order]; v != nil {
		maps.Copy(at, v.at)
		maps.Copy(peers, s.peers(v))
	}
	delete(s.victims, order)
	for _, v := range s.victims { // who is still cut by another order stays cut
		maps.DeleteFunc(at, func(a netip.Addr, _ event.MAC) bool { _, still := v.at[a]; return still })
	}
	var out []word
	for ip, p := range peers {
		if s.isVictim(p.MAC) {
			continue
		}
		out = append(out, words(at, ip, p, func(_ netip.Addr, truly event.MAC) event.MAC { return truly })...)
	}
	slices.SortFunc(out, compareWords)
	return out
}

func (s *segment) isVictim(m event.MAC) bool {
	for _, v := range s.victims {
		if v.has(m) {
			return true
		}
	}
	return false
}

func about(ws []word) string {
	var out []string
	for _, w := range ws {
		if a := w.ip.String(); !slices.Contains(out, a) && len(out) < 16 {
			out = append(out, a)
		}
	}
	return strings.Join(out, ", ")
}

// tell sends words at the segment's rate.
func (s *segment) tell(ctx context.Context, ws []word) error {
	for i, w := range ws {
		if s.cutAgain(w) {
			continue
		}
		if err := s.send(s.frame(w)); err != nil {
			return err
		}
		if i%64 == 63 {
			if err := wait(ctx, 64*time.Second/time.Duration(s.rate)); err != nil {
				return err
			}
		}
	}
	return nil
}

// cutAgain reports that by now a truth would undo another order.
func (s *segment) cutAgain(w word) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stands(w)
}

// forget drops what was remembered of an order.
func (h *hand) forget(order string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	keep := slices.DeleteFunc(slices.Clone(h.kept), func(k keptOrder) bool { return k.Order == order && k.Leaving })
	if len(keep) == len(h.kept) {
		return nil
	}
	if err := h.memory.Save(keep); err != nil {
		return fmt.Errorf("arp: the truth is told, but that cannot be kept: %w", err)
	}
	h.kept = keep
	return nil
}

// ended gives a machine back whose time has come; nobody need ask.
func (h *hand) ended(order string) {
	h.wait.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if _, err := h.Undo(ctx, act.Target{Order: order}); err != nil {
			h.deps.Log.Warn("an isolation is over, but the truth could not be told; caches heal by themselves", "order", order, "error", err)
		}
	})
}

// leftover finishes, with the first deed after a restart, the releases that it interrupted.
func (h *hand) leftover() {
	h.mu.Lock()
	first := !h.begun
	h.begun = true
	var orders []string
	for i := range h.kept {
		if first && h.kept[i].Leaving {
			h.kept[i].Leaving = false
			orders = append(orders, h.kept[i].Order)
		}
	}
	h.mu.Unlock()
	for _, order := range orders {
		h.ended(order)
	}
}
