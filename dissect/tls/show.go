package tls

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"

	"golang.org/x/crypto/cryptobyte"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// maxChain bounds how many certificates of a chain are shown to rules.
const maxChain = 16

// ShowClient puts what rules may ask of a ClientHello; QUIC carries the same.
func (h *Hello) ShowClient(t *wire.Tx) {
	if t == nil {
		return
	}
	if h.sniRaw != nil {
		t.Put(wire.TLSSNI, wire.Orig, h.sniRaw)
	}
	h.common(t, wire.Orig)
	t.PutString(wire.JA3String, wire.Orig, h.JA3String())
	t.PutString(wire.JA3Hash, wire.Orig, h.JA3())
}

// ShowServer puts what rules may ask of a ServerHello.
func (h *Hello) ShowServer(t *wire.Tx) {
	if t == nil {
		return
	}
	h.common(t, wire.Resp)
	t.PutString(wire.JA3SString, wire.Resp, h.JA3SString())
	t.PutString(wire.JA3SHash, wire.Resp, h.JA3S())
}

func (h *Hello) common(t *wire.Tx, d wire.Dir) {
	random := bytes.Clone(h.random)
	t.Put(wire.TLSRandom, d, random)
	t.Put(wire.TLSRandomTime, d, random[:4])
	t.Put(wire.TLSRandomBytes, d, random[4:])
	for _, name := range h.ALPN {
		t.PutString(wire.TLSALPN, d, name)
	}
}

// version tells rules the version of a direction: that of the hello, or of the record before it.
func (p *parser) version(d dissect.Dir, v uint16) {
	if p.tx != nil && p.spoken[d] == 0 {
		p.spoken[d] = v
		p.tx.PutNumber(wire.TLSVersion, d, uint64(v))
		p.tx.PutNumber(wire.SSLVersion, d, uint64(v))
	}
}

// showChain puts the certificates of a Certificate message (RFC 5246 §7.4.2).
func (p *parser) showChain(d dissect.Dir, b []byte) {
	if p.tx == nil {
		return
	}
	s := cryptobyte.String(b)
	var list, der cryptobyte.String
	if !s.ReadUint24LengthPrefixed(&list) {
		p.broken(d, "tls.certificate_invalid_length")
		return
	}
	n := 0
	for !list.Empty() {
		if !list.ReadUint24LengthPrefixed(&der) {
			p.broken(d, "tls.certificate_invalid_length")
			break
		}
		if n++; n > maxChain {
			continue
		}
		own := bytes.Clone(der)
		p.tx.Put(wire.TLSCerts, d, own)
		if n == 1 {
			p.showLeaf(d, own)
		}
	}
	p.tx.PutNumber(wire.TLSCertChainLen, d, uint64(n))
}

func (p *parser) broken(d dissect.Dir, name string) {
	p.anomaly(d, name)
	p.anomaly(d, "tls.invalid_handshake_message")
}

// showLeaf puts the parts of the first certificate.
func (p *parser) showLeaf(d dissect.Dir, der []byte) {
	sum := sha1.Sum(der)
	p.tx.PutString(wire.TLSCertPrint, d, Colons(sum[:], false))
	c, fault := readCert(der)
	if fault != "" {
		p.broken(d, "tls."+fault)
		return
	}
	for _, name := range c.odd {
		p.anomaly(d, "tls."+name)
	}
	p.tx.Put(wire.TLSCertSubject, d, c.subject)
	p.tx.Put(wire.TLSCertIssuer, d, c.issuer)
	p.tx.PutString(wire.TLSCertSerial, d, Colons(c.serial, true))
	p.tx.PutNumber(wire.TLSCertNotBefore, d, uint64(c.notBefore.Unix()))
	p.tx.PutNumber(wire.TLSCertNotAfter, d, uint64(c.notAfter.Unix()))
	for _, name := range c.sans {
		p.tx.PutString(wire.TLSSubjectAltName, d, name)
	}
}

// Colons writes bytes as "3a:0b:3b", upper-case on demand; one byte as "3a".
func Colons(b []byte, upper bool) string {
	digits := []byte(hex.EncodeToString(b))
	if upper {
		digits = bytes.ToUpper(digits)
	}
	out := make([]byte, 0, len(b)*3)
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, digits[i:i+2]...)
	}
	return string(out)
}

// frame shows a record as it was on the wire.
func (p *parser) frame(d dissect.Dir, record []byte) {
	p.f.PutFrame(p.tx, wire.TLSFramePDU, d, record)
	p.f.PutFrame(p.tx, wire.TLSFrameHdr, d, record[:recordHead])
	p.f.PutPartFrame(p.tx, wire.TLSFrameData, d, record[recordHead:], len(record)-recordHead)
	switch record[0] {
	case typeAlert:
		p.f.PutFrame(p.tx, wire.TLSFrameAlert, d, record[recordHead:])
	case typeHeartbeat:
		p.f.PutFrame(p.tx, wire.TLSFrameHeartbeat, d, record[recordHead:])
	}
	p.fresh = true
}
