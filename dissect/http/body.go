package http

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// BodyFields are the fields of a message that say what its content is, as sent.
type BodyFields struct {
	Encoding, Type, Disposition, Range string
	Status                             int // of an answer
}

// Body is the content of a message of HTTP whatever its version: codings are undone, rules see it, and it is a file.
type Body struct {
	c    *content
	size uint64
}

// NewBody begins content of a resource that is sent in direction dir as part of t, which may be nil.
func NewBody(f *dissect.Flow, t *wire.Tx, dir dissect.Dir, h BodyFields, of Resource) *Body {
	return &Body{c: newContent(f, t, &head{encoding: h.Encoding, typ: h.Type, disposition: h.Disposition, rng: h.Range, framed: true, partial: h.Status == partial}, dir, of)}
}

// Write takes the next bytes without their framing.
func (b *Body) Write(p []byte) {
	b.size += uint64(len(p))
	b.c.add(p)
}

// Lost says that n bytes are missing here.
func (b *Body) Lost(n int) {
	b.size += uint64(n)
	b.c.lost(uint64(n))
}

// Size is how many bytes have come.
func (b *Body) Size() uint64 { return b.size }

// Fresh reports whether rules have something new to see since it was last asked.
func (b *Body) Fresh() bool {
	fresh := b.c.dirty
	b.c.dirty = false
	return fresh
}

// More are the files of a form, or the parts of a file, behind the one that Close gives.
func (b *Body) More() []event.File { return b.c.more }

// Whole is the file of which the content was the last part that lacked, after Close; else nil.
func (b *Body) Whole() *event.File { return b.c.whole }

// Close ends the content; whole says that its end was seen. It gives its file, and the beginning of a request's readable text.
func (b *Body) Close(whole bool) (*event.File, string) {
	f := b.c.close(b.size, whole)
	if b.size == 0 {
		return nil, ""
	}
	return f, b.c.text()
}
