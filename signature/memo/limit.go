package memo

import "net/netip"

// Kind is how a rule limits its alerts.
type Kind uint8

// Kinds of limits (Suricata's threshold and detection_filter).
const (
	Limit     Kind = iota // the first Count events of each Seconds
	Threshold             // every Count-th event within Seconds
	Both                  // once each Seconds, at the Count-th event
	Filter                // events beyond Count within Seconds (detection_filter)
	Backoff               // at Count, then at Count·Multiplier, and so on
)

// Rate is one limit.
type Rate struct {
	Kind       Kind
	Count      uint32
	Seconds    uint32
	Multiplier uint32 // of Backoff
}

// Subject is whom a limit counts for; what does not matter is zero.
type Subject struct {
	SID, GID uint32
	Slot     uint8 // which of the rule's limits
	Src, Dst netip.Addr
	Flow     uint64
	VLAN     uint16
}

type count struct {
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

// Pass counts one event of who at time now (ns), and reports whether it is to be told.
func (l *Limits) Pass(who Subject, r Rate, now int64) (told bool) {
	window := int64(r.Seconds) * 1e9
	l.table.Update(who, now, func(c *count, known bool) int64 {
		if r.Kind == Backoff {
			told = c.backoff(r)
			return 0
		}
		if !known || now-c.start >= window || now < c.start-window {
			*c = count{start: now}
		}
		told = c.pass(r)
		return c.start + window
	})
	return told
}

func (c *count) pass(r Rate) bool {
	c.n++
	switch n := uint64(r.Count); r.Kind {
	case Limit:
		return c.n <= n
	case Threshold:
		if c.n >= n {
			c.n = 0
			return true
		}
		return false
	case Both:
		return c.n == n
	default:
		return c.n > n
	}
}

func (c *count) backoff(r Rate) bool {
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
