package wire

import "encoding/binary"

// SCTPHeadLen is the length of the common header (RFC 9260 §3.1), in bytes.
const SCTPHeadLen = 12

// Types of chunks (RFC 9260 §3.2) that have a rule of their own.
const (
	SCTPData             = 0
	SCTPInit             = 1
	SCTPInitAck          = 2
	SCTPShutdownComplete = 14
)

// SCTPChunk cuts the first chunk off b, which begins behind the common header (RFC 9260 §3.2). The chunk comes with its
// header of four bytes and without padding; ok is false where b does not begin with a whole chunk.
func SCTPChunk(b []byte) (chunk, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, b, false
	}
	n := int(binary.BigEndian.Uint16(b[2:]))
	if n < 4 || n > len(b) {
		return nil, b, false
	}
	return b[:n], b[min(len(b), (n+3)&^3):], true
}

// SCTPUserData is the user data of a DATA chunk (RFC 9260 §3.3.1), nil for other chunks and one cut short.
func SCTPUserData(chunk []byte) []byte {
	if len(chunk) < 16 || chunk[0] != SCTPData {
		return nil
	}
	return chunk[16:]
}
