package smb

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
)

// content follows what is read from or written to a file.
type content struct {
	bytes uint64 // seen
	calls int
	next  uint64 // offset that continues the hash
	head  []byte // first bytes of the file
	hash  hash.Hash
	torn  bool // not in order from the beginning: no hash
}

// add takes a piece at its offset.
func (c *content) add(offset uint64, b []byte) {
	c.bytes += uint64(len(b))
	if offset == uint64(len(c.head)) && len(c.head) < truetype.Need {
		c.head = append(c.head, b[:min(len(b), truetype.Need-len(c.head))]...)
	}
	if c.torn || offset != c.next {
		c.torn, c.hash = true, nil
		return
	}
	if c.hash == nil {
		c.hash = sha256.New()
	}
	c.hash.Write(b)
	c.next += uint64(len(b))
}

// describe makes the file object; whole asks for the hash, too.
func (c *content) describe(path string, whole bool) *event.File {
	f := &event.File{Name: path[strings.LastIndexByte(path, '\\')+1:], Path: path, Size: c.bytes, Type: truetype.Of(c.head)}
	if whole && c.hash != nil {
		f.SHA256 = hex.EncodeToString(c.hash.Sum(nil))
	}
	return f
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
	if write {
		f.written.add(offset, b)
		return
	}
	f.read.add(offset, b)
}

// broken says that a piece of file data was lost.
func (q *request) broken() {
	if q != nil && q.file != nil {
		q.file.read.torn, q.file.written.torn = true, true
	}
}

// contentEnds is called when all data of one message went by.
func (c *conn) contentEnds(h *half) {
	q := h.sink
	h.sink = nil
	if q != nil && q.command == cmdRead {
		c.answered(q, 0)
	}
}
