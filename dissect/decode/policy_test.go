package decode

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event/wire"
)

// TestPolicies puts together what Novak's paper shows: six fragments that overlap in all ways. Each letter is 8 bytes.
func TestPolicies(t *testing.T) {
	order := []struct {
		at int
		s  string
	}{{0, "111"}, {4, "22"}, {6, "333"}, {1, "4444"}, {6, "555"}, {9, "666"}}
	for p, want := range map[Policy]string{
		First:    "111422333666",
		Last:     "144442555666",
		BSD:      "111442333666",
		BSDRight: "144422555666",
		Linux:    "111442555666",
	} {
		var pieces []piece
		for _, x := range order {
			pieces = append(pieces, piece{8 * x.at, bytes.Repeat([]byte(x.s[:1]), 8*len(x.s))})
		}
		out := make([]byte, 8*12)
		p.settle(out, pieces)
		var got strings.Builder
		for i := 0; i < len(out); i += 8 {
			got.WriteByte(out[i])
		}
		if got.String() != want {
			t.Errorf("policy %d: %s, want %s", p, got.String(), want)
		}
	}
	old := piece{16, make([]byte, 16)}
	for _, c := range []struct {
		p    Policy
		off  int
		n    int
		late bool
	}{{Windows, 8, 24, false}, {Windows, 8, 32, true}, {Solaris, 8, 24, true}, {Solaris, 16, 24, false}, {Solaris, 8, 16, false}} {
		if got := c.p.later(&old, &piece{c.off, make([]byte, c.n)}); got != c.late {
			t.Errorf("policy %d, %d bytes at %d over 16 at 16: %v", c.p, c.n, c.off, got)
		}
	}
	for name := range policies {
		if _, err := ParsePolicy(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := ParsePolicy("amiga"); err == nil {
		t.Error("an unknown policy is taken")
	}
}

// TestFragmentsOfAnySize cuts a datagram anywhere, gives the pieces in any order, some twice: it comes out whole, once, and
// anomalies are told where pieces overlap only.
func TestFragmentsOfAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		six := rapid.Bool().Draw(t, "IPv6")
		body := rapid.SliceOfN(rapid.Byte(), 16, 3000).Draw(t, "body")
		content := append([]byte{0, 53, 0, 99, byte((len(body) + 8) >> 8), byte(len(body) + 8), 0, 0}, body...)
		var cuts []int
		for at := 0; at < len(content); at += 8 * rapid.IntRange(1, 60).Draw(t, "piece") {
			cuts = append(cuts, at)
		}
		if len(cuts) == 1 {
			cuts = append(cuts, 8)
		}
		cuts = append(cuts, len(content))
		var packets []string
		for i := range len(cuts) - 1 {
			packets = append(packets, fragmentOf(six, cuts[i], cuts[i+1] < len(content), content[cuts[i]:cuts[i+1]]))
		}
		packets = rapid.Permutation(packets).Draw(t, "order")
		twice := rapid.IntRange(-1, len(packets)-2).Draw(t, "twice")
		d := NewDecoder(0)
		whole := 0
		for i, s := range packets {
			for range 1 + map[bool]int{true: 1}[i == twice] {
				var l Layers
				err := d.Decode(&capture.Packet{Data: []byte(s), OrigLen: len(s), Link: capture.LinkRaw}, &l)
				if err != nil {
					t.Fatal(err)
				}
				if l.Whole {
					whole++
					if l.Kind != UDP || !bytes.Equal(l.Payload, body) || len(d.Outer()) != 1 || d.Outer()[0].Kind != Fragment || l.IPLen != len(l.L3)+len(content) {
						t.Fatalf("%+v", l)
					}
				}
			}
		}
		if whole != 1 || len(d.frags.byKey) != 0 || d.frags.held != 0 {
			t.Fatalf("%d times whole, %d bytes left", whole, d.frags.held)
		}
	})
}

func fragmentOf(six bool, off int, more bool, b []byte) string {
	field := uint16(off)
	if six {
		if more {
			field |= 1
		}
		return v6(44, "\x11\x00"+string([]byte{byte(field >> 8), byte(field)})+"\x00\x00\x00\x07"+string(b))
	}
	s := []byte(v4(17, "", string(b)))
	field = uint16(off / 8)
	if more {
		field |= 0x2000
	}
	s[6], s[7] = byte(field>>8), byte(field)
	return string(s)
}

func TestOverlapIsTold(t *testing.T) {
	for _, six := range []bool{false, true} {
		d := NewDecoder(0)
		var l Layers
		for i, s := range []string{
			fragmentOf(six, 0, true, make([]byte, 32)),
			fragmentOf(six, 24, true, make([]byte, 16)),
			fragmentOf(six, 48, true, make([]byte, 16)),
		} {
			_ = d.Decode(&capture.Packet{Data: []byte(s), OrigLen: len(s), Link: capture.LinkRaw}, &l) // an error would show no event
			want := wire.OnIPv4FragOverlap
			if six {
				want = wire.OnIPv6FragOverlap
			}
			if got := slices.Contains(l.Events, want); got != (i == 1) {
				t.Errorf("fragment %d: %v", i, l.Events)
			}
		}
	}
}
