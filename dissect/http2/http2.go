// Package http2 reads HTTP/2 (RFC 9113) with HPACK (RFC 7541), as far as it is not encrypted, and DNS over it (RFC 8484).
package http2

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/net/http2/hpack"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/http"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is HTTP/2 in clear text on any port.
var Protocol = dissect.Protocol{
	Name:     "http2",
	Spec:     "RFC 9113, RFC 7541, RFC 8484",
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

var preface = []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

const frameHeader = 9

// probe knows the client's preface (RFC 9113 §3.4), and the SETTINGS that a server begins with.
func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if dir == dissect.Orig {
		n := min(len(b), len(preface))
		switch {
		case !bytes.Equal(b[:n], preface[:n]):
			return dissect.No
		case n < len(preface):
			return dissect.Maybe
		}
		return dissect.Yes
	}
	if len(b) < frameHeader {
		return dissect.No
	}
	n := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	if b[3] != settings || b[4] != 0 || binary.BigEndian.Uint32(b[5:]) != 0 || n%6 != 0 || n > 16*6 || n == 0 {
		return dissect.No
	}
	for at := frameHeader; at+6 <= min(len(b), frameHeader+n); at += 6 {
		if id := binary.BigEndian.Uint16(b[at:]); id == 0 || id > 16 && id&0x0f0f != 0x0a0a {
			return dissect.No
		}
	}
	return dissect.Yes
}

// Frame types (RFC 9113 §6).
const (
	data = iota
	headers
	priority
	rstStream
	settings
	pushPromise
	ping
	goAway
	windowUpdate
	continuation
)

// Flags.
const (
	endStream   = 0x01
	endHeaders  = 0x04
	padded      = 0x08
	prioritised = 0x20
)

// Bounds of one connection.
const (
	maxStreams = 512
	maxFrame   = 128 << 10 // of frames but DATA
	maxBlock   = 128 << 10 // of one header block
	maxFields  = 512
	maxList    = 256 << 10 // bytes of all fields of a block, by RFC 7541 §4.1: one byte of a block may stand for a field of 64 KiB
	maxString  = 64 << 10
	maxNumbers = 64 // frame types and the like kept of one stream
	maxDNS     = 65535
)

var (
	errFrame = errors.New("http2: a frame is too large")
	errBlock = errors.New("http2: a header block is too large")
	errGap   = errors.New("http2: bytes are missing: frames cannot be found again")
)

// parser reads one connection.
type parser struct {
	f       *dissect.Flow
	sides   [2]side
	streams map[uint32]*stream
	order   []*stream // oldest first
	last    uint32    // the greatest stream that the client has opened
	depth   int
}

// side is one direction.
type side struct {
	begun bool // the preface is over
	dec   *hpack.Decoder
	list  []hpack.HeaderField
	size  int // of them

	in   *stream // of the DATA frame that is being read
	left int     // content of it that is still to come
	pad  int     // and padding behind that
	fin  bool    // it ends its stream

	block   []byte // of HEADERS and CONTINUATION so far
	blockOf uint32 // their stream; 0: none is open
	blockTo uint32 // stream that it describes: another one in PUSH_PROMISE
	ends    bool   // the stream ends with it
	late    bool   // the stream was over before it
}

func newParser(f *dissect.Flow) dissect.Stream {
	p := &parser{f: f, streams: map[uint32]*stream{}}
	for d := range p.sides {
		s := &p.sides[d]
		s.dec = hpack.NewDecoder(4096, func(h hpack.HeaderField) {
			if s.size += int(h.Size()); len(s.list) < maxFields && s.size <= maxList {
				s.list = append(s.list, h)
			}
		})
		s.dec.SetAllowedMaxDynamicTableSize(1 << 16)
		s.dec.SetMaxStringLength(maxString)
	}
	if u, ok := f.Expected().(*http.Upgrade); ok {
		p.upgraded(u)
	}
	return p
}

