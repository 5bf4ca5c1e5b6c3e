package intel

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

var now = time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)

func list(t *testing.T, text string, change ...func(*Config)) (*Library, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Lists: []List{{Path: path}}}
	for _, c := range change {
		c(&cfg)
	}
	return New(cfg), path
}

func TestPlainList(t *testing.T) {
	l, _ := list(t, "\ufeff# a comment\n203.0.113.7\n198.51.100.0/24 # a network\n2001:db8::/32\nevil[.]example\nhxxp://Bad.example:80/a/B?x=1#y\n"+
		"9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08\ne7d705a3286e19ea42f587b344ee6865\nt13d1516h2_8daaf6152771_e5627efa2ab1\n\n")
	if err := l.Reload(); err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{"203.0.113.7": true, "203.0.113.8": false, "198.51.100.200": true, "::ffff:203.0.113.7": true, "2001:db8:1::9": true, "2001:db9::1": false} {
		if _, ok := l.IP(netip.MustParseAddr(addr), now); ok != want {
			t.Errorf("%s: %v, want %v", addr, ok, want)
		}
	}
	for name, want := range map[string]bool{"evil.example": true, "A.b.Evil.example.": true, "notevil.example": false, "example": false} {
		if _, ok := l.Domain(name, now); ok != want {
			t.Errorf("%s: %v, want %v", name, ok, want)
		}
	}
	for uri, want := range map[string]bool{"/a/B?x=1": true, "/a/B": false, "/a/b?x=1": false} {
		if _, ok := l.URL("bad.example", uri, now); ok != want {
			t.Errorf("%s: %v, want %v", uri, ok, want)
		}
	}
	for host, want := range map[string]bool{"bad.example:80": true, "bad.example:": true, "bad.example:8080": false, "other.example": false} {
		if _, ok := l.URL(host, "/a/B?x=1", now); ok != want {
			t.Errorf("%s: %v, want %v", host, ok, want)
		}
	}
	if _, ok := l.URL("other.example", "/go?to=http://bad.example/a/B?x=1", now); ok {
		t.Error("a link to another site was taken for the site that was asked")
	}
	for kind, v := range map[Kind]string{SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", JA3: "e7d705a3286e19ea42f587b344ee6865", JA4: "t13d1516h2_8daaf6152771_e5627efa2ab1"} {
		if i, ok := l.Value(kind, v, now); !ok || !strings.Contains(i.Source, "list.txt:") {
			t.Errorf("%s: %v, source %q", kind, ok, i.Source)
		}
	}
	if l.Len() != 8 {
		t.Errorf("%d indicators, want 8", l.Len())
	}
}

func TestCSV(t *testing.T) {
	l, path := list(t, "type,value,severity,label,expires,apt\nip,203.0.113.7,8,\"Group, A\",2026-04-06,true\ndomain,evil.example,,,,\n")
	if err := l.Reload(); err != nil {
		t.Fatal(err)
	}
	i, ok := l.IP(netip.MustParseAddr("203.0.113.7"), now)
	if !ok || i.Severity != event.Critical || i.Label != "Group, A" || !i.APT || i.Source != path+":2" {
		t.Errorf("%+v", i)
	}
	if _, ok := l.IP(netip.MustParseAddr("203.0.113.7"), now.Add(16*time.Hour)); ok {
		t.Error("2026-04-06 ends at midnight in Japan (15:00 UTC)")
	}
}

func TestBadLinesAreNamedAndNothingCounts(t *testing.T) {
	for text, want := range map[string]string{
		"203.0.113.7\n10.0.0.0/4\n":                  ":2: ",
		"value,severity\nevil.example,5\n":           ":2: severity \"5\"",
		"value,expires\nevil.example,soon\n":         ":2: expires",
		"kind,value\nsha256,abc\n":                   "expected 64 hexadecimal digits",
		"kind,value\ncolour,red\n":                   "not one of ip, domain",
		"evil.example\n\n# fine\nno such..domain.\n": ":4: ",
		"value\n\"unterminated\n":                    "list.txt",
		"127.0.0.1\n":                                "loopback",
		"http://\n":                                  "a URL has the shape",
	} {
		l, _ := list(t, text)
		i, _ := Parse("", "198.51.100.1")
		l.Add(i)
		err := l.Reload()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if _, ok := l.IP(netip.MustParseAddr("198.51.100.1"), now); !ok || l.Len() != 1 {
			t.Errorf("%q: the former indicators are gone", text)
		}
	}
}

func TestExceptions(t *testing.T) {
	x := []Exception{{Value: "good.evil.example", Owner: "情報政策課", Reason: "業務で使用"}, {Value: "198.51.100.9", Owner: "x", Reason: "y", Expires: now.Add(time.Hour)}}
	l, _ := list(t, "evil.example\n198.51.100.0/24\n", func(c *Config) { c.Exceptions = x })
	if err := l.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, ok := l.Domain("www.good.evil.example", now); ok {
		t.Error("an exempt domain matched")
	}
	if _, ok := l.Domain("www.evil.example", now); !ok {
		t.Error("its neighbour did not match")
	}
	exempt := netip.MustParseAddr("198.51.100.9")
	if _, ok := l.IP(exempt, now); ok {
		t.Error("an exempt address matched")
	}
	if _, ok := l.IP(exempt, now.Add(2*time.Hour)); !ok {
		t.Error("the exception has ended")
	}
	l, _ = list(t, "", func(c *Config) { c.Exceptions = []Exception{{Value: "evil.example"}} })
	if err := l.Reload(); err == nil || !strings.Contains(err.Error(), "owner and reason") {
		t.Errorf("%v", err)
	}
}

func TestMissingFile(t *testing.T) {
	_, err := ReadFile(List{Path: filepath.Join(t.TempDir(), "absent.txt")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"203.0.113.7\n", "value,kind\nx.example,domain\n", "hxxp://a[.]b/c\n", "\x00\xff,\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		found, err := Read(b, List{Path: "fuzz"})
		if err != nil && found != nil {
			t.Error("a refused list gave indicators")
		}
		for _, i := range found {
			if _, err := Parse(i.Kind, i.Value); err != nil {
				t.Errorf("%q is not stable: %v", i.Value, err)
			}
		}
	})
}

func BenchmarkDomain(b *testing.B) {
	l := New(DefaultConfig())
	var all []Indicator
	for i := range 100_000 {
		all = append(all, Indicator{Kind: Domain, Value: fmt.Sprintf("bad%d.example", i)})
	}
	l.Add(all...)
	for b.Loop() {
		l.Domain("a.very.long.name.that.is.not.listed.test", now)
	}
}
