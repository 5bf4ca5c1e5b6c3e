package radius

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc3576"
)

var fuzzSecret = []byte("town-s3cret")

func fuzzRequest(t testing.TB) []byte {
	t.Helper()
	p := radius.New(radius.CodeDisconnectRequest, fuzzSecret)
	p.Identifier = 7
	wire, err := sign(p)
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

// authentic gives bytes the length and the authenticator that the reader demands.
func authentic(b, request []byte) []byte {
	if len(b) < 20 || len(b) > radius.MaxPacketLength {
		return b
	}
	b = append([]byte(nil), b...)
	b[1] = request[1]
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	sum := md5.New()
	sum.Write(b[:4])
	sum.Write(request[4:20])
	sum.Write(b[20:])
	sum.Write(fuzzSecret)
	sum.Sum(b[4:4:20])
	return b
}

// Replies of hostile or broken devices are errors or answers, never a panic, and only authentic ones are answers.
func FuzzReply(f *testing.F) {
	request := fuzzRequest(f)
	reply := &radius.Packet{Code: radius.CodeDisconnectNAK, Identifier: 7, Secret: fuzzSecret}
	_ = rfc3576.ErrorCause_Set(reply, 503)
	_ = rfc2865.ReplyMessage_SetString(reply, "no such session\x00\xff")
	copy(reply.Authenticator[:], request[4:20])
	wire, err := signReply(reply, [16]byte(request[4:20]))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire, true)
	f.Add(append(wire, 0, 0), false)
	f.Add([]byte{42, 7, 0, 20}, true)
	f.Fuzz(func(t *testing.T, b []byte, must bool) {
		for _, in := range [][]byte{b, authentic(b, request)} {
			a, err := verify(in, request, fuzzSecret, must)
			if err != nil {
				continue
			}
			if !radius.IsAuthenticResponse(in[:binary.BigEndian.Uint16(in[2:])], request, fuzzSecret) {
				t.Error("a forged answer was taken")
			}
			if s := a.String(); strings.ContainsAny(s, "\n\x00\x1b") || len(s) > 2000 {
				t.Errorf("unfit for a line: %q", s)
			}
		}
	})
}

func TestOnlyTheDeviceIsBelieved(t *testing.T) {
	request := fuzzRequest(t)
	var req [16]byte
	copy(req[:], request[4:20])
	built := func(change func(*radius.Packet)) []byte {
		p := &radius.Packet{Code: radius.CodeDisconnectACK, Identifier: 7, Secret: fuzzSecret}
		change(p)
		p.Authenticator = req
		b, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	signed := &radius.Packet{Code: radius.CodeDisconnectACK, Identifier: 7, Secret: fuzzSecret}
	good, err := signReply(signed, req)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := verify(good, request, fuzzSecret, true); err != nil || a.code != radius.CodeDisconnectACK {
		t.Errorf("%v %v", a, err)
	}
	plain := built(func(*radius.Packet) {})
	if _, err := verify(plain, request, fuzzSecret, false); err != nil {
		t.Error(err)
	}
	if _, err := verify(plain, request, fuzzSecret, true); err == nil || !strings.Contains(err.Error(), "signed") {
		t.Errorf("without Message-Authenticator: %v", err)
	}
	if _, err := verify(plain, request, []byte("guess"), false); !errors.Is(err, errForged) {
		t.Errorf("another secret: %v", err)
	}
	if _, err := verify(built(func(p *radius.Packet) { p.Identifier = 8 }), request, fuzzSecret, false); err == nil {
		t.Error("the answer to another request was taken")
	}
	wrong := built(func(p *radius.Packet) { p.Set(80, []byte("0123456789abcdef")) })
	if _, err := verify(wrong, request, fuzzSecret, false); !errors.Is(err, errForged) {
		t.Errorf("a wrong Message-Authenticator: %v", err)
	}
}

func TestSettings(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := func() Config {
		c := DefaultConfig()
		c.Quarantine, c.NAS = "999", []NAS{{Address: "10.0.0.2", Secret: secret}}
		return c
	}
	c := good()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Config){
		"dir":            func(c *Config) { c.Dir = "radius" },
		"quarantine":     func(c *Config) { c.Quarantine = "4095" },
		"guest":          func(c *Config) { c.Known = "/k" },
		"wait":           func(c *Config) { c.Wait = time.Hour },
		"again":          func(c *Config) { c.Again = 0 },
		"stale":          func(c *Config) { c.Stale = time.Second },
		"nas: none":      func(c *Config) { c.NAS = nil },
		"probe:":         func(c *Config) { c.Probe = "radius" },
		"probe_file":     func(c *Config) { c.Probe = "127.0.0.1:1812" },
		"nas[0].address": func(c *Config) { c.NAS[0].Address = "switch-1" },
		"nas[0].secret":  func(c *Config) { c.NAS[0].Secret = "" },
		"nas[0].vendor":  func(c *Config) { c.NAS[0].Vendor = "acme" },
		"nas[0].way":     func(c *Config) { c.NAS[0].Way = "bounce" },
		"nas[0].names":   func(c *Config) { c.NAS[0].Names = []string{"Colour"} },
	} {
		c := good()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	c.NAS[0].Secret = secret + ".none"
	if _, err := open(&c, testDeps()); err == nil || !strings.Contains(err.Error(), "nas[0].secret_file") {
		t.Errorf("%v", err)
	}
}

// Every vendor of the data file can be told, in each of its ways.
func TestVendors(t *testing.T) {
	list, err := vendors()
	if err != nil || len(list) < 5 {
		t.Fatal(len(list), err)
	}
	s := session{nas: "10.0.0.2", nasIP: "10.0.0.2", calling: "02-00-00-00-00-01", id: "1", user: "u", port: "7", portID: "Gi1"}
	for _, v := range list {
		if !v.can(v.Way) || v.setup().JA == "" || v.setup().EN == "" || v.Source == "" || v.Port == 0 || len(v.Names) == 0 {
			t.Errorf("%+v", v)
		}
		for _, way := range v.ways() {
			d := device{NAS: NAS{Way: way, Names: v.Names}, vendor: v, secret: fuzzSecret}
			p, err := (&hand{}).request(d, s)
			if err != nil {
				t.Errorf("%s by %s: %v", v.Name, way, err)
				continue
			}
			if _, err := sign(p); err != nil {
				t.Errorf("%s by %s: %v", v.Name, way, err)
			}
		}
	}
}
