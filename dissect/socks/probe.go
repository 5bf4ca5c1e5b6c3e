package socks

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// maxUser bounds who asks, where a protocol is looked for.
const maxUser = 64

// probe wants the client's first message, whole.
func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || dir == dissect.Resp || len(b) == 0 {
		return dissect.No
	}
	switch {
	case b[0] == 5:
		if len(b) < 2 || len(b) < 2+int(b[1]) {
			return dissect.Maybe
		}
		return greeting(b)
	case b[0] == 4 && len(b) < 9:
		return dissect.Maybe
	case b[0] != 4 || b[1] != 1 && b[1] != 2 || binary.BigEndian.Uint16(b[2:]) == 0:
		return dissect.No
	}
	switch end := bytes.IndexByte(b[8:], 0); {
	case end >= 0 && end < maxUser:
		return dissect.Yes
	case end < 0 && len(b) < 8+maxUser:
		return dissect.Maybe
	}
	return dissect.No
}

// greeting is version, count and methods (RFC 1928 §3). Behind them stands nothing, or what a client that does not wait says next: its
// request, or the password that it has offered to give.
func greeting(b []byte) dissect.Match {
	if b[1] == 0 || b[1] > 10 {
		return dissect.No
	}
	end := 2 + int(b[1])
	for _, m := range b[2:end] {
		if m > 9 && m < 0x80 {
			return dissect.No
		}
	}
	switch rest := b[end:]; {
	case len(rest) == 0, rest[0] == 1 && bytes.IndexByte(b[2:end], 2) >= 0:
		return dissect.Yes
	case rest[0] != 5:
		return dissect.No
	case len(rest) < 4:
		return dissect.Maybe
	case rest[1] >= 1 && rest[1] <= 3 && rest[2] == 0 && (rest[3] == 1 || rest[3] == 3 || rest[3] == 4):
		return dissect.Yes
	}
	return dissect.No
}
