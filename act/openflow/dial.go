package openflow

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// network opens connections; tests put namespaces underneath.
type network struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	listen func(network, address string) (net.Listener, error)
}

func hostNetwork() network {
	return network{dial: new(net.Dialer).DialContext, listen: net.Listen}
}

// connect reaches a switch. The certificates are read anew each time, so that renewed ones count.
func (n network) connect(ctx context.Context, c *Config, address string) (net.Conn, error) {
	kind, rest, _ := strings.Cut(address, ":")
	if kind != "tls" {
		return n.dial(ctx, kind, rest)
	}
	settings, err := c.tls()
	if err != nil {
		return nil, err
	}
	conn, err := n.dial(ctx, "tcp", rest)
	if err != nil {
		return nil, err
	}
	secure := tls.Client(conn, settings)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// accept listens for switches; the TLS handshake is left to the conversation.
func (n network) accept(c *Config) (net.Listener, error) {
	kind, rest, _ := strings.Cut(c.Listen, ":")
	if kind != "tls" {
		return n.listen(kind, rest)
	}
	if _, err := c.tls(); err != nil {
		return nil, err
	}
	l, err := n.listen("tcp", rest)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.tls() }}), nil
}

// tls wants certificates of both sides from one authority. Names in them are not looked at: switches have none that
// a resolver knows (ovs-pki writes a common name only), so whoever the authority has signed is a switch.
func (c *Config) tls() (*tls.Config, error) {
	own, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("cert_file, key_file: %w", err)
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s has no certificate in PEM", c.CAFile)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own},
		ClientAuth:         tls.RequireAnyClientCert,
		InsecureSkipVerify: true, // VerifyConnection below checks the chain, for both roles
		VerifyConnection:   func(s tls.ConnectionState) error { return signed(s.PeerCertificates, pool) },
	}, nil
}

func signed(chain []*x509.Certificate, by *x509.CertPool) error {
	if len(chain) == 0 {
		return errors.New("the other side shows no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: by, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err
}
