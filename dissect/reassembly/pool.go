package reassembly

// Sizes of the pool.
const (
	BufferSize = 2 << 10
	slabSize   = 64
)

// waiting is a piece of a segment behind a hole.
type waiting struct {
	seq  uint32
	next uint32 // the piece behind it in sequence, 0 = none
	cut  uint32 // bytes behind it that the capture has not
	of   extent // the segment
	n    uint16
	data [BufferSize]byte
}

// Pool holds the pieces of all connections, up to a bound. It is used by one goroutine.
type Pool struct {
	slabs  []*[slabSize]waiting // index 0 of the first is never used
	spare  uint32               // list of free ones
	made   uint32
	limit  uint32
	used   int
	queues []queue // index 0 is never used
	idle   uint32  // list of free ones, by head
	busy   int
	came   uint32 // segments that have waited
}

// NewPool makes a pool of at most limit bytes.
func NewPool(limit int) *Pool {
	return &Pool{limit: uint32(max(limit/BufferSize, 2*MaxWaiting)), made: 1, queues: make([]queue, 1)}
}

// Used is how many buffers hold bytes.
func (p *Pool) Used() int { return p.used }

func (p *Pool) at(i uint32) *waiting { return &p.slabs[i/slabSize][i%slabSize] }

// get gives a buffer, 0 when the bound is reached.
func (p *Pool) get() uint32 {
	i := p.spare
	switch {
	case i != 0:
		p.spare = p.at(i).next
	case p.made > p.limit:
		return 0
	default:
		i = p.made
		p.made++
		if int(i/slabSize) == len(p.slabs) {
			p.slabs = append(p.slabs, new([slabSize]waiting))
		}
	}
	p.used++
	return i
}

func (p *Pool) free(i uint32) {
	p.at(i).next = p.spare
	p.spare = i
	p.used--
}

// end is the sequence number behind a piece.
func (w *waiting) end() uint32 { return w.seq + uint32(w.n) + w.cut }

// insert copies a segment into a queue by sequence, in pieces; false when there is no room for all of it.
// Where it overlaps others, whose bytes count is settled when they are handed over.
func (p *Pool) insert(q *queue, seq uint32, b []byte, cut int) bool {
	need := max(1, (len(b)+BufferSize-1)/BufferSize)
	if int(q.waiting)+need > MaxWaiting && q.waiting > 0 || need > MaxWaiting {
		return false
	}
	if int(p.limit)-p.used < need {
		return false
	}
	p.came++
	of := extent{seq, seq + uint32(len(b)+cut), p.came}
	link, before := &q.head, uint32(0)
	if q.head != 0 && int32(p.at(q.tail).seq-seq) < 0 { // as a rule, what comes next is behind all others
		link, before = &p.at(q.tail).next, q.tail
	}
	for range need {
		for *link != 0 && int32(p.at(*link).seq-seq) <= 0 {
			w := p.at(*link)
			if seq == of.from && int32(w.end()-of.to) >= 0 && q.policy.over(w.of, of) {
				return true // all of it is there already
			}
			before, link = *link, &w.next
		}
		i := p.get()
		w := p.at(i)
		n := copy(w.data[:], b)
		b = b[n:]
		w.seq, w.n, w.cut, w.of, w.next = seq, uint16(n), 0, of, *link
		if len(b) == 0 {
			w.cut = uint32(cut)
		}
		seq += uint32(n)
		q.lapped = q.lapped || before != 0 && int32(p.at(before).end()-w.seq) > 0 || w.next != 0 && int32(w.end()-p.at(w.next).seq) > 0
		*link = i
		q.waiting++
		before, link = i, &w.next
		if w.next == 0 {
			q.tail = i
		}
	}
	return true
}
