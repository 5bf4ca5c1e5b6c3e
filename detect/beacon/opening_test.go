package beacon

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

func TestTellsMachine(t *testing.T) {
	wide := func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }
	for said, want := range map[string]bool{
		"new|PC-17|hana|Windows 10 Pro|2.1":                                        true,
		"hi;LAPTOP-4QX7Z2A;1":                                                      true,
		"id=77&os=7 SP1&pcname=PC&avname=&x=1":                                     true,
		wide("system: Microsoft Windows 11"):                                       true,
		"x#" + base64.StdEncoding.EncodeToString([]byte("Win 10 Pro, hana")) + "#": true,
		"DESKTOP-1A2B3C4":                                                          true,
		"host WIN-ABCDEFGH9":                                                       true,
		"HWID 0011":                                                                true,
		"Computer Name: x":                                                         true,
		"UserName=hana":                                                            true,
		"LOGIN hana secret\n":                                                      false,
		"GET room 12, windows open":                                                false,
		strings.Repeat("\x01\x02", 40):                                             false,
		"":                                                                         false,
	} {
		if got := tellsMachine(said); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}

func TestFramed(t *testing.T) {
	body := strings.Repeat("q", 90)
	for said, want := range map[string]bool{
		"\x5a\x00\x00\x00" + body:   true, // length of what follows, least byte first
		"\x00\x00\x00\x5e" + body:   true, // of all, greatest byte first
		"AB\x5a\x00\x00\x00" + body: true, // behind a mark
		"90\x00" + body:             true, // in digits
		body:                        false,
		"HELLO " + body:             false,
		"2024" + body:               false,
	} {
		if got := framed(said, len(said)); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}

func TestNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 64)
	hits := 0
	for range 200 {
		for i := range random {
			random[i] = byte(r.Uint32())
		}
		if noise(string(random)) {
			hits++
		}
	}
	if hits < 190 {
		t.Errorf("%d of 200 random messages look random", hits)
	}
	for _, said := range []string{strings.Repeat("abcdefgh", 8), "short", "The quick brown fox jumps over the lazy dog, and 1,234,567,890 times again!", strings.Repeat("\x00\x01", 40)} {
		if noise(said) {
			t.Errorf("%q looks random", said)
		}
	}
}

func TestEncodedPath(t *testing.T) {
	code := "/pics/" + strings.Repeat("aQ7x/Zp0mRk2dWf9/bT", 6) + ".gif"
	for page, want := range map[string]bool{
		code: true,
		"/2024/05/11/the-mayor-opens-the-new-library-of-the-town-and-everybody-comes-to-see-it-on-sunday-afternoon.html":    false,
		"/a/0f8fad5b-d9cb-469f-a165-70867728950e-0f8fad5b-d9cb-469f-a165-70867728950e-0f8fad5b-d9cb-469f-a165-70867728950e": false,
		"/x": false,
	} {
		if got := encodedPath(page); got != want {
			t.Errorf("%s: %v", page, got)
		}
	}
}

func TestFalseBrowser(t *testing.T) {
	a := agent{browser: true}
	for fields, want := range map[string]bool{
		"Accept: */*\nAccept-Language: ja\nAccept-Encoding: gzip, deflate\n": false,
		"Accept: */*\nAccept-Encoding: gzip, deflate, br\n":                  false,
		"Accept-Encoding: gzip\n":                                            true,
		"\n":                                                                 true,
		"":                                                                   false, // not known
	} {
		if got := falseBrowser(&event.HTTPActivity{Fields: fields}, a); got != want {
			t.Errorf("%q: %v", fields, got)
		}
	}
}

func TestUnknownIssuer(t *testing.T) {
	for issuer, want := range map[string]int{"CN=R3, O=Let's Encrypt": 0, "CN=Cybertrust Japan SureServer CA": 0, "CN=qzv.example, O=Wokj Ltd": 1} {
		var s tlsTraits
		s.look(&event.Certificate{Subject: "CN=www.town.example", Issuer: issuer})
		if s.unknown != want {
			t.Errorf("%s: %d", issuer, s.unknown)
		}
	}
}
