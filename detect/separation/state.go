package separation

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// state is what outlives a restart: how entries were used, the running day, and what zones said to each other.
type state struct {
	Since    time.Time             `json:"since"`
	Checked  uint64                `json:"checked"`
	Breaches uint64                `json:"breaches"`
	Day      int64                 `json:"day"`
	Minutes  []uint64              `json:"minutes"`
	Pairs    []event.ZonePair      `json:"pairs"`
	Kinds    []event.ZoneBreach    `json:"kinds"`
	Until    time.Time             `json:"until"`
	Past     []event.SeparationDay `json:"past"`
	Usage    map[string]usage      `json:"usage"` // by the entry's name
	Talks    []event.Talk          `json:"talks"`
}

// Save implements detect.Keeper.
func (n *instance) Save() ([]byte, error) {
	b := n.book
	s := state{Since: n.since, Checked: n.checked, Breaches: n.breaches, Day: b.day, Minutes: b.minutes[:], Kinds: b.kinds, Until: b.until,
		Past: b.past, Usage: map[string]usage{}, Talks: n.Talks()}
	for _, p := range b.pairs {
		s.Pairs = append(s.Pairs, *p)
	}
	for _, r := range n.rules {
		s.Usage[r.Name] = r.usage
	}
	return json.Marshal(s)
}

// Restore implements detect.Keeper. Entries that are no longer on the list are forgotten.
func (n *instance) Restore(text []byte) error {
	var s state
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("separation: what was kept cannot be read: %w", err)
	}
	b := n.book
	n.since, n.checked, n.breaches = s.Since, s.Checked, s.Breaches
	b.day, b.kinds, b.until, b.past = s.Day, s.Kinds, s.Until, s.Past
	copy(b.minutes[:], s.Minutes)
	for _, p := range s.Pairs {
		*b.pair(p.From, p.To) = p
	}
	for _, r := range n.rules {
		r.usage = s.Usage[r.Name]
	}
	n.restoreTalks(s.Talks)
	return nil
}
