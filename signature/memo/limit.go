package memo

import (
	"net/netip"

	"github.com/yagura-project/yagura/signature/rule"
)

// Subject is whom a limit counts for; what does not matter is zero.
type Subject struct {
	SID, GID uint32
	Slot     uint8 // which of the rule's limits
	Src, Dst netip.Addr
	Flow     uint64
}

type count struct {
	ports map[uint16]struct{} // seen, of a limit that counts each once; at most maxPorts
	n     uint64
	start int64
	next  uint64 // of Backoff
}

// Limits counts events for rules.
type Limits struct{ table *Table[Subject, count] }

// NewLimits makes counters for at most n subjects.
func NewLimits(n int) *Limits { return &Limits{NewTable[Subject, count](n)} }

// Evicted counts the counters that were given up for room.
func (l *Limits) Evicted() uint64 { return l.table.Evicted() }

// Pass counts one event of who at time now (ns), and reports whether it is to be told. The last moment of a window belongs to it.
// once is what a limit with Unique counts once.
func (l *Limits) Pass(who Subject, r rule.Rate, once uint16, now int64) (told bool) {
	window := int64(r.Seconds) * 1e9
	l.table.Update(who, now, func(c *count, known bool) int64 {
		if r.Kind == rule.Backoff {
			told = c.backoff(r)
			return 0
		}
		if !known || now-c.start > window || now < c.start-window {
			*c = count{start: now}
		}
		if r.Unique != rule.UniqueNone && !c.fresh(once) {
			return c.start + window
		}
		told = c.pass(r)
		return c.start + window
	})
	return told
}

// Turned counts one event of who at time now (ns), and reports whether a turn of the rule's action holds for it.
func (l *Limits) Turned(who Subject, t rule.Turn, now int64) (turned bool) {
	window, lasts := int64(t.Seconds)*1e9, int64(t.Timeout)*1e9
	l.table.Update(who, now, func(c *count, known bool) int64 {
		if known && c.next != 0 && now-c.start <= lasts && c.start-now <= lasts { // start is when it turned; the clock may have been set back
			turned = true
			return c.start + lasts
		}
		if !known || c.next != 0 || now-c.start > window || now < c.start {
			*c = count{start: now}
		}
		if c.n++; c.n > uint64(t.Count) {
			turned = true
			*c = count{start: now, next: 1}
		}
		return c.start + max(window, lasts)
	})
	return turned
}

const maxPorts = 1024

// fresh reports whether port was not counted yet.
func (c *count) fresh(port uint16) bool {
	if c.ports == nil {
		c.ports = map[uint16]struct{}{}
	}
	if _, seen := c.ports[port]; seen || len(c.ports) >= maxPorts {
		return false
	}
	c.ports[port] = struct{}{}
	return true
}

func (c *count) pass(r rule.Rate) bool {
	c.n++
	switch n := uint64(r.Count); r.Kind {
	case rule.Limit:
		return c.n <= n
	case rule.Threshold:
		if c.n >= n {
			c.n = 0
			return true
		}
		return false
	case rule.Both:
		return c.n == n
	default:
		return c.n > n
	}
}

func (c *count) backoff(r rule.Rate) bool {
	c.n++
	if c.next == 0 {
		c.next = uint64(max(r.Count, 1))
	}
	if c.n != c.next {
		return false
	}
	if next := c.next * uint64(max(r.Multiplier, 1)); next > c.next {
		c.next = next
	} else {
		c.next = 1<<64 - 1
	}
	return true
}
