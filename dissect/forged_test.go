package dissect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestForgedMidstream lets a client of a connection whose beginning nobody saw send what its server does not take: the rest is read
// nevertheless.
func TestForgedMidstream(t *testing.T) {
	eight := strings.Fields(strings.Repeat(">A_1000000000_junk ", maxForged))
	for i := range eight {
		eight[i] = strings.ReplaceAll(eight[i], "_", " ")
	}
	for name, forged := range map[string][]string{
		"far ahead": eight, "a SYN": {">S 700000"}, "a SYN, sent twice": {">S 700000", ">S 700000"},
	} {
		w := newWire(t, echoProtocol)
		w.tcp(echoPorts, ">A 1 a", "<A 1 x")
		w.tcp(echoPorts, forged...)
		w.tcp(echoPorts, ">A 2 b", "<A 2 y", ">A 3 c")
		if diff := cmp.Diff([]string{"orig a", "resp x", "orig b", "resp y", "orig c", "close"}, w.said()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	w := newWire(t, echoProtocol)
	w.tcp(echoPorts, ">A 1 a", "<A 1 x", ">S 700000", "<SA 900000", ">A 700001 b", "<A 900001 y")
	if diff := cmp.Diff([]string{"orig a", "resp x", "close", "orig b", "resp y", "close"}, w.said()); diff != "" {
		t.Errorf("another connection: %s", diff)
	}
}

const maxForged = 20

// TestForgedReset sends a RST that a server does not take, for it does not stand where it is due (RFC 5961 §3.2), and a SYN behind it.
func TestForgedReset(t *testing.T) {
	say := func(seq int, data string) seg { return seg{from: Orig, flags: ack, seq: seq, ack: 1, data: data} }
	for name, forged := range map[string][]seg{
		"RST": {{from: Orig, flags: rst, seq: 50}}, "RST, SYN": {{from: Orig, flags: rst, seq: 50}, {from: Orig, flags: syn, seq: 70000}},
		"SYN": {{from: Orig, flags: syn, seq: 70000}}, "RST with ACK, SYN": {{from: Orig, flags: rst | ack, seq: 4, ack: 1}, {from: Orig, flags: syn, seq: 70000}},
	} {
		all := and(hello, say(1, "abc"))
		all = and(all, forged...)
		r, _ := played(and(all, seg{from: Resp, flags: ack, seq: 1, ack: 4}, say(4, "def"), seg{from: Resp, flags: ack, seq: 1, ack: 7}, say(7, "ghi"))...)
		if got := r.said[Orig].String(); got != "abcdefghi" || r.closed != 0 {
			t.Errorf("%s: %q, %d closed: %v", name, got, r.closed, r.events)
		}
	}
}

// TestAnotherConnection opens another connection between the same ports, behind a RST and within one that has not ended.
func TestAnotherConnection(t *testing.T) {
	for name, c := range map[string]struct {
		segments []string
		want     string
	}{
		"after a RST":       {[]string{">S 0", "<SA 0", ">A 1 a", "<A 1", ">R 2", ">S 7777", "<SA 90000", ">A 7778 bc", "<A 90001"}, "RSTO 3 10.0.0.1:40000 4/2 1/0 gaps 0; S1 2 10.0.0.1:40000 1/2 2/0 gaps 0"},
		"refused":           {[]string{">S 0", "<SA 0", ">A 1 a", "<A 1", ">R 2", ">S 7777", "<RA 0"}, "RSTO 3 10.0.0.1:40000 4/2 1/0 gaps 0; REJ 5 10.0.0.1:40000 0/1 0/0 gaps 0"},
		"within another":    {[]string{">S 0", "<SA 0", ">A 1 a", "<A 1", ">S 7777", "<SA 90000", ">A 7778 bc", "<A 90001"}, "S1 2 10.0.0.1:40000 3/2 1/0 gaps 0; S1 2 10.0.0.1:40000 1/2 2/0 gaps 0"},
		"one side is heard": {[]string{">A 1 a", ">S 7777", ">A 7778 bc"}, "OTH 2 10.0.0.1:40000 1/0 1/0 gaps 0; S0 4 10.0.0.1:40000 2/0 2/0 gaps 0"},
	} {
		for _, watched := range []bool{false, true} {
			w, r := newWire(t, echoProtocol), &rules{}
			if watched {
				w.a.Inspect(r)
			}
			w.tcp(echoPorts, c.segments...)
			if got := strings.Join(w.ends(), "; "); got != c.want {
				t.Errorf("%s, watched %v: %q, want %q", name, watched, got, c.want)
			}
		}
	}
}
