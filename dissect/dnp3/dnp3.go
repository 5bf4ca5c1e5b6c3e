// Package dnp3 reads the Distributed Network Protocol (IEEE 1815), by which plants are watched and steered.
package dnp3

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is DNP3 on any port.
var Protocol = dissect.Protocol{
	Name:      "dnp3",
	Spec:      "IEEE 1815-2012 §4, §8, §9",
	TCP:       []uint16{20000},
	UDP:       []uint16{20000},
	Anywhere:  true,
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return datagrams{&parser{f: f}} },
}

func probe(_ dissect.Dir, b []byte, _ bool, _ uint16) dissect.Match {
	if m := dissect.Prefix(b, start); m != dissect.Yes {
		return m
	}
	switch {
	case len(b) < header:
		return dissect.Maybe
	case b[2] < minLength || checksum(b[:8]) != binary.LittleEndian.Uint16(b[8:]):
		return dissect.No
	}
	return dissect.Yes
}

type parser struct {
	f       *dissect.Flow
	half    [2]half
	lost    [2]bool // where frames begin
	astray  [2]int  // bytes that were passed over since
	waiting int     // requests since the last response
	flooded bool
}

// half is a message of one direction that is being put together.
type half struct {
	message []byte
	begun   bool
	link    link
}

// Bounds.
const (
	maxMessage  = 64 << 10
	maxAstray   = 256 << 10 // bytes without a frame, from which on it is something else
	keepMessage = 2 << 10   // of a message; most have one frame, and connections stay for months
	maxWaiting  = 32        // requests without a response: more are a flood
)

var errFrame = errors.New("dnp3: not a frame")

// Data reads frames. Behind a hole, or a head whose checksum is wrong, the next one is looked for as stations do: by its start and its own
// checksum (§9.2.4.1).
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for {
		if p.lost[dir] {
			if n += p.seek(dir, b[n:]); p.astray[dir] > maxAstray {
				return n, errFrame
			}
		}
		if len(b)-n < header {
			return n, nil
		}
		l, size, ok := readLink(b[n:])
		if !ok {
			p.odd(dir, "bad_link_crc")
			p.lose(dir)
			continue
		}
		if len(b)-n < size {
			return n, nil
		}
		p.lost[dir], p.astray[dir] = false, 0
		p.frame(dir, l, b[n+header:n+size])
		n += size
	}
}

// lose gives up what was being put together.
func (p *parser) lose(dir dissect.Dir) { p.lost[dir], p.half[dir].begun = true, false }

// seek is how many bytes stand before the next head, or before what may become one.
func (p *parser) seek(dir dissect.Dir, b []byte) (n int) {
	defer func() { p.astray[dir] += n }()
	for {
		i := bytes.Index(b[n:], []byte(start))
		if i < 0 {
			if n = len(b); n > 0 && b[n-1] == start[0] {
				n--
			}
			return n
		}
		n += i
		if len(b)-n < header {
			return n
		}
		if _, _, ok := readLink(b[n:]); ok {
			return n
		}
		n++
	}
}

// odd tells of an anomaly outside of a message.
func (p *parser) odd(dir dissect.Dir, name string) {
	p.f.Odd(dir, "dnp3."+name)
}

// frame takes what stands behind a link header: a piece of a message, with checksums.
func (p *parser) frame(dir dissect.Dir, l link, b []byte) {
	if !l.userData() {
		return
	}
	if len(b) < 1+2 { // the transport header and a checksum
		p.odd(dir, "len_too_small")
		return
	}
	piece, ok := unchecked(b)
	if !ok {
		p.odd(dir, "bad_transport_crc")
		return
	}
	h := &p.half[dir]
	transport := piece[0]
	switch {
	case transport&first != 0:
		h.message, h.begun, h.link = h.message[:0], true, l
	case !h.begun:
		return
	}
	if len(h.message)+len(piece) > maxMessage {
		h.begun = false
		p.odd(dir, "too_long_reassembly")
		return
	}
	h.message = append(h.message, piece[1:]...)
	if transport&final == 0 {
		return
	}
	h.begun = false
	p.message(dir, h)
	if cap(h.message) > keepMessage {
		h.message = nil
	}
}

// Gap loses the borders between frames until one is found.
func (p *parser) Gap(dir dissect.Dir, _ int) error {
	p.lose(dir)
	return nil
}

// Close has nothing open to tell.
func (p *parser) Close() {}

type datagrams struct{ *parser }

// Datagram reads the frames of a datagram.
func (d datagrams) Datagram(dir dissect.Dir, b []byte) error {
	_, err := d.Data(dir, b)
	d.lost[dir], d.astray[dir] = false, 0 // the next one begins with a frame
	return err
}
