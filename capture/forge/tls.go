package forge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// handshake plays a TLS 1.2 handshake (RFC 5246) with the names of h and writes down what was said.
func (t *talk) handshake(h *event.TLS) bool {
	cert, err := certificate(h)
	if err != nil {
		return false
	}
	var said record
	a, b := net.Pipe()
	deadline := time.Now().Add(5 * time.Second)
	_, _ = a.SetDeadline(deadline), b.SetDeadline(deadline)
	done := make(chan error, 1)
	go func() {
		s := tls.Server(said.listen(b, server), &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS12, NextProtos: h.ALPN})
		done <- s.Handshake()
	}()
	c := tls.Client(said.listen(a, client), &tls.Config{ServerName: h.SNI, InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, NextProtos: h.ALPN}) //nolint:gosec // both sides are ours
	err = c.Handshake()
	if other := <-done; err != nil || other != nil {
		return false
	}
	for _, s := range said.list {
		t.say(s.from, s.bytes)
	}
	return true
}

// said is one thing that one side sent.
type said struct {
	from  int
	bytes []byte
}

// record keeps what both sides of a pipe send, in order.
type record struct {
	mu   sync.Mutex
	list []said
}

func (r *record) listen(c net.Conn, from int) net.Conn { return &recorded{c, r, from} }

type recorded struct {
	net.Conn
	to   *record
	from int
}

// Write implements io.Writer.
func (c *recorded) Write(b []byte) (int, error) {
	c.to.mu.Lock()
	c.to.list = append(c.to.list, said{c.from, slices.Clone(b)})
	c.to.mu.Unlock()
	return c.Conn.Write(b)
}

// certificate is one that names itself, or a made-up issuer where the event's was not self-signed.
func certificate(h *event.TLS) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	name, self := "www.example.com", false
	if c := h.Certificate; c != nil {
		self = c.SelfSigned || c.Subject == c.Issuer
		if c.Subject != "" {
			name = c.Subject
		}
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(2000000000, 0)}
	issuer := leaf
	if !self {
		issuer = &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Example Issuing CA"}}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, issuer, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
