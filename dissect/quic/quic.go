// Package quic reads the open part of QUIC (RFC 9000, RFC 9001, RFC 9369): the hellos in its Initial packets, and those of Google's versions.
package quic

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is QUIC over UDP on any port.
var Protocol = dissect.Protocol{
	Name:      "quic",
	Spec:      "RFC 9000, RFC 9001, RFC 9369; QUIC of Google up to Q046; JA3, JA3S, JA4",
	UDP:       []uint16{443, 853, 8443},
	Anywhere:  true,
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f, t: &event.TLS{Version: "1.3"}} },
}

// minClient is the least size of a datagram with a client's Initial packet (RFC 9000 §14.1); a capture may show some headers less.
const minClient = 1200

func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || len(b) < 16 {
		return dissect.No
	}
	if b[0]&0x80 == 0 { // the public header of Google's versions up to Q043
		if at := 1 + 8; b[0]&0x09 == 0x09 && b[0]&0xc0 == 0 && google(binary.BigEndian.Uint32(b[at:])) {
			return dissect.Yes
		}
		return dissect.No
	}
	h, ok := readHeader(b)
	switch {
	case !ok || h.version == 0 && port != 443:
		return dissect.No
	case google(h.version), h.version == 0:
		return dissect.Yes
	case !known(h.version):
		return dissect.No
	case dir == dissect.Orig && h.kind == kindInitial && len(b) < minClient:
		return dissect.No
	}
	return dissect.Yes
}

// Versions (IANA QUIC Versions).
const (
	version1  = 0x00000001
	version2  = 0x6b3343cf
	draft     = 0xff000000
	draft23   = draft + 23
	draft29   = draft + 29
	draft34   = draft + 34
	facebook1 = 0xfaceb001 // mvfst, as draft 22
	facebook2 = 0xfaceb002 // mvfst, as draft 27
)

// known tells versions of the IETF, and those that are reserved to be refused (RFC 9000 §15).
func known(v uint32) bool {
	return v == version1 || v == version2 || v > draft && v <= draft34 || v == facebook1 || v == facebook2 || v&0x0f0f0f0f == 0x0a0a0a0a
}

// google tells Google's versions: Q and three digits, or T and three digits with TLS.
func google(v uint32) bool {
	c := v >> 24
	return (c == 'Q' || c == 'T') && v>>16&0xff == '0' && digit(v>>8) && digit(v)
}

func digit(v uint32) bool { return v&0xff >= '0' && v&0xff <= '9' }

// Kinds of packets with a long header, by RFC 9000 §17.2.
const (
	kindInitial = iota
	kindZeroRTT
	kindHandshake
	kindRetry
)

// header is a long header (RFC 8999 §5.1) with what RFC 9000 §17.2 adds.
type header struct {
	kind       int
	version    uint32
	dcid, scid []byte
	number     int // offset of the packet number
	end        int // of the packet within the datagram
}

const maxID = 20

// readHeader reads the long header at the beginning of b.
func readHeader(b []byte) (h header, ok bool) {
	if len(b) < 7 || b[0]&0x80 == 0 {
		return h, false
	}
	h.version = binary.BigEndian.Uint32(b[1:])
	h.kind = int(b[0] >> 4 & 3)
	if google(h.version) {
		return h, true
	}
	if h.version == version2 { // RFC 9369 §3.2
		h.kind = (h.kind + 3) & 3
	}
	at := 5
	for _, id := range []*[]byte{&h.dcid, &h.scid} {
		if at >= len(b) || int(b[at]) > maxID || at+1+int(b[at]) > len(b) {
			return h, false
		}
		*id = b[at+1 : at+1+int(b[at])]
		at += 1 + int(b[at])
	}
	h.end = len(b)
	if h.version == 0 || h.kind == kindRetry {
		return h, true
	}
	if h.kind == kindInitial { // the token
		size, n := varint(b[at:])
		if at += n; n == 0 || size > uint64(len(b)-at) {
			return h, false
		}
		at += int(size)
	}
	size, n := varint(b[at:])
	if at += n; n == 0 || size > uint64(len(b)-at) {
		return h, false
	}
	h.number, h.end = at, at+int(size)
	return h, true
}

// varint reads a number of RFC 9000 §16; n is 0 when it is not whole.
func varint(b []byte) (v uint64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	n = 1 << (b[0] >> 6)
	if len(b) < n {
		return 0, 0
	}
	v = uint64(b[0] & 0x3f)
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	return v, n
}
