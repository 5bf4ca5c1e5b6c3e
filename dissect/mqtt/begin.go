package mqtt

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect"
)

// begins reports whether whole packets stand in b one behind the other, to its end, as a segment has them.
func begins(dir dissect.Dir, b []byte) bool {
	for len(b) > 0 {
		size, n := varint(b[1:])
		if n <= 0 || len(b) < 1+n+size || !sound(dir, b[0], b[1+n:1+n+size]) {
			return false
		}
		b = b[1+n+size:]
	}
	return true
}

// only says which side sends a kind of packet where just one does (§2.1.2): 1 + Dir.
var only = [16]dissect.Dir{connect: 1 + dissect.Orig, connack: 1 + dissect.Resp, subscribe: 1 + dissect.Orig, suback: 1 + dissect.Resp, unsubscribe: 1 + dissect.Orig,
	unsuback: 1 + dissect.Resp, pingreq: 1 + dissect.Orig, pingresp: 1 + dissect.Resp}

// sound tells whether a packet could be one: who sends it, its flags (§2.1.3), and that it has what its kind has at least.
func sound(dir dissect.Dir, first byte, b []byte) bool {
	kind, flags := first>>4, first&15
	if only[kind] != 0 && only[kind] != 1+dir {
		return false
	}
	switch kind {
	case publish:
		if flags>>1&3 == 3 || len(b) < 2 {
			return false
		}
		size := int(binary.BigEndian.Uint16(b))
		if size == 0 { // of 5.0, by the number that the topic has been given
			return fits5(dir, first, b)
		}
		return 2+size <= len(b) && utf8.Valid(b[2:2+size])
	case connack:
		return flags == 0 && len(b) >= 2 && b[0] <= 1
	case puback, pubrec, pubcomp:
		return flags == 0 && len(b) >= 2
	case pubrel:
		return flags == 2 && len(b) >= 2
	case subscribe, unsubscribe:
		return flags == 2 && len(b) >= 5
	case suback:
		return flags == 0 && len(b) >= 3
	case unsuback:
		return flags == 0 && len(b) >= 2
	case pingreq, pingresp:
		return flags == 0 && len(b) == 0
	case connect:
		return flags == 0 && len(b) >= 10
	case disconnect, auth:
		return flags == 0
	}
	return false
}
