package ike

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// kinds2 are transform types of version 2 (RFC 7296 §3.3.2) as kinds of wire.IKEChosen.
var kinds2 = [5]uint64{encryption: 1, prf: 13, integrity: 3, group: 4}

// chosen2 tells of a transform that the responder chose.
func (m *message) chosen2(kind byte, id uint16) {
	if int(kind) < len(kinds2) && kinds2[kind] != 0 {
		m.t.PutNumber(wire.IKEChosen, m.dir, kinds2[kind]<<32|uint64(id))
		m.choose(algorithms2[kind].attr, algorithms2[kind].names, uint64(id))
	}
}

const maxAttributes = 64

// chosen1 reads the SA that the responder of version 1 chose: domain of interpretation, situation, then one proposal with one
// transform (RFC 2408 §3.4 to §3.6), whose attributes are told.
func (m *message) chosen1(b []byte) {
	if len(b) < 8+8 {
		return
	}
	b = b[8:]
	spi := 8 + int(b[6])
	if len(b) < spi+8 {
		return
	}
	b = b[spi:]
	if size := int(binary.BigEndian.Uint16(b[2:])); size >= 8 && size <= len(b) {
		b = b[8:size]
	} else {
		return
	}
	for range maxAttributes {
		if len(b) < 4 {
			return
		}
		kind, v := binary.BigEndian.Uint16(b), uint64(binary.BigEndian.Uint16(b[2:]))
		b = b[4:]
		if kind&0x8000 == 0 { // the value stands behind its length
			size := int(v)
			if size > len(b) {
				return
			}
			v = 0
			for _, c := range b[:min(size, 4)] {
				v = v<<8 | uint64(c)
			}
			b = b[size:]
		}
		m.t.PutNumber(wire.IKEChosen, m.dir, uint64(kind&0x7fff)<<32|v)
		if x := algorithms1[kind&0x7fff]; x.attr != "" {
			m.choose(x.attr, x.names, v)
		}
	}
}
