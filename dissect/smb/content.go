package smb

import (
	"bytes"
	"strings"
	"sync/atomic"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of what waits for a hole in a file to be filled; beyond them the hole counts as lost.
const (
	maxHeldFile = 4 << 20  // of one file
	maxHeldConn = 8 << 20  // of a connection
	maxHeldAll  = 64 << 20 // of all connections of the process
	maxHoles    = 64       // of one file
)

// heldAll is what waits in all connections: many of them must not add up.
var heldAll atomic.Int64

// content follows what is read from or written to a file.
type content struct {
	bytes   uint64 // seen
	calls   int
	next    uint64 // offset that goes on
	head    []byte // first bytes of the file
	size    uint64 // that the server told, where sized is set
	sized   bool
	overlap bool // something was written twice: what is there now is not what went by
	file    *dissect.File
	tx      *wire.Tx
	held    []piece // what came too early, by offset, without gaps or overlaps between neighbours
	waiting int     // bytes of it
}

// piece is a part of a file.
type piece struct {
	at uint64
	b  []byte
}

func (p *piece) end() uint64 { return p.at + uint64(len(p.b)) }

// add takes a piece at its offset.
func (c *conn) add(f *file, write bool, offset uint64, b []byte) {
	t := &f.read
	if write {
		t = &f.written
	}
	t.bytes += uint64(len(b))
	if offset == uint64(len(t.head)) && len(t.head) < truetype.Need {
		t.head = append(t.head, b[:min(len(b), truetype.Need-len(t.head))]...)
	}
	if t.file == nil {
		c.openContent(f, t, write, offset)
	}
	if offset+uint64(len(b)) < offset {
		return // beyond what a file can have
	}
	if offset < t.next {
		n := min(t.next-offset, uint64(len(b)))
		if write && !t.overlap {
			t.overlap = true
			t.tx.Event(dissect.Orig, "smb.file_overlap")
		}
		if offset, b = offset+n, b[n:]; len(b) == 0 {
			return
		}
	}
	if offset == t.next {
		t.file.Write(b)
		t.next += uint64(len(b))
	} else {
		c.hold(t, offset, b)
	}
	c.catchUp(t)
	c.showContent(t)
}

// openContent begins the file that rules and sinks see.
func (c *conn) openContent(f *file, t *content, write bool, offset uint64) {
	d := dissect.Resp
	if write {
		d = dissect.Orig
	}
	t.tx = c.begin(f.version)
	t.tx.PutNumber(wire.SMBVersion, dissect.Resp, f.version)
	t.file = c.f.OpenFile(t.tx, d, f.raw)
	if f.raw == "" { // its opening was missed, and what came before
		t.file.Starts(offset)
		t.next = offset
	}
}

// hold keeps a piece that came too early: behind the last one or in between.
func (c *conn) hold(t *content, offset uint64, b []byte) {
	i := len(t.held)
	for i > 0 && t.held[i-1].at > offset {
		i--
	}
	if i > 0 {
		p := &t.held[i-1]
		if p.end() > offset { // again
			n := min(p.end()-offset, uint64(len(b)))
			if offset, b = offset+n, b[n:]; len(b) == 0 {
				return
			}
		}
		if p.end() == offset && (i == len(t.held) || offset+uint64(len(b)) <= t.held[i].at) {
			p.b = append(p.b, b...)
			c.keptHeld(t, len(b))
			return
		}
	}
	if i < len(t.held) && offset+uint64(len(b)) > t.held[i].at {
		b = b[:t.held[i].at-offset]
	}
	if len(b) == 0 {
		return
	}
	t.held = append(t.held, piece{})
	copy(t.held[i+1:], t.held[i:])
	t.held[i] = piece{offset, bytes.Clone(b)}
	c.keptHeld(t, len(b))
}

// keptHeld counts what waits, and gives up the first hole when it is too much.
func (c *conn) keptHeld(t *content, n int) {
	t.waiting += n
	c.held += n
	heldAll.Add(int64(n))
	for len(t.held) > 0 && (t.waiting > maxHeldFile || c.held > maxHeldConn || len(t.held) > maxHoles || heldAll.Load() > maxHeldAll) {
		c.f.AddEvicted(1)
		c.skipHole(t)
	}
}

// catchUp goes on with what waits, as far as it joins on.
func (c *conn) catchUp(t *content) {
	for len(t.held) > 0 && t.held[0].at <= t.next {
		p := t.held[0]
		t.held = t.held[1:]
		t.waiting -= len(p.b)
		c.held -= len(p.b)
		heldAll.Add(-int64(len(p.b)))
		if p.end() > t.next {
			t.file.Write(p.b[t.next-p.at:])
			t.next = p.end()
		}
	}
}

// lose says that n bytes of a file are lost on the wire.
func (c *conn) lose(q *request, offset uint64, n int) {
	if q == nil || q.file == nil || q.file.pipe {
		return
	}
	t := &q.file.read
	if q.command == cmdWrite {
		t = &q.file.written
	}
	if t.file == nil {
		c.openContent(q.file, t, q.command == cmdWrite, offset)
	}
	if end := offset + uint64(n); offset <= t.next && end > t.next {
		t.file.Lost(end - t.next)
		t.next = end
		c.catchUp(t)
	}
}

// skipHole counts the first hole as lost.
func (c *conn) skipHole(t *content) {
	t.file.Lost(t.held[0].at - t.next)
	t.next = t.held[0].at
	c.catchUp(t)
}

// showContent lets rules look at what has come.
func (c *conn) showContent(t *content) {
	if t.tx != nil {
		c.f.Show(t.tx)
	}
}

// endContent ends a file; closed says that its handle was.
func (c *conn) endContent(t *content, closed bool) *event.File {
	if t.file == nil {
		return nil
	}
	for len(t.held) > 0 {
		c.skipHole(t)
	}
	whole := closed && !t.overlap && (!t.sized || t.next >= t.size)
	out := *t.file.Close(whole)
	c.f.EndTx(t.tx)
	t.file, t.tx = nil, nil
	return &out
}

// describe makes the file object of the first call.
func (t *content) describe(path string) *event.File {
	return &event.File{Name: path[strings.LastIndexByte(path, '\\')+1:], Path: path, Size: t.bytes, Type: truetype.Of(t.head)}
}

// content passes file data on to where its request says.
func (c *conn) content(q *request, offset uint64, b []byte) {
	f := q.file
	if f == nil {
		return
	}
	write := q.command == cmdWrite
	if f.isPipe(b) {
		c.pipeData(f, write, b)
		return
	}
	c.add(f, write, offset, b)
}

// contentEnds is called when all data of one message went by.
func (c *conn) contentEnds(h *half) {
	q := h.sink
	h.sink = nil
	if q != nil && q.command == cmdRead {
		c.answered(q, 0)
	}
}
