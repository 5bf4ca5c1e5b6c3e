package tls

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Handshake messages that are read (RFC 8446 §4, RFC 5246 §7.4).
const (
	msgClientHello       = 1
	msgServerHello       = 2
	msgCertificate       = 11
	msgServerKeyExchange = 12
	msgClientKeyExchange = 16
)

func (p *parser) msg(dir dissect.Dir, typ byte, b []byte) error {
	switch {
	case typ == msgClientHello && dir == dissect.Orig && !p.hello[dissect.Orig]:
		return p.clientHello(b)
	case typ == msgServerHello && dir == dissect.Resp:
		return p.serverHello(b)
	case typ == msgCertificate:
		p.certificates(dir, b)
	case typ == msgServerKeyExchange && dir == dissect.Resp:
		p.state(dir, wire.SSLServerKeyExchange)
	case typ == msgClientKeyExchange && dir == dissect.Orig:
		p.state(dir, wire.SSLClientKeyExchange)
	}
	return nil
}

// state tells rules that a message went by.
func (p *parser) state(dir dissect.Dir, n uint64) {
	p.tx.PutNumber(wire.SSLState, dir, n)
	p.fresh = true
}

func (p *parser) certificates(dir dissect.Dir, b []byte) {
	kept := &p.t.Certificate
	if dir == dissect.Orig {
		kept = &p.t.Client
	}
	if *kept == nil {
		*kept = leaf(b)
	}
	p.showChain(dir, b)
	p.fresh = true
}

func (p *parser) clientHello(b []byte) error {
	h, ok := ReadHello(b, true)
	if !ok {
		p.anomaly(dissect.Orig, "tls.handshake_invalid_length")
		return errHello
	}
	p.hello[dissect.Orig] = true
	p.sessionID = bytes.Clone(h.session)
	seen := h.Client('t')
	p.t.SNI, p.t.JA3, p.t.JA3Text, p.t.JA4, p.t.ALPN = seen.SNI, seen.JA3, seen.JA3Text, seen.JA4, seen.ALPN
	version := h.Legacy
	if len(h.Versions) > 0 && !grease(h.Versions[0]) {
		version = h.Versions[0]
	}
	p.version(dissect.Orig, version)
	h.ShowClient(p.tx)
	p.tx.PutString(wire.JA4Hash, wire.Orig, p.t.JA4)
	p.state(dissect.Orig, wire.SSLClientHello)
	for _, name := range h.oddities {
		p.anomaly(wire.Orig, name)
	}
	return nil
}

// retry is the random value of a HelloRetryRequest (RFC 8446 §4.1.3).
var retry = []byte("\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c")

func (p *parser) serverHello(b []byte) error {
	h, ok := ReadHello(b, false)
	if !ok {
		p.anomaly(dissect.Resp, "tls.handshake_invalid_length")
		return errHello
	}
	version := h.Legacy
	if len(h.Versions) > 0 {
		version = h.Versions[0]
	}
	p.t.Version, p.t.Cipher, p.t.JA3S = versionName(version), h.Ciphers[0], h.JA3S()
	if version>>8 == drafts {
		p.t.Draft = uint8(version)
	}
	p.t.JA3SText = h.JA3SString()
	if h.Retry() {
		return nil
	}
	p.version(dissect.Resp, version)
	h.ShowServer(p.tx)
	p.state(dissect.Resp, wire.SSLServerHello)
	p.hello[dissect.Resp] = true
	if p.t.Version == "1.3" { // RFC 8446 §2: all that follows is encrypted
		p.t.Resumed = h.preShared
		p.sealed[dissect.Resp] = true
		return p.whole(dissect.Resp)
	}
	return nil
}

// drafts are the versions of TLS 1.3 before it was one (draft-ietf-tls-tls13 §4.2.1), by their number.
const drafts = 0x7f

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
	case v == 0x0304, v>>8 == drafts:
		return "1.3"
	}
	return ""
}
