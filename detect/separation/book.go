package separation

import (
	"maps"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// book is the running day's record, and those of the days before that were not fetched yet.
type book struct {
	day     int64 // of Japan's calendar, days since 1970; 0 = not begun
	minutes [1440/64 + 1]uint64
	pairs   map[[2]string]*event.ZonePair
	kinds   []event.ZoneBreach
	until   time.Time
	past    []event.SeparationDay // complete, oldest first
}

// maxPast is how many complete days wait to be fetched; maxKinds how many different breaches of a day are listed.
const (
	maxPast  = 40
	maxKinds = 200
)

func newBook() *book { return &book{pairs: map[[2]string]*event.ZonePair{}} }

func dayOf(t time.Time) int64 { return (t.Unix() + 9*3600) / 86400 }

func dayName(d int64) string {
	return time.Unix(d*86400, 0).UTC().Format(time.DateOnly)
}

// reach moves the record to t: the minute was watched; a new day begins a new page.
func (n *instance) reach(t time.Time) {
	b := n.book
	if !t.After(b.until) {
		return
	}
	if d := dayOf(t); d != b.day {
		if b.day != 0 {
			b.past = append(b.past, n.page())
			b.past = b.past[max(0, len(b.past)-maxPast):]
		}
		b.day, b.minutes, b.kinds = d, [len(b.minutes)]uint64{}, nil
		clear(b.pairs)
		for _, r := range n.rules {
			r.Day, r.Bytes = 0, 0
		}
	}
	b.until = t
	m := ((t.Unix() + 9*3600) % 86400) / 60
	b.minutes[m/64] |= 1 << (m % 64)
}

func (b *book) pair(from, to string) *event.ZonePair {
	k := [2]string{from, to}
	p := b.pairs[k]
	if p == nil {
		p = &event.ZonePair{From: from, To: to}
		b.pairs[k] = p
	}
	return p
}

func (b *book) breach(a *event.NetworkActivity, from, to string) {
	for i := range b.kinds {
		k := &b.kinds[i]
		if k.Src == a.Src.IP && k.Dst == a.Dst.IP && k.Port == a.Dst.Port && k.Proto == a.Proto.String() {
			k.Count++
			return
		}
	}
	if len(b.kinds) < maxKinds {
		b.kinds = append(b.kinds, event.ZoneBreach{First: a.Time, From: from, To: to, Src: a.Src.IP, Dst: a.Dst.IP, Proto: a.Proto.String(), Port: a.Dst.Port, Count: 1})
	}
}

// page is the running day as it stands.
func (n *instance) page() event.SeparationDay {
	b := n.book
	d := event.SeparationDay{Day: dayName(b.day), Zones: slices.Sorted(maps.Keys(n.isolated)), List: n.digest, Until: b.until, Details: slices.Clone(b.kinds)}
	for m := range 1440 {
		d.Minutes += int(b.minutes[m/64] >> (m % 64) & 1)
	}
	for _, k := range slices.SortedFunc(maps.Keys(b.pairs), func(x, y [2]string) int { return slices.Compare(x[:], y[:]) }) {
		p := *b.pairs[k]
		d.Pairs = append(d.Pairs, p)
		d.Checked += p.Checked
		d.Bytes += p.Bytes
		d.Breaches += p.Breaches
	}
	for _, r := range n.rules {
		d.Entries = append(d.Entries, event.PermitUse{Name: r.Name, Owner: r.Owner, Reason: r.Reason, Expires: r.Expires,
			Uses: r.Day, Bytes: r.Bytes, Total: r.Used, First: r.First, Last: r.Last, Expired: r.expired(b.until)})
	}
	return d
}

// Separation gives the complete days that were not fetched yet and the running one, oldest first; nothing where no
// zone must be separate.
func (n *instance) Separation() []event.SeparationDay {
	if len(n.isolated) == 0 || n.book.day == 0 {
		return nil
	}
	out := append(n.book.past, n.page())
	n.book.past = nil
	return out
}
