package syslog

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate writes a self-signed certificate for 127.0.0.1 and gives its files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kb, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: kb}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func config(t *testing.T) Config {
	c := DefaultConfig()
	c.UDP, c.TCP, c.TLS = []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}
	c.Cert, c.Key = certificate(t)
	c.Sources = []Source{{Name: "here", From: []string{"127.0.0.0/8"}, Format: "cef"}}
	return c
}

func start(t *testing.T, c Config, dir string) *Receiver {
	t.Helper()
	r, err := New(c, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Stop(context.Background()) })
	return r
}

// next waits for n messages.
func next(t *testing.T, r *Receiver, n int) (out []Message, end Position) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for len(out) < n {
		list, p, err := r.Next(ctx, n-len(out))
		if err != nil {
			t.Fatalf("after %d of %d messages: %v", len(out), n, err)
		}
		out, end = append(out, list...), p
	}
	return out, end
}

func send(t *testing.T, network string, to netip.AddrPort, payload string) {
	t.Helper()
	var c net.Conn
	var err error
	if network == "tls" {
		c, err = tls.Dial("tcp", to.String(), &tls.Config{InsecureSkipVerify: true})
	} else {
		c, err = net.Dial(network, to.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(payload)); err != nil {
		t.Fatal(err)
	}
}

func TestEveryWay(t *testing.T) {
	r := start(t, config(t), t.TempDir())
	at := r.Addrs()
	send(t, "udp", at[0], "<1>by udp\n")
	send(t, "tcp", at[1], "<1>by a line\n"+counted("<1>by a\ncount"))
	send(t, "tls", at[2], counted("<1>by tls"))
	list, end := next(t, r, 4)
	got := map[string]string{}
	for _, m := range list {
		got[string(m.Data)] = m.Way.String()
		if m.From != netip.MustParseAddr("127.0.0.1") || m.Received.IsZero() {
			t.Errorf("%+v", m)
		}
	}
	for text, way := range map[string]string{"<1>by udp": "udp", "<1>by a line": "tcp", "<1>by a\ncount": "tcp", "<1>by tls": "tls"} {
		if got[text] != way {
			t.Errorf("%q came by %q, want %s", text, got[text], way)
		}
	}
	if err := r.Judged(end); err != nil {
		t.Fatal(err)
	}
	if s := r.Stats(); s.Backlog != 0 || s.Received["tcp"] != 2 || s.ReceiveBuffer == 0 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStrangersAreRefusedAndCounted(t *testing.T) {
	c := config(t)
	c.Sources[0].From = []string{"192.0.2.1"}
	r := start(t, c, t.TempDir())
	at := r.Addrs()
	send(t, "udp", at[0], "<1>who are you")
	conn, err := net.Dial("tcp", at[1].String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("the connection stayed open")
	}
	for deadline := time.Now().Add(time.Minute); r.Stats().Refused < 2 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if s := r.Stats(); s.Refused != 2 || s.RefusedFrom["127.0.0.1"] != 2 || s.Received["udp"] != 0 {
		t.Errorf("%+v", s)
	}
}

func TestMalformedAreKept(t *testing.T) {
	c := config(t)
	c.Longest, c.Malformed = 2, 1
	dir := t.TempDir()
	r := start(t, c, dir)
	send(t, "tcp", r.Addrs()[1], "<1>"+strings.Repeat("x", 5000)+"\n<1>good\n")
	if list, _ := next(t, r, 1); string(list[0].Data) != "<1>good" {
		t.Errorf("%q", list[0].Data)
	}
	r.MalformedOf("here", Message{From: netip.MustParseAddr("127.0.0.1"), Way: UDP, Data: []byte("\x83\x84\xff")}, "no CEF")
	b, err := os.ReadFile(filepath.Join(dir, "syslog", "malformed.jsonl"))
	if err != nil || bytes.Count(b, []byte("\n")) != 2 || !bytes.Contains(b, []byte("longer than the limit")) || !bytes.Contains(b, []byte(`"bytes":"g4T/"`)) {
		t.Errorf("%s %v", b, err)
	}
	if s := r.Stats(); s.Malformed != 2 || s.Sources["here"].Bad != 1 {
		t.Errorf("%+v", s)
	}
	for range 3000 {
		r.Malformed(Message{Data: bytes.Repeat([]byte("y"), 500)}, "again")
	}
	var size int64
	for _, name := range []string{"malformed.jsonl", "malformed.jsonl.1"} {
		st, err := os.Stat(filepath.Join(dir, "syslog", name))
		if err != nil {
			t.Fatal(err)
		}
		size += st.Size()
	}
	if size > 1<<20 {
		t.Errorf("the files hold %d bytes, more than the megabyte they may", size)
	}
}

// What was judged is not given again after a restart; what was not, is.
func TestRestart(t *testing.T) {
	c, dir := config(t), t.TempDir()
	r := start(t, c, dir)
	var all strings.Builder
	for i := range 100 {
		fmt.Fprintf(&all, "<1>message %d\n", i)
	}
	send(t, "tcp", r.Addrs()[1], all.String())
	_, end := next(t, r, 40)
	if err := r.Judged(end); err != nil {
		t.Fatal(err)
	}
	next(t, r, 60) // given out, but never judged
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := start(t, c, dir)
	list, _ := next(t, again, 60)
	if string(list[0].Data) != "<1>message 40" || string(list[59].Data) != "<1>message 99" {
		t.Errorf("from %q to %q", list[0].Data, list[59].Data)
	}
}

func TestHostsBehindARelay(t *testing.T) {
	c := config(t)
	c.Sources = []Source{{Name: "a", From: []string{"127.0.0.1"}, Hosts: []string{"ips01"}, Format: "cef"}, {Name: "b", From: []string{"127.0.0.1"}, Hosts: []string{"utm01.example"}, Format: "cef"}}
	r, err := New(c, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddr("127.0.0.1")
	for host, want := range map[string]string{"IPS01": "a", "ips01.town.example": "a", "utm01.example": "b", "other": ""} {
		if s, ok := r.Source(from, host); s.Name != want || ok != (want != "") {
			t.Errorf("%s is %q", host, s.Name)
		}
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"address":    func(c *Config) { c.UDP = []string{"514"} },
		"no sources": func(c *Config) { c.Sources = nil },
		"format":     func(c *Config) { c.Sources[0].Format = "xml" },
		"from":       func(c *Config) { c.Sources[0].From = []string{"ddi"} },
		"nobody":     func(c *Config) { c.Sources[0].From = nil },
		"twice":      func(c *Config) { c.Sources = append(c.Sources, c.Sources[0]) },
		"zone":       func(c *Config) { c.Zone = "Japan/Mikasa" },
		"columns":    func(c *Config) { c.Sources[0].Format = "columns" },
		"cert":       func(c *Config) { c.Cert = "" },
		"spool":      func(c *Config) { c.Spool = 1 },
	} {
		c := config(t)
		spoil(&c)
		if c.Validate() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if err := config(t).Validate(); err != nil {
		t.Error(err)
	}
}
