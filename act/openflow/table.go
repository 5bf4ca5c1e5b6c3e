package openflow

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
	"github.com/yagura-project/yagura/event"
)

// table is what a switch has: Yagura's flows, and where others stand.
type table struct {
	ours   map[place]ofp.FlowStats
	theirs map[place]uint64 // their cookies
}

func read(ctx context.Context, l *link) (table, error) {
	flows, err := l.flows(ctx, 0, 0)
	if err != nil {
		return table{}, fmt.Errorf("read its flows: %w", err)
	}
	return tableOf(flows), nil
}

func tableOf(flows []ofp.FlowStats) table {
	t := table{map[place]ofp.FlowStats{}, map[place]uint64{}}
	for _, f := range flows {
		if f.Cookie&cookieMask == cookieTag {
			t.ours[placeOf(f.Flow)] = f
		} else {
			t.theirs[placeOf(f.Flow)] = f.Cookie
		}
	}
	for p := range t.theirs { // no switch has two flows at one place; one that says so is believed that another's is there
		delete(t.ours, p)
	}
	return t
}

// lacks gives the flows of want that are not there as they should be. since is how long ago their time-outs were
// reckoned: while a busy switch answers, the time of its flows runs on.
func (t table) lacks(want []ofp.Flow, since time.Duration) (out []ofp.Flow) {
	for _, w := range want {
		if have, there := t.has(w); !there || !timely(have, w, since) {
			out = append(out, w)
		}
	}
	return out
}

// absent gives the flows of want that are not there, whenever those end that are.
func (t table) absent(want []ofp.Flow) (out []ofp.Flow) {
	for _, w := range want {
		if _, there := t.has(w); !there {
			out = append(out, w)
		}
	}
	return out
}

// has finds a flow that does what want does, for the same order.
func (t table) has(want ofp.Flow) (have ofp.FlowStats, there bool) {
	have, there = t.ours[placeOf(want)]
	return have, there && have.Cookie == want.Cookie && plain(have.Instructions) == plain(want.Instructions)
}

// timely reports whether a flow ends when it should. Yagura's own table may stay longer, and what is to stay longer
// than the protocol can say is renewed when half of that is over.
func timely(have ofp.FlowStats, want ofp.Flow, since time.Duration) bool {
	if want.Hard == 0 || have.Hard == 0 {
		return have.Hard == want.Hard
	}
	off := time.Duration(int(have.Left())-int(want.Hard)) * time.Second
	if have.Cookie == cookieShared {
		return off > -slack-since
	}
	_, until, told := parseMark(have.Instructions.Note())
	_, due, asked := parseMark(want.Instructions.Note())
	if told && asked && !until.Equal(due) && until.Sub(due).Abs() > slack {
		return false
	}
	if want.Hard == maxHard {
		return have.Left() > maxHard/2
	}
	return off.Abs() < slack+since+time.Second // whole seconds are compared
}

// taken reports whether a foreign flow stands where f must.
func (t table) taken(f ofp.Flow) bool {
	_, taken := t.theirs[placeOf(f)]
	return taken
}

// clash names a foreign flow that stands where one of want must.
func (t table) clash(want []ofp.Flow, own uint8) error {
	for _, w := range want {
		if cookie, taken := t.theirs[placeOf(w)]; taken {
			return fmt.Errorf("a flow of another (cookie %#x) stands where Yagura's must: %s; set another priority or table", cookie, w)
		}
	}
	for p, cookie := range t.theirs {
		if p.table == own || p.table == own+1 {
			return fmt.Errorf("table %d has a flow of another (cookie %#x): set table to two that are free", p.table, cookie)
		}
	}
	return nil
}

// of counts the flows of one cookie.
func (t table) of(cookie uint64) (n int) {
	for _, f := range t.ours {
		if f.Cookie == cookie {
			n++
		}
	}
	return n
}

// orders counts those flows that are an order's.
func (t table) orders() (n int) {
	for _, f := range t.ours {
		if f.Cookie != cookieShared && f.Cookie != cookieBase {
			n++
		}
	}
	return n
}

// sight is what is known of one order on one switch while it is read.
type sight struct {
	held     act.Held
	src, dst map[netip.Prefix]bool
	until    time.Time
}

// held groups Yagura's flows by order. An address counts when it is cut both ways. name gives the order of a cookie
// whose flows bear no remark.
func (t table) held(name func(cookie uint64) (order string, until time.Time), now time.Time) map[string]act.Held {
	seen := map[uint64]*sight{}
	for _, f := range t.ours {
		if f.Cookie == cookieShared || f.Cookie == cookieBase {
			continue
		}
		s := seen[f.Cookie]
		if s == nil {
			s = &sight{src: map[netip.Prefix]bool{}, dst: map[netip.Prefix]bool{}}
			s.held.Order, s.until = name(f.Cookie)
			seen[f.Cookie] = s
		}
		s.see(f, now)
	}
	out := map[string]act.Held{}
	for _, s := range seen {
		for p := range s.src {
			if s.dst[p] {
				s.held.Nets = append(s.held.Nets, p)
			}
		}
		slices.SortFunc(s.held.Nets, netip.Prefix.Compare)
		out[s.held.Order] = s.held
	}
	return out
}

func (s *sight) see(f ofp.FlowStats, now time.Time) {
	if order, until, ok := parseMark(f.Instructions.Note()); ok {
		s.held.Order, s.until = order, until
	}
	left := time.Duration(f.Left()) * time.Second
	if f.Hard == maxHard && s.until.After(now.Add(left)) {
		left = s.until.Sub(now) // it is renewed before it ends
	}
	if s.held.Left == 0 || left < s.held.Left {
		s.held.Left = left
	}
	if f.Table != 0 {
		return // an exception
	}
	for _, id := range []uint8{ofp.FieldIPv4Src, ofp.FieldIPv6Src} {
		if field, ok := f.Match.Get(id); ok {
			note(s.src, field)
		}
	}
	for _, id := range []uint8{ofp.FieldIPv4Dst, ofp.FieldIPv6Dst} {
		if field, ok := f.Match.Get(id); ok {
			note(s.dst, field)
		}
	}
	if field, ok := f.Match.Get(ofp.FieldEthSrc); ok && len(field.Value) == 6 && len(f.Match) == 1 {
		if mac := event.MAC([]byte(field.Value)); !slices.Contains(s.held.MACs, mac) {
			s.held.MACs = append(s.held.MACs, mac)
		}
	}
}

func note(seen map[netip.Prefix]bool, f ofp.Field) {
	if p, ok := f.Prefix(); ok {
		seen[p] = true
	}
}

// common is what every switch has of each order that any of them has.
func common(lists []map[string]act.Held) []act.Held {
	all := map[string]act.Held{}
	for _, list := range lists {
		maps.Copy(all, list)
	}
	for order, x := range all {
		for _, list := range lists {
			y, there := list[order]
			x.Nets = slices.DeleteFunc(slices.Clone(x.Nets), func(p netip.Prefix) bool { return !slices.Contains(y.Nets, p) })
			x.MACs = slices.DeleteFunc(slices.Clone(x.MACs), func(m event.MAC) bool { return !slices.Contains(y.MACs, m) })
			if there {
				x.Left = min(x.Left, y.Left)
			}
		}
		all[order] = x
	}
	return slices.SortedFunc(maps.Values(all), func(a, b act.Held) int { return cmp.Compare(a.Order, b.Order) })
}
