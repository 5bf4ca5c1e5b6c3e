package dnsmsg

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event/wire"
)

// seen lists the names of a buffer in t.
func seen(t *wire.Tx, id wire.Buffer) (out []string) {
	for _, f := range t.Fields {
		if f.Buffer == id {
			out = append(out, string(f.B))
		}
	}
	return out
}

func TestShow(t *testing.T) {
	tx := &wire.Tx{}
	if !Show(tx, wire.Resp, build(t), &DNS) {
		t.Error("not whole")
	}
	for id, want := range map[wire.Buffer][]string{
		wire.DNSQuery:         nil,
		wire.DNSQueriesRRName: {"WWW.Town.lg.jp"},
		wire.DNSAnswersRRName: {"www.town.lg.jp", "cdn.example.jp", "cdn.example.jp", "town.lg.jp", "town.lg.jp", "town.lg.jp"},
		wire.DNSResponseRRName: {"WWW.Town.lg.jp", "www.town.lg.jp", "cdn.example.jp", "cdn.example.jp", "cdn.example.jp", "town.lg.jp",
			"mail.town.lg.jp", "town.lg.jp", "town.lg.jp"},
		wire.AppEvent: nil,
	} {
		got := seen(tx, id)
		if id == wire.DNSResponseRRName {
			got = got[:len(want)] // behind them stands the root of OPT
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%#x: %s", id, d)
		}
	}
}

func TestShowEvents(t *testing.T) {
	const question = "\x01a\x00\x00\x01\x00\x01"
	for _, c := range []struct {
		b    string
		dir  wire.Dir
		to   *Buffers
		want []string
	}{
		{"\x00\x01\x00\x40\x00\x01\x00\x00\x00\x00\x00\x00" + question, wire.Orig, &DNS, []string{"dns.z_flag_set"}},
		{"\x00\x01\x80\x00\x00\x01\x00\x00\x00\x00\x00\x00" + question, wire.Orig, &DNS, []string{"dns.not_a_request"}},
		{"\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + question, wire.Resp, &DNS, []string{"dns.not_a_response"}},
		{"\x00\x01\x78\x00\x00\x01\x00\x00\x00\x00\x00\x00" + question, wire.Orig, &DNS, []string{"dns.invalid_opcode"}},
		{"\x00\x01\x08\x00\x00\x01\x00\x00\x00\x00\x00\x00" + question, wire.Orig, &LLMNR, []string{"llmnr.invalid_opcode"}},
		{"\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00" + question, wire.Orig, &DNS, []string{"dns.malformed_data"}},
		{"\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00" + question, wire.Orig, &DNS, []string{"dns.invalid_authorities"}},
		{"\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01" + question, wire.Orig, &DNS, []string{"dns.invalid_additionals"}},
		{"\x00\x01", wire.Orig, &DNS, []string{"dns.malformed_data"}},
	} {
		tx := &wire.Tx{}
		Show(tx, c.dir, []byte(c.b), c.to)
		if d := cmp.Diff(c.want, seen(tx, wire.AppEvent)); d != "" {
			t.Errorf("%q: %s", c.b, d)
		}
	}
}

// TestRawName holds names against RFC 1035 §4.1.4, and a pointer forward, which Parse refuses, against its target.
func TestRawName(t *testing.T) {
	for _, c := range []struct {
		b, want string
		next    int
		ok      bool
	}{
		{"\x03WWW\x02jp\x00", "WWW.jp", 8, true},
		{"\xc0\x02\x02jp\x00", "jp", 2, true},
		{"\xc0\x00", "", 0, false},
		{"\x05ab", "", 0, false},
		{"\x00", "", 1, true},
	} {
		got, next, ok := RawName([]byte(c.b), 0)
		if string(got) != c.want || ok != c.ok || ok && next != c.next {
			t.Errorf("%q: %q %d %v", c.b, got, next, ok)
		}
	}
}

func FuzzShow(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tx := &wire.Tx{}
		Show(tx, wire.Resp, b, &DNS)
		if len(tx.Fields) > 3*maxShown+8 {
			t.Errorf("%d fields", len(tx.Fields))
		}
	})
}

// TestWanted gives the same without the buffers that nobody wants, and the same events.
func TestWanted(t *testing.T) {
	b := build(t)
	some := DNS.Wanted(func(id wire.Buffer) bool { return id == wire.DNSAnswersRRName || id == wire.DNSRRType })
	all, few := &wire.Tx{}, &wire.Tx{}
	if Show(all, wire.Resp, b, &DNS) != Show(few, wire.Resp, b, some) {
		t.Error("judged differently")
	}
	for _, id := range []wire.Buffer{wire.DNSAnswersRRName, wire.DNSRRType} {
		if d := cmp.Diff(seen(all, id), seen(few, id)); d != "" {
			t.Errorf("%#x: %s", id, d)
		}
	}
	if got := seen(few, wire.DNSResponseRRName); got != nil {
		t.Error("not wanted:", got)
	}
	for i := range b {
		all, few = &wire.Tx{}, &wire.Tx{}
		Show(all, wire.Resp, b[:i], &DNS)
		Show(few, wire.Resp, b[:i], some)
		if d := cmp.Diff(seen(all, wire.AppEvent), seen(few, wire.AppEvent)); d != "" {
			t.Errorf("cut at %d: %s", i, d)
		}
	}
}

func BenchmarkShow(b *testing.B) {
	query := []byte("\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x03www\x04town\x02lg\x02jp\x00\x00\x01\x00\x01\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00")
	some := DNS.Wanted(func(id wire.Buffer) bool { return id == wire.DNSQuery })
	b.ReportAllocs()
	for b.Loop() {
		Show(&wire.Tx{}, wire.Orig, query, some)
	}
}

// TestOddNames tells what is wrong with a name, and reads on behind it.
func TestOddNames(t *testing.T) {
	head := "\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"
	for event, name := range map[string]string{
		"name_too_long":   strings.Repeat("\x3f"+strings.Repeat("a", 63), 17) + "\x00",
		"infinite_loop":   "\x01a\xc0\x0c",
		"too_many_labels": strings.Repeat("\x01a", 256) + "\x00",
		"":                strings.Repeat("\x01a", 255) + "\x00",
	} {
		for _, to := range []*Buffers{&DNS, &MDNS} {
			for _, to := range []*Buffers{to, to.Wanted(func(wire.Buffer) bool { return false })} {
				tx := &wire.Tx{}
				if !Show(tx, wire.Orig, []byte(head+name+"\x00\x01\x00\x01"), to) {
					t.Errorf("%s: not whole", event)
				}
				var want []string
				if event != "" {
					want = []string{to.App + "." + event}
				}
				if d := cmp.Diff(want, seen(tx, wire.AppEvent)); d != "" {
					t.Errorf("%s: %s", event, d)
				}
			}
		}
	}
}
