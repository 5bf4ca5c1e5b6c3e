package openflow

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority signs the certificates of a town, as ovs-pki does: a common name, and no name that a resolver knows.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.issue(name, nil, nil)
	return a
}

// issue writes NAME.pem and NAME.key; without a parent it is the authority itself.
func (a *authority) issue(name string, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: parent == nil}
	if parent == nil {
		parent, by = c, key
		c.KeyUsage = x509.KeyUsageCertSign
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		a.t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{a.file(name + ".pem"): {Type: "CERTIFICATE", Bytes: der}, a.file(name + ".key"): {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return made, key
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// secure gives the switch and Yagura certificates of this authority.
func (w *town) secure(a *authority, c *Config) {
	w.TB.Helper()
	a.issue("switch", a.cert, a.key)
	a.issue("yagura", a.cert, a.key)
	w.vsctl("set-ssl", a.file("switch.key"), a.file("switch.pem"), a.file("town.pem"))
	c.CertFile, c.KeyFile, c.CAFile = a.file("yagura.pem"), a.file("yagura.key"), a.file("town.pem")
}

// Yagura connects to a switch that listens, both show certificates; the bridge stays an ordinary switch all the while.
func TestTLSToASwitchThatListens(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	a, c := newAuthority(t, "town"), w.config()
	w.secure(a, c)
	w.vsctl("set-controller", "br0", "pssl:6653:127.0.0.1")
	c.Switches = []Switch{{Name: "3F", Address: "tls:127.0.0.1:6653", Datapath: "00000000000000b0"}}
	h := w.open(t, c, quiet())
	target := w.target("iso-1", pcA)
	mustApply(t, h, target)
	w.isolated(t, "over TLS", pcA)
	w.free(t, "the neighbour", pcB)
	mustUndo(t, h, target)
	w.free(t, "released", pcA)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	// Another authority's certificate: Yagura does not speak to such a switch, nor such a switch to Yagura.
	other := newAuthority(t, "town")
	other.issue("yagura", other.cert, other.key)
	c.CAFile = other.file("town.pem")
	w.refusedBy(t, c, "unknown authority")
	c.CAFile, c.CertFile, c.KeyFile = a.file("town.pem"), other.file("yagura.pem"), other.file("yagura.key")
	w.refusedBy(t, c, "")
}

// refusedBy opens a Hand that must not come to speak to its switch.
func (w *town) refusedBy(t *testing.T, c *Config, why string) {
	t.Helper()
	h, err := start(*c, quiet(), w.network())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	s := h.stations[0]
	w.until("a refusal", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.why != nil || s.link != nil })
	_, err = h.Apply(context.Background(), w.target("iso-9", pcA))
	if err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("want a refusal (%q), have %v", why, err)
	}
}

// The switch connects to Yagura: its table was emptied for that, so Yagura makes it an ordinary switch again.
func TestTLSFromASwitchThatConnects(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	a, c := newAuthority(t, "town"), w.config()
	w.secure(a, c)
	c.Listen, c.Switches = "tls:127.0.0.1:6653", []Switch{{Name: "3F", Datapath: "00000000000000b0"}}
	w.vsctl("set-controller", "br0", "ssl:127.0.0.1:6653")
	h := w.open(t, c, quiet())
	w.free(t, "an ordinary switch", pcB)
	before := w.foreign(t)
	target := w.target("iso-1", pcA)
	mustApply(t, h, target)
	w.isolated(t, "isolated", pcA)
	w.free(t, "the neighbour", pcB)
	w.restartSwitch()
	w.until("told again", func() bool { return strings.Contains(w.flows(), "nw_src="+pcA.v4.String()) })
	w.isolated(t, "after the switch's restart", pcA)
	w.free(t, "after the switch's restart", pcB)
	mustUndo(t, h, target)
	w.free(t, "released", pcA)
	if after := w.foreign(t); after != before {
		t.Errorf("--- before\n%s\n--- after\n%s", before, after)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	w.free(t, "Yagura is gone", pcB)
	// A switch that nobody has configured is not spoken to.
	c.Switches[0].Datapath = "00000000000000ff"
	h, err := start(*c, quiet(), w.network())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	within, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if _, err := h.Apply(within, target); err == nil {
		t.Error("an unknown switch was told")
	}
}

func TestCertificatesThatAreNotThere(t *testing.T) {
	c := DefaultConfig()
	c.Switches, c.Listen = []Switch{{Datapath: "1"}}, "tls:127.0.0.1:0"
	c.CertFile, c.KeyFile, c.CAFile = "/nowhere/yagura.pem", "/nowhere/yagura.key", "/nowhere/ca.pem"
	if _, err := start(c, quiet(), hostNetwork()); err == nil || !strings.Contains(err.Error(), "cert_file, key_file") {
		t.Error(err)
	}
}
