package http2

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// frame takes a whole frame that is not DATA; full has its header, too.
func (p *parser) frame(dir dissect.Dir, s *side, f *frame, full []byte) error {
	p.reuse(dir, f)
	// What says nothing of a request may come before its stream is opened, or when it is over, and opens none (RFC 9113 §5.1).
	gone := p.gone(f.id) && (dir == dissect.Resp || f.kind != headers)
	passing := gone || f.id == 0 || p.streams[f.id] == nil && (f.kind == priority || f.kind == windowUpdate)
	x := p.stream(f.id)
	p.number(x, dir, wire.HTTP2FrameType, uint64(f.kind))
	p.frames(x.t, dir, full)
	if odd := f.fault(); odd != "" {
		x.t.Event(dir, odd)
	}
	switch f.kind {
	case headers, pushPromise:
		s.late = gone && f.kind == headers
		return p.headers(dir, s, f)
	case continuation:
		if s.blockOf != f.id || s.blockOf == 0 {
			return nil
		}
		return p.gather(dir, s, f.b, f.flags&endHeaders != 0)
	case priority:
		if len(f.b) >= 5 {
			p.number(x, dir, wire.HTTP2Priority, uint64(f.b[4]))
		}
	case rstStream:
		if len(f.b) >= 4 {
			p.number(x, dir, wire.HTTP2ErrorCode, uint64(binary.BigEndian.Uint32(f.b)))
		}
		if f.id != 0 {
			p.end(x)
			return nil
		}
	case goAway:
		if len(f.b) >= 8 {
			p.number(x, dir, wire.HTTP2ErrorCode, uint64(binary.BigEndian.Uint32(f.b[4:])))
		}
	case settings:
		for b := f.b; len(b) >= 6; b = b[6:] {
			p.number(x, dir, wire.HTTP2Setting, uint64(binary.BigEndian.Uint16(b))<<32|uint64(binary.BigEndian.Uint32(b[2:])))
		}
	case windowUpdate:
		if len(f.b) >= 4 {
			p.number(x, dir, wire.HTTP2Window, uint64(binary.BigEndian.Uint32(f.b)&^(1<<31)))
		}
	}
	if passing {
		p.end(x)
	} else {
		p.f.Show(x.t)
	}
	return nil
}

// number adds a number to a stream, up to a bound.
func (p *parser) number(x *stream, dir dissect.Dir, id wire.Buffer, v uint64) {
	if x.t == nil || x.numbers >= maxNumbers || !p.f.Wants(id) {
		return
	}
	x.numbers++
	x.t.PutNumber(id, dir, v)
}

// frames shows a frame as it was sent, as far as it is there.
func (p *parser) frames(t *wire.Tx, dir dissect.Dir, full []byte) {
	if t == nil {
		return
	}
	for _, x := range []struct {
		id wire.Buffer
		b  []byte
	}{{wire.FrameHTTP2Header, full[:frameHeader]}, {wire.FrameHTTP2Data, full[frameHeader:]}, {wire.FrameHTTP2PDU, full}} {
		if len(t.Fields) < 4*maxNumbers {
			p.f.PutFrame(t, x.id, dir, x.b)
		}
	}
}

// headers begins a header block (RFC 9113 §6.2, §6.6).
func (p *parser) headers(dir dissect.Dir, s *side, f *frame) error {
	b, pad := f.b, 0
	if f.flags&padded != 0 && len(b) > 0 {
		pad, b = int(b[0]), b[1:]
	}
	s.blockOf, s.blockTo, s.block, s.ends = f.id, f.id, s.block[:0], f.flags&endStream != 0 && f.kind == headers
	switch {
	case f.kind == pushPromise && len(b) >= 4:
		s.blockTo = binary.BigEndian.Uint32(b) &^ (1 << 31)
		b = b[4:]
	case f.kind == headers && f.flags&prioritised != 0 && len(b) >= 5:
		p.number(p.stream(f.id), dir, wire.HTTP2Priority, uint64(b[4]))
		b = b[5:]
	}
	return p.gather(dir, s, b[:max(0, len(b)-pad)], f.flags&endHeaders != 0)
}

// gather adds a piece of a header block, and decodes it when it is whole.
func (p *parser) gather(dir dissect.Dir, s *side, b []byte, whole bool) error {
	if len(s.block)+len(b) > maxBlock {
		p.stream(s.blockTo).t.Event(dir, "http2.reassembly_limit_reached")
		return errBlock
	}
	s.block = append(s.block, b...)
	if !whole {
		return nil
	}
	x := p.stream(s.blockTo)
	p.updates(x, dir, s.block)
	s.list, s.size = s.list[:0], 0
	_, err := s.dec.Write(s.block)
	if err == nil {
		err = s.dec.Close()
	}
	if s.size > maxList {
		x.t.Event(dir, "http2.reassembly_limit_reached")
		p.f.AddEvicted(1)
	}
	if err != nil { // the table is not known: the beginning was not seen
		x.t.Event(dir, oddBlock(err))
		if p.renew(dir); len(s.list) == 0 {
			if s.late {
				p.end(x)
			}
			return nil
		}
	}
	if s.late { // an answer to what the client has given up; its fields have their place in the table
		s.blockOf = 0
		p.end(x)
		return nil
	}
	of := dir
	if s.blockTo != s.blockOf { // a request that the server promises to answer
		of = dissect.Orig
	}
	s.blockOf = 0
	p.head(of, x, s.list)
	if s.ends || of != dir {
		p.finish(of, x)
	}
	return nil
}

// updates tells of changes of the table's size, which stand first (RFC 7541 §6.3).
func (p *parser) updates(x *stream, dir dissect.Dir, b []byte) {
	for len(b) > 0 && b[0]&0xe0 == 0x20 {
		n, shift := uint64(b[0]&0x1f), 0
		if b = b[1:]; n == 0x1f {
			for len(b) > 0 && shift < 63 {
				c := b[0]
				b = b[1:]
				n += uint64(c&0x7f) << shift
				if shift += 7; c&0x80 == 0 {
					break
				}
			}
		}
		p.number(x, dir, wire.HTTP2SizeUpdate, n)
	}
}
