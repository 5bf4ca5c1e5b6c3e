package packets

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// record is one TLS record (RFC 8446 §5.1).
func record(kind byte, b []byte) []byte {
	return append([]byte{kind, 3, 3, byte(len(b) >> 8), byte(len(b))}, b...)
}

// vector is a length of so many bytes and what it is the length of.
func vector(width int, b []byte) []byte {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	return append(n[8-width:], b...)
}

func join(parts ...[]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func handshake(kind byte, b []byte) []byte { return append([]byte{kind}, vector(3, b)...) }

func extension(kind uint16, b []byte) []byte {
	return append([]byte{byte(kind >> 8), byte(kind)}, vector(2, b)...)
}

// hello writes both sides' beginning of a connection; after it all is records.
func (w *Writer) hello(f *flow, t *event.TLS) {
	if f.secret {
		return
	}
	f.secret = true
	ext := []byte{}
	if t.SNI != "" {
		ext = join(ext, extension(0, vector(2, append([]byte{0}, vector(2, []byte(t.SNI))...))))
	}
	ext = join(ext, extension(10, vector(2, []byte{0, 29, 0, 23})), extension(11, []byte{1, 0}), extension(13, vector(2, []byte{4, 3, 8, 4})))
	var names []byte
	for _, a := range t.ALPN {
		names = append(names, vector(1, []byte(a))...)
	}
	if len(names) > 0 {
		ext = join(ext, extension(16, vector(2, names)))
	}
	modern := t.Version == "1.3"
	if modern {
		ext = join(ext, extension(43, vector(1, []byte{3, 4, 3, 3})), extension(51, vector(2, append([]byte{0, 29}, vector(2, noise(f.FlowID, 32))...))))
	}
	suites := []byte{0x13, 1, 0x13, 2, 0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b}
	client := join([]byte{3, 3}, noise(f.FlowID+1, 32), vector(1, noise(f.FlowID+2, 32)), vector(2, suites), vector(1, []byte{0}), vector(2, ext))
	w.say(f, up, record(22, handshake(1, client)))
	w.tick(w.now)
	server := join([]byte{3, 3}, noise(f.FlowID+3, 32), vector(1, noise(f.FlowID+2, 32)))
	if modern {
		server = join(server, []byte{0x13, 1, 0}, vector(2, join(extension(43, []byte{3, 4}), extension(51, append([]byte{0, 29}, vector(2, noise(f.FlowID+4, 32))...)))))
		w.say(f, down, join(record(22, handshake(2, server)), record(20, []byte{1}), record(23, noise(f.FlowID+5, 900))))
		w.say(f, up, join(record(20, []byte{1}), record(23, noise(f.FlowID+6, 64))))
		return
	}
	server = join(server, []byte{0xc0, 0x2b, 0}, vector(2, extension(11, []byte{1, 0})))
	out := record(22, handshake(2, server))
	if c := w.certificate(t); c != nil {
		out = join(out, record(22, handshake(11, vector(3, vector(3, c)))))
	}
	w.say(f, down, join(out, record(22, handshake(14, nil))))
	w.say(f, up, join(record(22, handshake(16, vector(1, noise(f.FlowID, 65)))), record(20, []byte{1}), record(22, noise(f.FlowID+7, 40))))
	w.say(f, down, join(record(20, []byte{1}), record(22, noise(f.FlowID+8, 40))))
}

// certificates by subject and issuer, made once.
var certificates = map[string][]byte{}

func (w *Writer) certificate(t *event.TLS) []byte {
	c := t.Certificate
	if c == nil {
		c = &event.Certificate{Subject: "CN=" + t.SNI, Issuer: "CN=Town CA"}
	}
	key := c.Subject + "\x00" + c.Issuer
	if b, ok := certificates[key]; ok {
		return b
	}
	priv, err := ecdsa.GenerateKey(elliptic.P256(), zeros{})
	if err != nil {
		return nil
	}
	name := func(s string) pkix.Name {
		_, cn, _ := strings.Cut(s, "CN=")
		cn, org, _ := strings.Cut(cn, ",O=")
		n := pkix.Name{CommonName: cn}
		if org != "" {
			n.Organization = []string{org}
		}
		return n
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(4096), Subject: name(c.Subject), NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)}
	parent := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: name(c.Issuer)}
	if c.Subject == c.Issuer {
		parent = leaf
	}
	b, err := x509.CreateCertificate(zeros{}, leaf, parent, &priv.PublicKey, priv)
	if err != nil {
		return nil
	}
	certificates[key] = b
	return b
}

// zeros is no randomness at all: these keys guard nothing.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 1
	}
	return len(b), nil
}
