// Package websocket reads WebSocket (RFC 6455, RFC 7692) behind the handshake that HTTP has read.
package websocket

import (
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is what follows an Upgrade to websocket; it is not recognised by content.
var Protocol = dissect.Protocol{
	Name:   "websocket",
	Spec:   "RFC 6455, RFC 7692",
	Probe:  func(dissect.Dir, []byte, bool, uint16) dissect.Match { return dissect.No },
	Stream: newParser,
}

// Bounds of what is kept of a message.
const (
	maxPayload  = 64 << 10 // what is beyond is passed over
	maxInflated = 256 << 10
)

const (
	fin        = 8
	compressed = 4
	control    = 8 // operations from here on are never in pieces
)

var errSize = errors.New("websocket: a frame of more than 2^63 bytes")

// parser reads one connection.
type parser struct {
	f      *dissect.Flow
	sides  [2]side
	frames bool // some rule looks at frames as sent
}

// side is one direction.
type side struct {
	in     bool // within a frame
	op     byte
	flags  byte
	masked bool
	mask   [4]byte
	at     uint64 // bytes of the frame so far
	left   uint64
	lost   bool   // bytes of it are
	b      []byte // of the message so far, unmasked
	whole  []byte // pieces of a message that goes on
	packed bool   // that message is compressed
	cut    bool   // not all of it is there
	window window // of messages before
	raw    []byte // of the frame so far as sent, where rules ask for it
	head   int    // bytes of it before the payload
	start  int64  // where it begins in the stream; -1: not known
}

func newParser(f *dissect.Flow) dissect.Stream {
	return &parser{f: f, frames: f.Wants(wire.WebSocketFrameHeader) || f.Wants(wire.WebSocketFrameData) || f.Wants(wire.WebSocketFramePDU)}
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.sides[dir]
	for n < len(b) {
		if !s.in {
			used, err := s.begin(b[n:])
			if used == 0 || err != nil {
				return n, err
			}
			if n += used; p.frames {
				s.raw, s.head, s.start = append([]byte{}, b[n-used:n]...), used, p.f.At(b[n-used:n])
			}
		}
		k := int(min(s.left, uint64(len(b)-n)))
		if p.frames {
			s.raw = append(s.raw, b[n:n+min(k, max(0, maxPayload-len(s.raw)))]...)
		}
		s.take(b[n : n+k])
		if n += k; s.left == 0 {
			p.end(dir, s)
		}
	}
	return n, nil
}

// begin reads the head of a frame (RFC 6455 §5.2); 0 waits for more.
func (s *side) begin(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	n, size := 2, uint64(b[1]&0x7f)
	switch size {
	case 126:
		n = 4
	case 127:
		n = 10
	}
	s.masked = b[1]&0x80 != 0
	full := n
	if s.masked {
		full += 4
	}
	if len(b) < full {
		return 0, nil
	}
	switch n {
	case 4:
		size = uint64(binary.BigEndian.Uint16(b[2:]))
	case 10:
		if size = binary.BigEndian.Uint64(b[2:]); size>>63 != 0 {
			return 0, errSize
		}
	}
	if s.masked {
		copy(s.mask[:], b[n:])
	}
	s.in, s.op, s.flags, s.at, s.left, s.lost, s.b = true, b[0]&0xf, b[0]>>4, 0, size, false, nil
	return full, nil
}

// take unmasks content.
func (s *side) take(b []byte) {
	keep := min(len(b), max(0, maxPayload-len(s.b)))
	s.b = append(s.b, b[:keep]...)
	if s.masked {
		for i, own := 0, s.b[len(s.b)-keep:]; i < len(own); i++ {
			own[i] ^= s.mask[(s.at+uint64(i))&3]
		}
	}
	s.at += uint64(len(b))
	s.left -= uint64(len(b))
}

// end shows a frame; its message once that is whole.
func (p *parser) end(dir dissect.Dir, s *side) {
	s.in = false
	p.record(dir, s)
	t := p.f.Tx("")
	if t == nil {
		return
	}
	t.PutNumber(wire.WebSocketOpcode, dir, uint64(s.op))
	t.PutNumber(wire.WebSocketFlags, dir, uint64(s.flags)<<4)
	if s.masked {
		t.PutNumber(wire.WebSocketMask, dir, uint64(binary.BigEndian.Uint32(s.mask[:])))
	}
	if len(s.raw) > 0 {
		p.showFrames(t, dir, s)
	}
	if s.at > maxPayload {
		t.Event(dir, "websocket.skip_end_of_payload")
	}
	if s.op == 0 && len(s.whole)+len(s.b) > maxPayload {
		t.Event(dir, "websocket.reassembly_limit_reached")
	}
	if b := s.message(); len(b) > 0 {
		t.Put(wire.WebSocketPayload, dir, b)
	}
	p.f.EndTx(t)
}

// operations of §5.2 by their names in EVE.
var operations = [16]string{0: "continuation", 1: "text", 2: "binary", 8: "connection_close", 9: "ping", 10: "pong"}

// record tells of a frame, without what it holds.
func (p *parser) record(dir dissect.Dir, s *side) {
	if !p.f.Detailed() {
		return
	}
	body := tree.Of("websocket", tree.Bool("fin", s.flags&fin != 0))
	if s.masked {
		body.Add(tree.Num("mask", int64(binary.BigEndian.Uint32(s.mask[:]))))
	}
	name := operations[s.op]
	if name == "" {
		name = strconv.Itoa(int(s.op))
	}
	body.Add(tree.Str("opcode", name))
	p.f.Record("websocket", dir, body)
}

// showFrames shows a frame as it was sent, or the beginning of it.
func (p *parser) showFrames(t *wire.Tx, dir dissect.Dir, s *side) {
	data := s.start
	if data >= 0 {
		data += int64(s.head)
	}
	p.f.PutKeptFrame(t, wire.WebSocketFrameHeader, dir, s.raw[:s.head], s.head, s.start)
	if s.at > 0 {
		p.f.PutKeptFrame(t, wire.WebSocketFrameData, dir, s.raw[s.head:], int(s.at), data)
	}
	p.f.PutKeptFrame(t, wire.WebSocketFramePDU, dir, s.raw, s.head+int(s.at), s.start)
	s.raw = nil
}

// message is the payload of a frame, or of the message that ends with it.
func (s *side) message() []byte {
	b := s.b
	s.b = nil
	if s.op >= control {
		return b
	}
	if s.op != 0 {
		s.whole, s.packed, s.cut = nil, s.flags&compressed != 0, false
	}
	s.cut = s.cut || s.at > maxPayload || s.lost || len(s.whole)+len(b) > maxPayload
	if room := maxPayload - len(s.whole); room < len(b) {
		b = b[:max(0, room)]
	}
	s.whole = append(s.whole, b...)
	if s.flags&fin == 0 {
		return b
	}
	b, s.whole = s.whole, nil
	if s.packed {
		return s.window.inflate(b, !s.cut)
	}
	return b
}

// Gap implements dissect.Stream: content that is lost is passed over, else the frames are.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	s := &p.sides[dir]
	if !s.in || uint64(n) >= s.left {
		return dissect.ErrDone
	}
	s.left -= uint64(n)
	s.at += uint64(n)
	s.lost = true
	return nil
}

// Close has nothing open to show.
func (p *parser) Close() {
	p.sides[dissect.Orig].window.forget()
	p.sides[dissect.Resp].window.forget()
}
