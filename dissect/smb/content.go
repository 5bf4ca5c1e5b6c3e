package smb

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// content follows what is read from or written to a file.
type content struct {
	bytes   uint64 // seen
	calls   int
	head    []byte // first bytes of the file
	size    uint64 // that the server told, where sized is set
	sized   bool
	file    *dissect.Offsets // nil before the first byte
	tx      *wire.Tx
	shown   int // bytes that rules were shown last, 1 + their number
	density density
	full    dissect.Fullness // that rules were told of
	overlap bool             // rules were told that something was written twice
	refused bool             // not all of it was taken
}

// add takes a piece at its offset.
func (c *conn) add(f *file, write bool, offset uint64, b []byte) {
	t := &f.read
	if write {
		t = &f.written
		t.density.look(offset, b)
	}
	t.bytes += uint64(len(b))
	if offset == uint64(len(t.head)) && len(t.head) < truetype.Need {
		t.head = append(t.head, b[:min(len(b), truetype.Need-len(t.head))]...)
	}
	if t.file == nil {
		c.openContent(f, t, write, offset)
	}
	t.file.Write(offset, b)
	if write && t.file.Again && !t.overlap {
		t.overlap = true
		t.tx.Event(dissect.Orig, "smb.file_overlap")
		t.shown = 0
	}
	c.fullContent(t, write)
	c.showContent(t)
}

// full are the names of that by direction.
var full = [2][3]string{
	dissect.Orig: {dissect.TooMuch: "smb.write_queue_size_exceeded", dissect.TooMany: "smb.write_queue_cnt_exceeded"},
	dissect.Resp: {dissect.TooMuch: "smb.read_queue_size_exceeded", dissect.TooMany: "smb.read_queue_cnt_exceeded"},
}

// fullContent tells that parts of a file came so early that they could not all wait.
func (c *conn) fullContent(t *content, write bool) {
	if t.file.Full == t.full {
		return
	}
	t.full = t.file.Full
	d := dissect.Resp
	if write {
		d = dissect.Orig
	}
	t.tx.Event(d, full[d][t.full])
	t.shown = 0
}

// openContent begins the file that rules and sinks see.
func (c *conn) openContent(f *file, t *content, write bool, offset uint64) {
	d := dissect.Resp
	if write {
		d = dissect.Orig
	}
	t.tx = c.begin(f.version)
	t.tx.PutNumber(wire.SMBVersion, dissect.Resp, f.version)
	by := &carried{c, f, write}
	if t.tx != nil {
		t.tx.Ask = by
	}
	t.file = &dissect.Offsets{File: c.f.OpenFile(t.tx, d, f.raw)}
	t.file.File.By(by)
	if f.raw == "" { // its opening was missed, and what came before
		t.file.Starts(offset)
	}
	if c.going = append(c.going, going{f, t}); len(c.going) > maxGoing {
		c.f.AddEvicted(1)
		c.endContent(c.going[0].f, c.going[0].t, false)
	}
}

// going is content that has begun and not ended, also of files that nobody answered for or whose handle came again.
type going struct {
	f *file
	t *content
}

// endAll ends what is left when the connection ends.
func (c *conn) endAll() {
	for len(c.going) > 0 {
		c.endContent(c.going[0].f, c.going[0].t, false)
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
	t.file.Lost(offset, uint64(n))
}

// showContent lets rules look at what has come.
func (c *conn) showContent(t *content) {
	if n := 1 + len(t.file.File.Shown()); t.tx != nil && n != t.shown {
		t.shown = n
		c.f.Show(t.tx)
	}
}

// endContent ends a file; closed says that its handle was.
func (c *conn) endContent(f *file, t *content, closed bool) *event.File {
	if t.file == nil {
		return nil
	}
	again := t.file.Again && t == &f.written // what is there now is not what went by
	out := *t.file.Close(closed && !again && !t.refused && (!t.sized || t.file.Next >= t.size))
	c.f.EndTx(t.tx)
	t.file, t.tx, t.shown = nil, nil, 0
	c.going = slices.DeleteFunc(c.going, func(g going) bool { return g.t == t })
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
