package tls

import (
	"bytes"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/yagura-project/yagura/dissect"
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

// hello is what a ClientHello or ServerHello says.
type hello struct {
	legacy     uint16
	random     []byte
	session    []byte
	ciphers    []uint16 // one in a ServerHello
	extensions []uint16
	sni        string
	hasSNI     bool
	alpn       []string
	groups     []uint16
	formats    []byte
	signatures []uint16
	versions   []uint16
	preShared  bool
}

// grease tells the values that clients put in at random (RFC 8701).
func grease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// readHello reads RFC 8446 §4.1.2 and §4.1.3; extensions may be absent altogether.
func readHello(b []byte, client bool) (h hello, ok bool) {
	s := cryptobyte.String(b)
	var session cryptobyte.String
	if !s.ReadUint16(&h.legacy) || !s.ReadBytes(&h.random, 32) || !s.ReadUint8LengthPrefixed(&session) {
		return h, false
	}
	h.session = session
	if client {
		var ciphers, compression cryptobyte.String
		if !s.ReadUint16LengthPrefixed(&ciphers) || !s.ReadUint8LengthPrefixed(&compression) {
			return h, false
		}
		h.ciphers = words(ciphers)
	} else {
		var cipher uint16
		if !s.ReadUint16(&cipher) || !s.Skip(1) {
			return h, false
		}
		h.ciphers = []uint16{cipher}
	}
	var list cryptobyte.String
	if s.Empty() {
		return h, true
	}
	if !s.ReadUint16LengthPrefixed(&list) {
		return h, false
	}
	for !list.Empty() {
		var id uint16
		var data cryptobyte.String
		if !list.ReadUint16(&id) || !list.ReadUint16LengthPrefixed(&data) {
			return h, false
		}
		h.extensions = append(h.extensions, id)
		h.extension(id, data, client)
	}
	return h, true
}

// extension reads one; what is malformed within is left out, for the fingerprint needs only the rest.
func (h *hello) extension(id uint16, d cryptobyte.String, client bool) {
	var list cryptobyte.String
	switch id {
	case extServerName:
		h.hasSNI = true
		h.serverName(d)
	case extGroups:
		if d.ReadUint16LengthPrefixed(&list) {
			h.groups = words(list)
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
			h.versions = words(d)
		} else if d.ReadUint8LengthPrefixed(&list) {
			h.versions = words(list)
		}
	}
}

// serverName is the host name of RFC 6066 §3.
func (h *hello) serverName(d cryptobyte.String) {
	var list, name cryptobyte.String
	var typ uint8
	if d.ReadUint16LengthPrefixed(&list) && list.ReadUint8(&typ) && typ == 0 && list.ReadUint16LengthPrefixed(&name) {
		h.sni = printable(name[:min(len(name), 255)])
	}
}

// protocols are the names of RFC 7301 §3.1.
func (h *hello) protocols(d cryptobyte.String) {
	var list, name cryptobyte.String
	if !d.ReadUint16LengthPrefixed(&list) {
		return
	}
	for list.ReadUint8LengthPrefixed(&name) && len(h.alpn) < 32 {
		h.alpn = append(h.alpn, string(name))
	}
}

func words(s cryptobyte.String) (out []uint16) {
	var v uint16
	for s.ReadUint16(&v) {
		out = append(out, v)
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

func (p *parser) clientHello(b []byte) error {
	h, ok := readHello(b, true)
	if !ok {
		return errHello
	}
	p.hello[dissect.Orig] = true
	p.sessionID = bytes.Clone(h.session)
	p.t.SNI, p.t.JA3, p.t.JA4 = h.sni, ja3(&h), ja4(&h)
	for _, name := range h.alpn {
		p.t.ALPN = append(p.t.ALPN, printable([]byte(name[:min(len(name), 64)])))
	}
	if p.hello[dissect.Resp] && p.t.Certificate != nil {
		return p.over()
	}
	return nil
}

// retry is the random value of a HelloRetryRequest (RFC 8446 §4.1.3).
var retry = []byte("\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c")

func (p *parser) serverHello(b []byte) error {
	h, ok := readHello(b, false)
	if !ok {
		return errHello
	}
	version := h.legacy
	if len(h.versions) > 0 {
		version = h.versions[0]
	}
	p.t.Version, p.t.Cipher, p.t.JA3S = versionName(version), h.ciphers[0], ja3s(&h)
	if bytes.Equal(h.random, retry) {
		return nil
	}
	p.hello[dissect.Resp] = true
	if p.t.Version == "1.3" { // RFC 8446 §2: all that follows is encrypted
		p.t.Resumed = h.preShared
		p.sealed[dissect.Resp] = true
		return p.whole(dissect.Resp)
	}
	return nil
}

func versionName(v uint16) string {
	switch {
	case v == 0x0300:
		return "ssl3.0"
	case v == 0x0301:
		return "1.0"
	case v == 0x0302:
		return "1.1"
	case v == 0x0303:
		return "1.2"
	case v == 0x0304, v>>8 == 0x7f: // drafts of 1.3
		return "1.3"
	}
	return ""
}
