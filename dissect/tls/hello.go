package tls

import (
	"bytes"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/yagura-project/yagura/event"
)

// Extensions that are looked into (IANA TLS ExtensionType Values).
const (
	extServerName   = 0
	extGroups       = 10
	extPointFormats = 11
	extSignatures   = 13
	extALPN         = 16
	extPreShared    = 41
	extVersions     = 43
)

// Hello is what a ClientHello or ServerHello says. Its lists are in the order sent.
type Hello struct {
	Legacy     uint16
	random     []byte
	session    []byte
	Ciphers    []uint16 // one in a ServerHello
	Extensions []uint16
	SNI        string // lower case, odd bytes as \DDD
	sniRaw     []byte
	hasSNI     bool
	ALPN       []string
	Groups     []uint16
	formats    []byte
	signatures []uint16
	Versions   []uint16
	preShared  bool
	oddities   []string // events that rules know
}

// grease tells the values that clients put in at random (RFC 8701).
func grease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// ReadHello reads RFC 8446 §4.1.2 and §4.1.3; extensions may be absent altogether.
func ReadHello(b []byte, client bool) (h Hello, ok bool) {
	s := cryptobyte.String(b)
	var session cryptobyte.String
	if !s.ReadUint16(&h.Legacy) || !s.ReadBytes(&h.random, 32) || !s.ReadUint8LengthPrefixed(&session) {
		return h, false
	}
	h.session = session
	if client {
		var ciphers, compression cryptobyte.String
		if !s.ReadUint16LengthPrefixed(&ciphers) || !s.ReadUint8LengthPrefixed(&compression) {
			return h, false
		}
		h.Ciphers = words(ciphers)
	} else {
		var cipher uint16
		if !s.ReadUint16(&cipher) || !s.Skip(1) {
			return h, false
		}
		h.Ciphers = []uint16{cipher}
	}
	var list cryptobyte.String
	if s.Empty() {
		return h, true
	}
	if !s.ReadUint16LengthPrefixed(&list) {
		return h, false
	}
	h.Extensions = make([]uint16, 0, 24)
	for !list.Empty() {
		var id uint16
		var data cryptobyte.String
		if !list.ReadUint16(&id) || !list.ReadUint16LengthPrefixed(&data) {
			return h, false
		}
		h.Extensions = append(h.Extensions, id)
		h.extension(id, data, client)
	}
	return h, true
}

// extension reads one; what is malformed within is left out, for the fingerprint needs only the rest.
func (h *Hello) extension(id uint16, d cryptobyte.String, client bool) {
	var list cryptobyte.String
	switch id {
	case extServerName:
		h.hasSNI = true
		h.serverName(d)
	case extGroups:
		if d.ReadUint16LengthPrefixed(&list) {
			h.Groups = words(list)
		}
	case extPointFormats:
		if d.ReadUint8LengthPrefixed(&list) {
			h.formats = list
		}
	case extSignatures:
		if d.ReadUint16LengthPrefixed(&list) {
			h.signatures = words(list)
		}
	case extALPN:
		h.protocols(d)
	case extPreShared:
		h.preShared = true
	case extVersions:
		if !client {
			h.Versions = words(d)
		} else if d.ReadUint8LengthPrefixed(&list) {
			h.Versions = words(list)
		}
	}
}

// serverName is the host name of RFC 6066 §3.
func (h *Hello) serverName(d cryptobyte.String) {
	var list, name cryptobyte.String
	var typ uint8
	if len(d) == 0 { // a server acknowledges so
		return
	}
	switch {
	case !d.ReadUint16LengthPrefixed(&list), !list.ReadUint8(&typ):
		h.odd("tls.invalid_sni_length")
	case typ != 0:
		h.odd("tls.invalid_sni_type")
	case !list.ReadUint16LengthPrefixed(&name), len(name) > 255:
		h.odd("tls.invalid_sni_length")
	case h.sniRaw != nil:
		h.odd("tls.multiple_sni_extensions")
	default:
		h.sniRaw = append([]byte{}, name...)
		h.SNI = printable(name)
	}
}

func (h *Hello) odd(name string) { h.oddities = append(h.oddities, name) }

// protocols are the names of RFC 7301 §3.1.
func (h *Hello) protocols(d cryptobyte.String) {
	var list, name cryptobyte.String
	if !d.ReadUint16LengthPrefixed(&list) {
		return
	}
	for list.ReadUint8LengthPrefixed(&name) && len(h.ALPN) < 32 {
		h.ALPN = append(h.ALPN, string(name))
	}
}

func words(s cryptobyte.String) []uint16 {
	out := make([]uint16, len(s)/2)
	for i := range out {
		out[i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	return out
}

// printable lower-cases a name and writes odd bytes as \DDD, as DNS names are written.
func printable(b []byte) string {
	var s strings.Builder
	for _, c := range bytes.ToLower(b) {
		if c <= ' ' || c >= 0x7f || c == '\\' {
			s.Write([]byte{'\\', '0' + c/100, '0' + c/10%10, '0' + c%10})
			continue
		}
		s.WriteByte(c)
	}
	return s.String()
}

// Retry reports whether a server's hello is none yet: it asks the client to begin again (RFC 8446 §4.1.4).
func (h *Hello) Retry() bool { return bytes.Equal(h.random, retry) }

// RawSNI is the server name as sent, nil where there was none.
func (h *Hello) RawSNI() []byte { return h.sniRaw }

// Client is what events carry of a ClientHello; transport as for JA4.
func (h *Hello) Client(transport byte) *event.TLS {
	text := h.JA3String()
	t := &event.TLS{SNI: h.SNI, JA3: digest(text), JA3Text: text, JA4: h.JA4(transport)}
	for _, name := range h.ALPN {
		t.ALPN = append(t.ALPN, printable([]byte(name[:min(len(name), 64)])))
	}
	if transport == 'q' { // QUIC knows no other (RFC 9001 §4.2)
		t.Version = "1.3"
	}
	return t
}
