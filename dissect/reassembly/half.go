// Package reassembly puts the bytes of one TCP direction in order: what comes in order is handed over without a copy.
package reassembly

// MaxWaiting is how many buffers wait behind a hole before it is given up.
const MaxWaiting = 512

// maxWindow is beyond any receive window that is met: a segment further off is not of this stream, unless
// maxStrange of them come in a row, and the receiver, where he is heard, is there too. Then the capture has slept, and the stream
// goes on there.
const (
	maxWindow  = 64 << 20
	maxStrange = 8
)

// Consumer takes the bytes of one direction.
type Consumer interface {
	// Data is given bytes in order, valid during the call.
	Data(b []byte)
	// Gap says that n bytes are lost.
	Gap(n int)
	// Owner is a number by which Pool.Late and Pool.Crowd name whose bytes wait; it stays the same while any do.
	Owner() uint32
	// Policy says whose bytes the receiver takes where segments overlap; asked once, when the first one waits.
	Policy() Policy
}

// Half is one direction of a connection; the zero value has seen nothing.
type Half struct {
	next    uint32 // sequence number of the byte that is due
	waits   uint32 // the pool's queue of what waits behind a hole, 0 = nothing
	hole    uint32 // Skip: bytes jumped over and not seen since
	ack     uint32 // the receiver has everything before
	strange uint8  // segments in a row that stood beyond maxWindow
	synced  bool
	heard   bool // ack is known
}

// Synced reports whether the place in the stream is known.
func (h *Half) Synced() bool { return h.synced }

// Sync sets the sequence number that is due, when it is not known yet.
func (h *Half) Sync(seq uint32) {
	if !h.synced {
		h.next, h.synced = seq, true
	}
}

// Next is the sequence number that is due.
func (h *Half) Next() uint32 { return h.next }

// InOrder takes n bytes at seq when they are what is due and nothing waits; the caller consumes them at once.
func (h *Half) InOrder(seq uint32, n int) bool {
	if seq != h.next || h.waits != 0 || !h.synced {
		return false
	}
	h.next += uint32(n)
	return true
}

// Waits reports whether bytes wait behind a hole, since when, and whether it will not be filled: since when that is known.
func (h *Half) Waits(p *Pool) (since int64, lost, waits bool) {
	if h.waits == 0 {
		return 0, false, false
	}
	return p.queues[h.waits].since, h.lost(p), true
}

// Acked tells that the receiver has everything before ack: what we have not of it was lost to us only.
func (h *Half) Acked(p *Pool, ack uint32, now int64) {
	if h.ack, h.heard = ack, true; h.waits == 0 || int32(ack-h.next) <= 0 {
		return
	}
	if q := &p.queues[h.waits]; !q.acked || int32(ack-q.ack) > 0 {
		if !q.acked {
			q.since = now
		}
		q.acked, q.ack = true, ack
	}
}

// lost reports whether the hole will not be filled: the receiver has the bytes.
func (h *Half) lost(p *Pool) bool {
	q := &p.queues[h.waits]
	return q.acked && int32(q.ack-h.next) > 0
}

// Add takes a segment that came now: b at seq, and cut bytes behind it that the capture has not.
func (h *Half) Add(p *Pool, seq uint32, b []byte, cut int, now int64, to Consumer) {
	h.Sync(seq)
	if h.far(seq) {
		if !h.slept(seq) {
			return
		}
		h.Flush(p, to)
		h.next, h.strange = seq, 0
		to.Gap(maxWindow)
	}
	for {
		d := int32(seq - h.next)
		if d <= 0 && h.waits != 0 && p.queues[h.waits].policy != BSD && p.insert(&p.queues[h.waits], seq, b, cut) {
			h.drain(p, now, to) // what waits may prevail over it
			return
		}
		if d <= 0 {
			h.due(p, -int(d), b, cut, now, to)
			return
		}
		if h.waits == 0 {
			h.waits = p.queue(to.Owner(), to.Policy(), now)
		}
		if !h.lost(p) && p.insert(&p.queues[h.waits], seq, b, cut) {
			return
		}
		h.giveUp(p, seq, now, to)
	}
}

