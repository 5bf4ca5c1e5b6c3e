// Package openvpn recognises the opening of OpenVPN (RFC draft-selva-openvpn-wire-protocol §3), whose content is encrypted.
package openvpn

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is OpenVPN over UDP and TCP on any port.
var Protocol = dissect.Protocol{
	Name:      "openvpn",
	Spec:      "draft-selva-openvpn-wire-protocol-00",
	TCP:       []uint16{1194},
	UDP:       []uint16{1194},
	Anywhere:  true,
	Probe:     probe,
	Stream:    dissect.Veiled,
	Datagrams: dissect.VeiledDatagrams,
}

// Opcodes that open a session; the lower three bits are the key's number, 0 then.
const (
	resetClient2 = 7 << 3
	resetServer2 = 8 << 3
	resetClient3 = 10 << 3
	resetPlain   = 14 // bytes: opcode, session, no acknowledgements, packet number 0
)

func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return reset(dir, b, len(b))
	}
	if len(b) < 3 {
		return dissect.Maybe
	}
	size := int(binary.BigEndian.Uint16(b))
	if size < resetPlain || size > 1500 {
		return dissect.No
	}
	return reset(dir, b[2:], size)
}

// reset judges a packet of size bytes that opens a session: its own number is 0, and it is unencrypted but for an
// HMAC or a key of the static set-up before that.
func reset(dir dissect.Dir, b []byte, size int) dissect.Match {
	if len(b) == 0 || size < resetPlain {
		return dissect.No
	}
	switch op := b[0]; {
	case dir == dissect.Orig && op != resetClient2 && op != resetClient3, dir == dissect.Resp && op != resetServer2:
		return dissect.No
	case len(b) < min(size, resetPlain):
		return dissect.Maybe
	}
	if dir == dissect.Orig && size == resetPlain {
		if b[9] == 0 && binary.BigEndian.Uint32(b[10:]) == 0 {
			return dissect.Yes
		}
		return dissect.No
	}
	if sealed(b, size) {
		return dissect.Yes
	}
	// With --tls-auth an HMAC of 20, 32 or 64 bytes, a number and the time stand between.
	for _, mac := range [...]int{16, 20, 32, 64} {
		if at := 9 + mac; len(b) >= at+4 && size >= at+9 && binary.BigEndian.Uint32(b[at:]) == 1 {
			return dissect.Yes
		}
	}
	if dir == dissect.Resp && size >= 26 && b[9] == 1 { // acknowledges the client's packet 0
		return dissect.Yes
	}
	if len(b) < size { // over TCP, in pieces
		return dissect.Maybe
	}
	return dissect.No
}

// sealed judges a packet under --tls-crypt, of which but the head is open: opcode, session, number and time, then an HMAC of 32 bytes and at
// least what a plain one has behind the session. Numbers begin with 1; where the server asks by cookies first, and with keys of the client's
// own (--tls-crypt-v2), with 0x0f000001.
func sealed(b []byte, size int) bool {
	const head, mac = 1 + 8 + 4 + 4, 32
	if len(b) < head || size < head+mac+resetPlain-9 {
		return false
	}
	number, seconds := binary.BigEndian.Uint32(b[9:]), binary.BigEndian.Uint32(b[13:])
	return (number == 1 || number == 0x0f000001) && seconds >= sinceCrypt && seconds < 1<<32-1
}

// sinceCrypt is 2016, when --tls-crypt came: clocks are behind that.
const sinceCrypt = 1451606400
