package dissect

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// TestHostsDiffer shows rules, of both sides of a conversation, the bytes that each side's system takes.
func TestHostsDiffer(t *testing.T) {
	client, server := Hosts{CIDR: nets("10.0.0.0/24"), Segments: "last"}, Hosts{CIDR: nets("192.0.2.80/32"), Segments: "last"}
	for name, c := range map[string]struct {
		hosts  []Hosts
		to, fr string // to the server, and from it
	}{
		"none":           {nil, "GET one", "200 one"},
		"others":         {[]Hosts{{CIDR: nets("10.9.0.0/16"), Segments: "last"}}, "GET one", "200 one"},
		"the server":     {[]Hosts{server}, "GET two", "200 one"},
		"the client":     {[]Hosts{client}, "GET one", "200 two"},
		"both":           {[]Hosts{client, server}, "GET two", "200 two"},
		"the longest":    {[]Hosts{{CIDR: nets("10.0.0.0/8", "0.0.0.0/0"), Segments: "last"}, {CIDR: nets("10.0.0.0/31", "10.0.0.0/16"), Segments: "first"}}, "GET two", "200 one"},
		"fragments only": {[]Hosts{{CIDR: nets("0.0.0.0/0"), Fragments: "last"}}, "GET one", "200 one"},
		"mapped":         {[]Hosts{{CIDR: nets("::ffff:192.0.2.0/120"), Segments: "last"}}, "GET two", "200 one"},
	} {
		r := &rules{}
		cfg := DefaultConfig()
		cfg.Seed, cfg.Segments, cfg.Hosts = 1, "first", c.hosts
		a := New(cfg, nil, func(event.Event) {})
		a.Inspect(r)
		for i, s := range and(hello, // what waits overlaps, then what was missing comes
			seg{from: Orig, flags: ack, seq: 5, ack: 1, data: "one"}, seg{from: Orig, flags: ack, seq: 5, ack: 1, data: "two"}, seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "GET "},
			seg{from: Resp, flags: ack, seq: 5, ack: 8, data: "one"}, seg{from: Resp, flags: ack, seq: 5, ack: 8, data: "two"}, seg{from: Resp, flags: ack, seq: 1, ack: 8, data: "200 "}) {
			b := s.bytes()
			a.Packet(&capture.Packet{Nanos: int64(i+1) * 1e6, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
		}
		a.Close()
		if to, from := r.said[Orig].String(), r.said[Resp].String(); to != c.to || from != c.fr {
			t.Errorf("%s: %q and %q, want %q and %q", name, to, from, c.to, c.fr)
		}
	}
}

// TestFragmentsOfHosts: a datagram whose fragments overlap is put together as its receiver does.
func TestFragmentsOfHosts(t *testing.T) {
	for policy, want := range map[string]string{"": "one and more.", "last": "two and more.", "drop": ""} {
		heard := ""
		cfg := DefaultConfig()
		cfg.Seed, cfg.Fragments = 1, "first"
		if policy != "" {
			cfg.Hosts = []Hosts{{CIDR: nets("192.0.2.0/24"), Fragments: policy}}
		}
		said := Protocol{Name: "said", UDP: []uint16{9}, Datagrams: func(*Flow) Datagrams { return hearing{&heard} }}
		a := New(cfg, []Protocol{said}, func(event.Event) {})
		for i, f := range []struct {
			off  int
			more bool
			b    string
		}{{8, true, "one and "}, {8, true, "two and more...."}, {24, false, "."}, {0, true, "\x00\x63\x00\x09\x00\x19\x00\x00"}} {
			b := shred(f.off, f.more, f.b)
			a.Packet(&capture.Packet{Nanos: int64(i+1) * 1e6, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
		}
		if a.Close(); strings.TrimRight(heard, ".") != strings.TrimRight(want, ".") {
			t.Errorf("%q: %q, want %q", policy, heard, want)
		}
	}
}

type hearing struct{ said *string }

func (h hearing) Datagram(_ Dir, b []byte) error { *h.said += string(b); return nil }
func (h hearing) Close()                         {}

// shred is a fragment of a datagram from 10.0.0.1 to 192.0.2.80.
func shred(off int, more bool, data string) []byte {
	b := append(make([]byte, 20), data...)
	b[0], b[8], b[9] = 0x45, 64, 17
	copy(b[12:], []byte{10, 0, 0, 1, 192, 0, 2, 80})
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	binary.BigEndian.PutUint16(b[6:], uint16(off/8))
	if more {
		b[6] |= 0x20
	}
	binary.BigEndian.PutUint16(b[10:], checksum(0, bytes.Clone(b[:20])))
	return b
}

func nets(s ...string) (out []netip.Prefix) {
	for _, x := range s {
		out = append(out, netip.MustParsePrefix(x))
	}
	return out
}

// TestHostsAreNamed: what is wrong with a network's manner is told with its place.
func TestHostsAreNamed(t *testing.T) {
	for want, h := range map[string]Hosts{
		"dissect.hosts[1]: segments: ":           {CIDR: nets("10.0.0.0/8"), Segments: "macos"},
		"dissect.hosts[1]: fragments: ":          {CIDR: nets("10.0.0.0/8"), Fragments: "macos"},
		"dissect.hosts[1]: write the networks (": {Segments: "linux"},
		"and what is theirs":                     {CIDR: nets("10.0.0.0/8")},
	} {
		cfg := DefaultConfig()
		cfg.Hosts = []Hosts{{CIDR: nets("10.0.0.0/8"), Segments: "linux", Fragments: "drop"}, h}
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", h, err, want)
		}
		cfg.Hosts = cfg.Hosts[:1]
		if err := cfg.Validate(); err != nil {
			t.Error(err)
		}
	}
}
