package detect

import (
	"iter"
	"time"
)

// Table keeps state by key, bounded in number and in age; when it is full the
// least recently touched key goes and is counted. Iteration is in order of
// last touch, so that it is the same in every run.
type Table[K comparable, V any] struct {
	max     int
	idle    time.Duration
	byKey   map[K]*slot[K, V]
	oldest  *slot[K, V] // touched longest ago
	newest  *slot[K, V]
	latest  int64 // of all touches
	quiet   int64 // until then oldest stays, so that Expire, asked each second of so many tables, need not go and look; 0: not known
	evicted uint64
}

// slot is one key with its place in the order of touches: most of a town's memory is slots, so it holds no more than it must.
type slot[K comparable, V any] struct {
	older, newer *slot[K, V]
	touched      int64 // nanoseconds since 1970
	key          K
	value        V
}

// grain is how exactly touches are noted: a busy key moves in the order once a second, not with every packet.
const grain = time.Second

// NewTable makes a table of at most limit keys (≥ 1), each forgotten after idle without a touch (0 = never).
func NewTable[K comparable, V any](limit int, idle time.Duration) *Table[K, V] {
	return &Table[K, V]{max: max(limit, 1), idle: idle, byKey: map[K]*slot[K, V]{}}
}

// Touch returns the state of k, made by zero value where it is new; the pointer is valid until k leaves the table.
func (t *Table[K, V]) Touch(k K, now time.Time) (v *V, isNew bool) {
	at := now.UnixNano()
	t.latest = max(t.latest, at)
	if s, ok := t.byKey[k]; ok {
		if !t.old(s, at) {
			if at-s.touched >= int64(grain) {
				s.touched = at
				t.unlink(s)
				t.append(s)
			}
			return &s.value, false
		}
		t.remove(s)
	}
	if len(t.byKey) >= t.max {
		t.remove(t.oldest)
		t.evicted++
	}
	s := &slot[K, V]{key: k, touched: at}
	t.byKey[k] = s
	t.append(s)
	return &s.value, true
}

// leap is how far ahead a touch may lie before it is of a clock that has been put back since.
const leap = time.Hour

func (t *Table[K, V]) old(s *slot[K, V], at int64) bool {
	gap := at - s.touched
	return t.idle > 0 && (gap > int64(t.idle) || gap < -t.ahead())
}

// ahead is how far ahead of the clock a touch may lie, in nanoseconds.
func (t *Table[K, V]) ahead() int64 { return int64(max(t.idle, leap)) }

// Peek returns the state of k without touching it; nil when there is none or it is too old.
func (t *Table[K, V]) Peek(k K, now time.Time) *V {
	s, ok := t.byKey[k]
	if !ok || t.old(s, now.UnixNano()) {
		return nil
	}
	return &s.value
}

// Drop forgets k.
func (t *Table[K, V]) Drop(k K) {
	if s, ok := t.byKey[k]; ok {
		t.remove(s)
	}
}

// Expire forgets what has been idle for too long.
func (t *Table[K, V]) Expire(now time.Time) {
	at := now.UnixNano()
	if t.oldest == nil || t.idle <= 0 || at <= t.quiet && t.latest-at <= t.ahead() {
		return
	}
	for t.oldest != nil && t.old(t.oldest, at) {
		t.remove(t.oldest)
	}
	if t.oldest != nil {
		t.quiet = t.oldest.touched + int64(t.idle)
	}
}

// All iterates over keys and states, touched longest ago first.
func (t *Table[K, V]) All() iter.Seq2[K, *V] {
	return func(yield func(K, *V) bool) {
		for s := t.oldest; s != nil; {
			next := s.newer
			if !yield(s.key, &s.value) {
				return
			}
			s = next
		}
	}
}

// Len is how many keys are held.
func (t *Table[K, V]) Len() int { return len(t.byKey) }

// Stats counts keys and evictions.
func (t *Table[K, V]) Stats() Stats { return Stats{Keys: len(t.byKey), Evicted: t.evicted} }

func (t *Table[K, V]) remove(s *slot[K, V]) {
	delete(t.byKey, s.key)
	t.unlink(s)
}

func (t *Table[K, V]) append(s *slot[K, V]) {
	if s.older = t.newest; s.older != nil {
		s.older.newer = s
	} else {
		t.oldest = s
	}
	t.newest = s
}

func (t *Table[K, V]) unlink(s *slot[K, V]) {
	if s.older != nil {
		s.older.newer = s.newer
	} else {
		t.oldest, t.quiet = s.newer, 0
	}
	if s.newer != nil {
		s.newer.older = s.older
	} else {
		t.newest = s.older
	}
	s.older, s.newer = nil, nil
}
