// Package memo holds what rules remember beyond one flow: counters of thresholds, bits of hosts and pairs; bounded, in capture time.
package memo

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// Table maps keys to values that end at a time of the capture clock. It holds a bounded number of
// entries; when it is full, what has ended goes first, then any. It may be used by several goroutines.
type Table[K comparable, V any] struct {
	seed    maphash.Seed
	shards  [shards]shard[K, V]
	limit   int // per shard
	evicted atomic.Uint64
}

const shards = 16

type shard[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]*entry[V]
}

type entry[V any] struct {
	value V
	until int64 // ns; 0 = for ever
}

// NewTable makes a table of at most limit entries, at least one a shard.
func NewTable[K comparable, V any](limit int) *Table[K, V] {
	t := &Table[K, V]{seed: maphash.MakeSeed(), limit: max(1, limit/shards)}
	for i := range t.shards {
		t.shards[i].m = map[K]*entry[V]{}
	}
	return t
}

// Evicted counts the entries that were given up for room before they had ended.
func (t *Table[K, V]) Evicted() uint64 { return t.evicted.Load() }

// Update calls change with the value of k (the zero value and false where there is none at time now) while no other may
// touch it. change returns until when it is to be kept, in ns: 0 for ever, negative to forget it.
func (t *Table[K, V]) Update(k K, now int64, change func(v *V, known bool) (until int64)) {
	s := &t.shards[maphash.Comparable(t.seed, k)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.m[k]
	if known && e.until != 0 && e.until < now {
		var zero V
		e.value, known = zero, false
	}
	if e == nil {
		e = &entry[V]{}
	}
	if e.until = change(&e.value, known); e.until < 0 {
		delete(s.m, k)
		return
	}
	if _, there := s.m[k]; !there {
		if len(s.m) >= t.limit {
			t.makeRoom(s, now)
		}
		s.m[k] = e
	}
}

// Get gives the value of k at time now.
func (t *Table[K, V]) Get(k K, now int64) (v V, known bool) {
	s := &t.shards[maphash.Comparable(t.seed, k)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.m[k]
	if e == nil || e.until != 0 && e.until < now {
		return v, false
	}
	return e.value, true
}

// Put keeps v for k until a time, 0 = for ever.
func (t *Table[K, V]) Put(k K, v V, now, until int64) {
	t.Update(k, now, func(x *V, _ bool) int64 {
		*x = v
		return until
	})
}

// Delete forgets k.
func (t *Table[K, V]) Delete(k K, now int64) {
	t.Update(k, now, func(*V, bool) int64 { return -1 })
}

// Len counts the entries.
func (t *Table[K, V]) Len() (n int) {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		n += len(s.m)
		s.mu.Unlock()
	}
	return n
}

// look is how many entries are looked at to find one to give up: the price of a full table stays the same whatever its size.
const look = 8

func (t *Table[K, V]) makeRoom(s *shard[K, V], now int64) {
	var victim K
	least, seen := int64(-1), 0
	for k, e := range s.m {
		if e.until != 0 && e.until < now {
			delete(s.m, k)
			return
		}
		end := e.until
		if end == 0 {
			end = 1<<63 - 1
		}
		if least < 0 || end < least {
			victim, least = k, end
		}
		if seen++; seen >= look {
			break
		}
	}
	delete(s.m, victim)
	t.evicted.Add(1)
}
