package enip

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// Services (CIP Volume 1 appendix A).
const (
	answer           = 0x80
	getAttributeList = 0x03
	setAttributeList = 0x04
	manyServices     = 0x0a
	maxDepth         = 3
	maxNested        = 64
)

// cip reads a request or an answer of the message router (CIP Volume 1 §2-4).
func (s *shower) cip(b []byte, depth int) {
	if len(b) < 2 || depth > maxDepth {
		return
	}
	service := b[0] &^ answer
	s.number(wire.CIPService, uint64(service))
	if b[0]&answer != 0 {
		if len(b) < 4 {
			return
		}
		s.number(wire.CIPStatus, uint64(b[2]))
		extra := 4 + 2*int(b[3])
		if extra > len(b) {
			return
		}
		if extra > 4 {
			s.number(wire.CIPExtendedStatus, uint64(binary.LittleEndian.Uint16(b[4:])))
		}
		if service == manyServices {
			s.nested(b[extra:], depth)
		}
		return
	}
	end := 2 + 2*int(b[1])
	if end > len(b) {
		return
	}
	s.path(b[2:end])
	switch service {
	case manyServices:
		s.nested(b[end:], depth)
	case getAttributeList, setAttributeList:
		s.attributes(b[end:], service == getAttributeList)
	}
}

// path reads logical segments (appendix C-1.4.2) for class, instance and attribute.
func (s *shower) path(b []byte) {
	ids := map[byte]wire.Buffer{0x20: wire.CIPClass, 0x24: wire.CIPInstance, 0x30: wire.CIPAttribute}
	for len(b) >= 2 {
		id, known := ids[b[0]&^3]
		switch {
		case b[0]>>5 != 1: // not a logical segment: what follows cannot be found
			return
		case b[0]&3 == 0:
			if known {
				s.number(id, uint64(b[1]))
			}
			b = b[2:]
		case b[0]&3 == 1 && len(b) >= 4:
			if known {
				s.number(id, uint64(binary.LittleEndian.Uint16(b[2:])))
			}
			b = b[4:]
		case b[0]&3 == 2 && len(b) >= 6:
			if known {
				s.number(id, uint64(binary.LittleEndian.Uint32(b[2:])))
			}
			b = b[6:]
		default:
			return
		}
	}
}

// attributes reads the list that a request names; one to set has values between them, so that only its first is known.
func (s *shower) attributes(b []byte, all bool) {
	if len(b) < 2 {
		return
	}
	count := int(binary.LittleEndian.Uint16(b))
	if !all {
		count = min(count, 1)
	}
	for i := range min(count, maxNested) {
		if len(b) < 4+2*i {
			return
		}
		s.number(wire.CIPAttribute, uint64(binary.LittleEndian.Uint16(b[2+2*i:])))
	}
}

// nested reads the messages of a packet of many: their count and where each begins (appendix ).
func (s *shower) nested(b []byte, depth int) {
	if len(b) < 2 {
		return
	}
	count := min(int(binary.LittleEndian.Uint16(b)), maxNested)
	for i := range count {
		if len(b) < 4+2*i {
			return
		}
		from, to := int(binary.LittleEndian.Uint16(b[2+2*i:])), len(b)
		if i+1 < count && len(b) >= 6+2*i {
			to = int(binary.LittleEndian.Uint16(b[4+2*i:]))
		}
		if from < to && to <= len(b) {
			s.frame(wire.ENIPFrameCIP, b[from:to])
			s.cip(b[from:to], depth+1)
		}
	}
}