// upgraded makes the request that came by HTTP/1 that of stream 1.
func (p *parser) upgraded(u *http.Upgrade) {
	r := &u.Request
	list := []hpack.HeaderField{{Name: ":method", Value: r.Method}, {Name: ":path", Value: r.URI}, {Name: ":authority", Value: r.Host}}
	x := p.stream(1)
	x.a.UserAgent, x.a.Referer = r.UserAgent, r.Referer
	if oddSettings(r.Fields) {
		x.t.Event(dissect.Orig, "http2.invalid_http1_settings")
	}
	p.head(dissect.Orig, x, list)
	p.finish(dissect.Orig, x)
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.sides[dir]
	if !s.begun {
		if dir == dissect.Orig {
			if len(b) < len(preface) && bytes.HasPrefix(preface, b) {
				return 0, nil
			}
			if bytes.HasPrefix(b, preface) {
				n = len(preface)
			} else {
				p.noPreface()
			}
		}
		s.begun = true
	}
	for n < len(b) {
		used, err := p.step(dir, s, b[n:])
		if n += used; err != nil || used == 0 {
			return n, err
		}
	}
	if x := s.in; x != nil && x.body[dir] != nil && x.body[dir].Fresh() {
		p.f.Show(x.t)
	}
	return n, nil
}

// step takes content of a DATA frame, or a whole frame of another type.
func (p *parser) step(dir dissect.Dir, s *side, b []byte) (int, error) {
	if s.in != nil {
		n := min(s.left, len(b))
		p.content(dir, s.in, b[:n])
		s.left -= n
		skip := min(s.pad, len(b)-n)
		s.pad -= skip
		if s.left+s.pad == 0 {
			p.dataDone(dir, s)
		}
		return n + skip, nil
	}
	if len(b) < frameHeader {
		return 0, nil
	}
	size := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	f := frame{kind: b[3], flags: b[4], id: binary.BigEndian.Uint32(b[5:]) &^ (1 << 31)}
	if f.kind == data {
		return p.data(dir, s, &f, size, b)
	}
	if size > maxFrame {
		return 0, errFrame
	}
	if len(b) < frameHeader+size {
		return 0, nil
	}
	f.b = b[frameHeader : frameHeader+size]
	return frameHeader + size, p.frame(dir, s, &f, b[:frameHeader+size])
}

// frame is one frame.
type frame struct {
	kind, flags byte
	id          uint32
	b           []byte
}

// data begins a DATA frame, whose content is taken as it comes.
func (p *parser) data(dir dissect.Dir, s *side, f *frame, size int, b []byte) (int, error) {
	n := frameHeader
	if f.flags&padded != 0 && size > 0 {
		if len(b) < frameHeader+1 {
			return 0, nil
		}
		s.pad = min(int(b[frameHeader]), size-1)
		size--
		n++
	}
	gone := p.gone(f.id)
	x := p.stream(f.id)
	p.number(x, dir, wire.HTTP2FrameType, data)
	if f.id == 0 {
		x.t.Event(dir, "http2.data_stream_zero")
	}
	if size > longFrame {
		x.t.Event(dir, "http2.long_frame_data")
	}
	p.frames(x.t, dir, b[:min(len(b), n+size)])
	s.in, s.left, s.fin = x, size-s.pad, f.flags&endStream != 0
	if gone || f.id == 0 {
		p.end(x)
	}
	if s.left+s.pad == 0 {
		p.dataDone(dir, s)
	}
	return n, nil
}

func (p *parser) dataDone(dir dissect.Dir, s *side) {
	x := s.in
	s.in = nil
	if s.fin {
		p.finish(dir, x)
	} else {
		p.f.Show(x.t)
	}
}

// Gap implements dissect.Stream: within content only that is lost, elsewhere the frames are.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	s := &p.sides[dir]
	if s.in == nil || n >= s.left {
		return errGap
	}
	s.left -= n
	if body := s.in.body[dir]; body != nil {
		body.Lost(n)
	}
	s.in.doh[dir] = nil
	return nil
}

// Close implements dissect.Stream.
func (p *parser) Close() {
	for len(p.order) > 0 {
		p.end(p.order[0])
	}
}
