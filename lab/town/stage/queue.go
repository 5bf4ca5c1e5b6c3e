package stage

import "github.com/yagura-project/yagura/event"

// item is one thing that will happen: an event that is seen, or something that is done.
type item struct {
	at  int64
	seq uint64 // of those at one moment, first come first served
	ev  event.Event
	do  func()
}

func (a *item) before(b *item) bool { return a.at < b.at || a.at == b.at && a.seq < b.seq }

// queue is a heap with four children a node: shallow, and kind to the cache.
type queue struct {
	items []item
	seq   uint64
}

func (q *queue) len() int { return len(q.items) }

func (q *queue) push(it item) {
	q.seq++
	it.seq = q.seq
	q.items = append(q.items, it)
	i := len(q.items) - 1
	for i > 0 {
		up := (i - 1) / 4
		if !it.before(&q.items[up]) {
			break
		}
		q.items[i] = q.items[up]
		i = up
	}
	q.items[i] = it
}

func (q *queue) pop() item {
	top := q.items[0]
	n := len(q.items) - 1
	last := q.items[n]
	q.items[n] = item{}
	q.items = q.items[:n]
	if n == 0 {
		return top
	}
	i := 0
	for {
		least := -1
		for c := 4*i + 1; c <= 4*i+4 && c < n; c++ {
			if least < 0 || q.items[c].before(&q.items[least]) {
				least = c
			}
		}
		if least < 0 || !q.items[least].before(&last) {
			break
		}
		q.items[i] = q.items[least]
		i = least
	}
	q.items[i] = last
	return top
}
