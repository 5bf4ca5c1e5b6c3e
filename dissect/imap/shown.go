package imap

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of what rules see of a message.
const (
	maxShown  = 64 << 10 // bytes of it as it was sent, and of its body
	maxFields = 256
)

// shown is a message as rules look at it.
type shown struct {
	f      *dissect.Flow
	t      *wire.Tx
	dir    dissect.Dir
	raw    []byte // as sent; nil where no rule asks for frames of it
	sent   int    // bytes of which raw is the beginning
	at     int64  // where that is in the stream; -1: not known
	frames bool
	fields int
	body   int // index of the field; -1 no rule asks for it
}

// show begins to show a message; nothing where no rule looks.
func (p *parser) show(dir dissect.Dir, s *side) shown {
	x := shown{f: p.f, t: s.t, dir: dir, body: -1}
	if s.t == nil {
		return x
	}
	x.frames = p.f.Wants(wire.FrameIMAPHeaders) || p.f.Wants(wire.FrameIMAPBody)
	s.t.PutNumber(wire.IMAPEmailDirection, dir, uint64(dir))
	if p.f.Wants(wire.IMAPEmailBody) {
		x.body = s.t.Begin(wire.IMAPEmailBody, dir)
		s.m.OnBody = func(b []byte) { s.t.Grow(s.shown.body, b, maxShown) }
	}
	s.m.OnField = func(name, value []byte) { s.shown.field(name, value) }
	return x
}

// field shows a field of the message.
func (x *shown) field(name, value []byte) {
	if x.fields++; x.fields > maxFields {
		return
	}
	name = bytes.ReplaceAll(bytes.ToLower(name), []byte("-"), []byte("_"))
	value = bytes.TrimSpace(value)
	x.t.Copy(wire.IMAPEmailHeaderName, x.dir, name)
	x.t.Copy(wire.IMAPEmailHeaderValue, x.dir, value)
	x.t.Copy(wire.IMAPEmailHeader, x.dir, append(append(bytes.Clone(name), ": "...), value...))
}

// take keeps bytes as they were sent.
func (x *shown) take(b []byte) {
	if x.frames {
		if x.sent == 0 {
			x.at = x.f.At(b)
		}
		x.sent += len(b)
		x.raw = append(x.raw, b[:min(len(b), maxShown-len(x.raw))]...)
	}
}

// end shows the frames, and that the body does not grow any more.
func (x *shown) end() {
	if x.body >= 0 {
		x.t.End(x.body)
	}
	if !x.frames {
		return
	}
	head, body, _ := bytes.Cut(x.raw, []byte("\r\n\r\n"))
	if n := min(len(head)+2, len(x.raw)); n > 0 {
		x.f.PutKeptFrame(x.t, wire.FrameIMAPHeaders, x.dir, x.raw[:n], n, x.at)
	}
	if len(body) > 0 {
		at := x.at
		if at >= 0 {
			at += int64(len(x.raw) - len(body))
		}
		x.f.PutKeptFrame(x.t, wire.FrameIMAPBody, x.dir, body, x.sent-len(x.raw)+len(body), at)
	}
}
