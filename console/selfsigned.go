package console

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// load gives the TLS configuration, or nil when TLS is off. A self-signed certificate is made once and kept in dir.
func (t TLSConfig) load(dir string, now time.Time) (*tls.Config, error) {
	if !t.enabled() {
		return nil, nil
	}
	certFile, keyFile := t.Cert, t.Key
	if certFile == "" {
		certFile, keyFile = filepath.Join(dir, "console-cert.pem"), filepath.Join(dir, "console-key.pem")
		if err := ensureSelfSigned(certFile, keyFile, now); err != nil {
			return nil, fmt.Errorf("make a certificate in %s: %w", dir, err)
		}
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("read console.tls certificate %s and key %s: %w", certFile, keyFile, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
}

// ensureSelfSigned makes certificate and key when they are absent or the certificate ends within 30 days.
func ensureSelfSigned(certFile, keyFile string, now time.Time) error {
	if pair, err := tls.LoadX509KeyPair(certFile, keyFile); err == nil && pair.Leaf != nil && pair.Leaf.NotAfter.After(now.AddDate(0, 0, 30)) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf(now), leaf(now), key.Public(), key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writeSecret(keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))); err != nil {
		return err
	}
	return writeSecret(certFile, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

// leaf is valid for 825 days, for this machine's name and addresses.
func leaf(now time.Time) *x509.Certificate {
	host, _ := os.Hostname()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "Yagura console on " + host},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(0, 0, 825),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
	}
	if host != "" {
		c.DNSNames = append(c.DNSNames, host)
	}
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			c.IPAddresses = append(c.IPAddresses, n.IP)
		}
	}
	return c
}
