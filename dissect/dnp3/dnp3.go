// Package dnp3 reads the Distributed Network Protocol (IEEE 1815), by which plants are watched and steered.
package dnp3

import (
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
	waiting int // requests since the last response
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
	maxMessage = 64 << 10
	maxWaiting = 32 // requests without a response: more are a flood
)

var (
	errFrame = errors.New("dnp3: not a frame")
	errFlood = errors.New("dnp3: a flood of requests")
)

// Data reads frames.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for len(b)-n >= header {
		l, size, ok := readLink(b[n:])
		if !ok {
			p.odd(dir, "bad_link_crc")
			return n, errFrame
		}
		if len(b)-n < size {
			return n, nil
		}
		if err := p.frame(dir, l, b[n+header:n+size]); err != nil {
			return n, err
		}
		n += size
	}
	return n, nil
}

// odd tells of an anomaly outside of a message.
func (p *parser) odd(dir dissect.Dir, name string) {
	p.f.Odd(dir, "dnp3."+name)
}

// frame takes what stands behind a link header: a piece of a message, with checksums.
func (p *parser) frame(dir dissect.Dir, l link, b []byte) error {
	if !l.userData() {
		return nil
	}
	if len(b) < 1+2 { // the transport header and a checksum
		p.odd(dir, "len_too_small")
		return nil
	}
	piece, ok := unchecked(b)
	if !ok {
		p.odd(dir, "bad_transport_crc")
		return nil
	}
	h := &p.half[dir]
	transport := piece[0]
	switch {
	case transport&first != 0:
		h.message, h.begun, h.link = h.message[:0], true, l
	case !h.begun:
		return nil
	}
	if len(h.message)+len(piece) > maxMessage {
		h.begun = false
		p.odd(dir, "too_long_reassembly")
		return nil
	}
	h.message = append(h.message, piece[1:]...)
	if transport&final == 0 {
		return nil
	}
	h.begun = false
	return p.message(dir, h)
}

// Gap loses the borders between frames.
func (p *parser) Gap(dissect.Dir, int) error { return dissect.ErrDone }

// Close has nothing open to tell.
func (p *parser) Close() {}

type datagrams struct{ *parser }

// Datagram reads the frames of a datagram.
func (d datagrams) Datagram(dir dissect.Dir, b []byte) error {
	_, err := d.Data(dir, b)
	return err
}
