package detect

import (
	"net/netip"
	"time"
)

// Deed is what one address does to another.
type Deed struct {
	Src, Dst netip.Addr
	What     string
}

// Tally counts deeds and says when to tell of one: the first time, then whenever there are ten times as many.
type Tally struct{ deeds *Table[Deed, tallied] }

type tallied struct {
	n, told int
	first   time.Time
}

// Count is how often a deed was seen.
type Count struct {
	All   int       // since First
	New   int       // of these, those of which nothing was told yet
	First time.Time // when it began
}

// NewTally remembers at most limit deeds, each until it was not seen for idle.
func NewTally(limit int, idle time.Duration) Tally {
	return Tally{NewTable[Deed, tallied](limit, idle)}
}

// Add counts one deed; tell says that now is the time to tell of it, and that it counts as told.
func (t Tally) Add(d Deed, at time.Time) (c Count, tell bool) {
	s, isNew := t.deeds.Touch(d, at)
	if isNew {
		s.first = at
	}
	s.n++
	c = Count{All: s.n, New: s.n - s.told, First: s.first}
	if s.told > 0 && s.n < 10*s.told {
		return c, false
	}
	s.told = s.n
	return c, true
}

// Expire forgets what was not seen for long.
func (t Tally) Expire(now time.Time) { t.deeds.Expire(now) }

// Stats is what is held.
func (t Tally) Stats() Stats { return t.deeds.Stats() }
