package reassembly

import "math/bits"

// queue is what waits behind a hole of one direction.
type queue struct {
	owner      uint32
	head, tail uint32 // first and last buffer
	ack        uint32 // the receiver has everything before
	since      int64  // when the hole opened, or was first known not to be filled
	waiting    uint16
	acked      bool // ack is known
	lapped     bool // pieces overlap
	policy     Policy
}

// queue begins one.
func (p *Pool) queue(owner uint32, policy Policy, now int64) uint32 {
	i := p.idle
	if i != 0 {
		p.idle = p.queues[i].head
	} else {
		i = uint32(len(p.queues))
		p.queues = append(p.queues, queue{})
	}
	p.queues[i] = queue{owner: owner, policy: policy, since: now}
	p.busy++
	return i
}

// dismiss ends an empty one.
func (p *Pool) dismiss(i uint32) {
	p.queues[i] = queue{head: p.idle}
	p.idle = i
	p.busy--
}

// Late names those who have waited since before a time or longer; while it does, nothing may be added.
func (p *Pool) Late(before int64, each func(owner uint32)) {
	if p.busy == 0 {
		return
	}
	for i := range p.queues {
		if q := &p.queues[i]; q.waiting > 0 && q.since <= before {
			each(q.owner)
		}
	}
}

// reserve is how many buffers are kept free: more than a segment takes.
const reserve = 64

// Crowded reports whether there is hardly any room left.
func (p *Pool) Crowded() bool { return int(p.limit)-p.used < reserve }

// Crowd, used like Late, names those who give way when there is hardly any room left, until an eighth of it is free: by how much they hold for how long. So neither
// one who holds much nor many who hold little keep others from what they need for a moment.
func (p *Pool) Crowd(now int64, each func(owner uint32)) {
	var held [65]int // buffers by weight
	for i := range p.queues {
		held[p.queues[i].weight(now)] += int(p.queues[i].waiting)
	}
	least, need := len(held)-1, p.used-int(p.limit)+max(int(p.limit)/8, reserve)
	for ; need > held[least] && least > 1; least-- {
		need -= held[least]
	}
	for i := range p.queues { // of the lightest that must go, as many as it takes
		q := &p.queues[i]
		w := q.weight(now)
		if w > least || w == least && need > 0 {
			each(q.owner)
		}
		if w == least {
			need -= int(q.waiting)
		}
	}
}

// weight is the logarithm of buffers by milliseconds; 0: there are none.
func (q *queue) weight(now int64) int {
	if q.waiting == 0 {
		return 0
	}
	return bits.Len64(uint64(q.waiting) * uint64(1+max(now-q.since, 0)/1e6))
}
