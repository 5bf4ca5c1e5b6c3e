package ike

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Exchange types and flags (RFC 2408 §3.1, RFC 2409 §5, RFC 7296 §3.1) by which a message is told on a port that is not IKE's.
var (
	types1 = map[byte]bool{2: true, 4: true, 5: true, 6: true, 32: true, 33: true} // also ISAKMP's transaction (draft-dukes-ike-mode-cfg)
	types2 = map[byte]bool{34: true, 35: true, 36: true, 37: true, 43: true, 44: true}
)

const (
	flags1 = 0x07 // encryption, commit, authentication only
	flags2 = 0x38 // initiator, version, response
	least2 = 33   // payload types of version 2 begin there
)

// certain reports whether b, without a marker, can be nothing but IKE: its header has what it must have, is as long as it says, and so is its first payload.
func certain(b []byte) bool {
	if len(b) < header || binary.BigEndian.Uint64(b) == 0 || uint64(binary.BigEndian.Uint32(b[24:])) != uint64(len(b)) {
		return false
	}
	next, kind, flags, rest := b[16], b[18], b[19], b[header:]
	switch b[17] {
	case 0x10:
		if !types1[kind] || flags&^flags1 != 0 || next == 0 {
			return false
		}
		if flags&encrypted != 0 { // in blocks of a cipher
			return len(rest) >= 8 && len(rest)%8 == 0
		}
		return first(rest, next == sa1 && kind != 5)
	case 0x20:
		if !types2[kind] || flags&^flags2 != 0 || next < least2 {
			return false
		}
		sealed := next == sealed2 || next == sealedPart2
		if kind != 34 && !sealed { // all but the first exchange is encrypted
			return false
		}
		return first(rest, false) && (!sealed || int(binary.BigEndian.Uint16(rest[2:])) == len(rest))
	}
	return false
}

// first reports whether a payload stands in b; proposal, one that begins with IPsec's domain of interpretation (RFC 2407 §4.6.1).
func first(b []byte, proposal bool) bool {
	if len(b) < 4 || b[1]&0x7f != 0 {
		return false
	}
	size := int(binary.BigEndian.Uint16(b[2:]))
	return size >= 4 && size <= len(b) && (!proposal || size >= 12 && binary.BigEndian.Uint32(b[4:]) == 1)
}

// sender is who opened the association: a flag says so in version 2 (RFC 7296 §3.1); in version 1 the first message has no second cookie.
func sender(b []byte, _, _ uint16) (dissect.Dir, bool) {
	const initiator = 0x08
	switch b = unmarked(b); {
	case len(b) < header:
		return 0, false
	case b[17]>>4 == 2 && b[19]&initiator == 0:
		return dissect.Resp, true
	}
	return dissect.Orig, b[17]>>4 == 2 || binary.BigEndian.Uint64(b[8:]) == 0
}