// far counts segments that stand where none can be.
func (h *Half) far(seq uint32) bool {
	if d := int32(seq - h.next); d <= maxWindow && d >= -maxWindow {
		h.strange = 0
		return false
	}
	h.strange = min(h.strange+1, maxStrange)
	return true
}

// slept tells whether the stream goes on at seq.
func (h *Half) slept(seq uint32) bool {
	if h.strange < maxStrange {
		return false
	}
	d := int32(seq - h.ack)
	return !h.heard || d <= maxWindow && d >= -maxWindow
}

// due hands over what is behind the first old bytes, and what waited for it.
func (h *Half) due(p *Pool, old int, b []byte, cut int, now int64, to Consumer) {
	if old >= len(b)+cut {
		return
	}
	if old > len(b) {
		cut -= old - len(b)
		old = len(b)
	}
	h.give(b[old:], cut, to)
	h.drain(p, now, to)
}

func (h *Half) give(b []byte, cut int, to Consumer) {
	h.next += uint32(len(b) + cut)
	if len(b) > 0 {
		to.Data(b)
	}
	if cut > 0 {
		to.Gap(cut)
	}
}

// drain hands over the buffers that are due now. Where others still wait, they do so since now.
func (h *Half) drain(p *Pool, now int64, to Consumer) {
	if h.waits != 0 && p.queues[h.waits].lapped {
		h.settle(p, to)
	}
	for h.waits != 0 {
		q := &p.queues[h.waits]
		if q.head == 0 {
			p.dismiss(h.waits)
			h.waits = 0
			return
		}
		w := p.at(q.head)
		old := int(int32(h.next - w.seq))
		if old < 0 {
			q.since = now
			return
		}
		i := q.head
		q.head = w.next
		q.waiting--
		if n := int(w.n); old < n+int(w.cut) {
			cut := int(w.cut)
			if old > n {
				cut, old = cut-(old-n), n
			}
			h.give(w.data[old:n], cut, to)
		}
		p.free(i)
	}
}

// settle hands over what is due as the policy says, and frees what has been handed over.
func (h *Half) settle(p *Pool, to Consumer) {
	for h.waits != 0 { // who takes the bytes may give the rest up
		q := &p.queues[h.waits]
		best, end := p.settled(q, h.next)
		if best == 0 {
			p.past(q, h.next)
			return
		}
		w := p.at(best)
		from, upTo := min(int(h.next-w.seq), int(w.n)), min(int(end-w.seq), int(w.n))
		h.give(w.data[from:upTo], int(end-h.next)-(upTo-from), to)
	}
}

// giveUp jumps over the hole to the first waiting buffer, or to seq when that is nearer.
func (h *Half) giveUp(p *Pool, seq uint32, now int64, to Consumer) {
	place := seq
	if i := p.queues[h.waits].head; i != 0 {
		if w := p.at(i); int32(w.seq-seq) < 0 {
			place = w.seq
		}
	}
	n := place - h.next
	h.next = place
	to.Gap(int(n))
	h.drain(p, now, to)
}

// Flush hands over what waits, with the holes before it.
func (h *Half) Flush(p *Pool, to Consumer) {
	for h.waits != 0 {
		h.giveUp(p, p.at(p.queues[h.waits].head).seq, 0, to)
	}
}

// Relent hands over what waits behind the first hole, and behind all others that will not be filled.
func (h *Half) Relent(p *Pool, now int64, to Consumer) {
	for first := true; h.waits != 0 && (first || h.lost(p)); first = false {
		h.giveUp(p, p.at(p.queues[h.waits].head).seq, now, to)
	}
}

// Skip counts a segment whose bytes nobody wants: it returns how many of them are new.
func (h *Half) Skip(seq uint32, n int) int {
	h.Sync(seq)
	if h.far(seq) {
		if !h.slept(seq) {
			return 0
		}
		h.next, h.strange = seq, 0
	}
	end := seq + uint32(n)
	if ahead := int32(end - h.next); ahead > 0 {
		fresh := min(int(ahead), n)
		h.hole += uint32(int(ahead) - fresh)
		h.next = end
		return fresh
	}
	late := min(uint32(n), h.hole)
	h.hole -= late
	return int(late)
}

// Hole is how many bytes Skip has jumped over and not seen since.
func (h *Half) Hole() uint32 { return h.hole }
