package mysql

import (
	"github.com/yagura-project/yagura/dissect"
)

// Bounds of undoing compression. A packet says how many bytes come out of it, 16 MiB at most; none of them is kept.
const (
	outerHeader = 7       // length as sent (3 bytes), number, length of what comes out (3 bytes); 0 there: it is not compressed
	bombFrom    = 1 << 20 // bytes that came out of a session, from which on the ratio is held against bombRatio
	bombRatio   = 128
	maxCommands = 16 // of one outer packet; clients send each command in its own
)

// packed is one direction of a compressed session (§ Compressed Packet). The packets within begin and end anywhere.
type packed struct {
	left  int  // bytes of the outer packet, as sent, that are to come
	due   int  // bytes that are to come out of them
	plain bool // they are not compressed
	begun int  // commands that began in them
	z     *inflater
	rest  []byte // an inner packet as far as it has come
}

// unpack reads the outer packets of a direction.
func (p *parser) unpack(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.sides[dir]
	for n < len(b) && err == nil {
		if s.left == 0 {
			if len(b)-n < outerHeader {
				return n, nil
			}
			s.left, s.due = length(b[n:]), length(b[n+4:])
			if n, s.plain, s.begun = n+outerHeader, s.due == 0, 0; s.plain {
				s.due = s.left
			}
			continue
		}
		piece := b[n:min(n+s.left, len(b))]
		n, s.left = n+len(piece), s.left-len(piece)
		err = p.open(dir, s, piece)
	}
	return n, err
}

// open reads on in an outer packet.
func (p *parser) open(dir dissect.Dir, s *packed, b []byte) error {
	switch {
	case s.due == 0:
		return nil
	case s.plain:
		s.due -= len(b)
		return p.inner(dir, s, b)
	case s.z == nil:
		if s.z = inflate(p.can&zstandard != 0 && (p.can&compressed == 0 || b[0] == zstdMagic)); s.z == nil {
			p.f.AddEvicted(1)
			return dissect.ErrDone
		}
	}
	p.took += len(b)
	err := s.z.write(b, func(out []byte) (bool, error) { return p.came(dir, s, out) })
	if err == nil && s.left == 0 && s.due > 0 {
		err = errMessage
	}
	if err != nil || s.due == 0 {
		s.shut()
	}
	return err
}

// came takes what came out of an outer packet; false where the rest of it is not needed.
func (p *parser) came(dir dissect.Dir, s *packed, out []byte) (bool, error) {
	out = out[:min(len(out), s.due)]
	s.due -= len(out)
	if p.gave += len(out); p.gave > bombFrom && p.gave > bombRatio*p.took {
		p.f.AddEvicted(1)
		return false, dissect.ErrDone
	}
	if err := p.inner(dir, s, out); err != nil {
		return false, err
	}
	if p.skip[dir] >= s.due { // of a long packet only the beginning is read
		p.skip[dir] -= s.due
		s.due = 0
	}
	return s.due > 0, nil
}

// inner reads the packets within.
func (p *parser) inner(dir dissect.Dir, s *packed, b []byte) error {
	if len(s.rest) > 0 {
		s.rest = append(s.rest, b...)
		b = s.rest
	}
	n, err := p.packets(dir, b)
	if s.rest = append(s.rest[:0], b[n:]...); len(s.rest) == 0 {
		s.rest = nil
	}
	return err
}

// shut ends an outer packet.
func (s *packed) shut() {
	if s.z != nil {
		s.z.close()
		s.z = nil
	}
}
