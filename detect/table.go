package detect

import (
	"container/list"
	"iter"
	"time"
)

// Table keeps state by key, bounded in number and in age; when it is full the
// least recently touched key goes and is counted. Iteration is in order of
// last touch, so that it is the same in every run.
type Table[K comparable, V any] struct {
	max     int
	idle    time.Duration
	byKey   map[K]*list.Element
	order   *list.List // front = touched longest ago
	evicted uint64
}

type slot[K comparable, V any] struct {
	key     K
	value   V
	touched time.Time
}

// grain is how exactly touches are noted: a busy key moves in the order once a second, not with every packet.
const grain = time.Second

// NewTable makes a table of at most limit keys (≥ 1), each forgotten after idle without a touch (0 = never).
func NewTable[K comparable, V any](limit int, idle time.Duration) *Table[K, V] {
	return &Table[K, V]{max: max(limit, 1), idle: idle, byKey: map[K]*list.Element{}, order: list.New()}
}

// Touch returns the state of k, made by zero value where it is new; the pointer is valid until k leaves the table.
func (t *Table[K, V]) Touch(k K, now time.Time) (v *V, isNew bool) {
	if el, ok := t.byKey[k]; ok {
		s := el.Value.(*slot[K, V])
		if t.idle == 0 || now.Sub(s.touched) <= t.idle {
			if now.Sub(s.touched) >= grain {
				s.touched = now
				t.order.MoveToBack(el)
			}
			return &s.value, false
		}
		t.remove(el)
	}
	if len(t.byKey) >= t.max {
		t.remove(t.order.Front())
		t.evicted++
	}
	s := &slot[K, V]{key: k, touched: now}
	t.byKey[k] = t.order.PushBack(s)
	return &s.value, true
}

// Peek returns the state of k without touching it; nil when there is none or it is too old.
func (t *Table[K, V]) Peek(k K, now time.Time) *V {
	el, ok := t.byKey[k]
	if !ok {
		return nil
	}
	s := el.Value.(*slot[K, V])
	if t.idle > 0 && now.Sub(s.touched) > t.idle {
		return nil
	}
	return &s.value
}

// Drop forgets k.
func (t *Table[K, V]) Drop(k K) {
	if el, ok := t.byKey[k]; ok {
		t.remove(el)
	}
}

// Expire forgets what has been idle for too long.
func (t *Table[K, V]) Expire(now time.Time) {
	if t.idle == 0 {
		return
	}
	for el := t.order.Front(); el != nil; el = t.order.Front() {
		if now.Sub(el.Value.(*slot[K, V]).touched) <= t.idle {
			return
		}
		t.remove(el)
	}
}

// All iterates over keys and states, touched longest ago first.
func (t *Table[K, V]) All() iter.Seq2[K, *V] {
	return func(yield func(K, *V) bool) {
		for el := t.order.Front(); el != nil; {
			next := el.Next()
			s := el.Value.(*slot[K, V])
			if !yield(s.key, &s.value) {
				return
			}
			el = next
		}
	}
}

// Len is how many keys are held.
func (t *Table[K, V]) Len() int { return len(t.byKey) }

// Stats counts keys and evictions.
func (t *Table[K, V]) Stats() Stats { return Stats{Keys: len(t.byKey), Evicted: t.evicted} }

func (t *Table[K, V]) remove(el *list.Element) {
	delete(t.byKey, el.Value.(*slot[K, V]).key)
	t.order.Remove(el)
}
