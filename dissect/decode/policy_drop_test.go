package decode

import (
	"bytes"
	"testing"

	"github.com/yagura-project/yagura/capture"
)

// TestOverlapDropped holds Drop against what a socket of Linux 6.18 gave, for IPv4 and IPv6 alike: a fragment whose place is known already is
// passed over, any other overlap costs the datagram, and the next one of the same number is another.
func TestOverlapDropped(t *testing.T) {
	type piece struct {
		off, end int
		evil     bool
	}
	good, evil := bytes.Repeat([]byte("good"), 16), bytes.Repeat([]byte("EVIL"), 16)
	copy(good, []byte{0, 53, 0, 99, 0, 64, 0, 0})
	for name, c := range map[string]struct {
		pieces []piece
		whole  int
	}{
		"none":                 {[]piece{{0, 24, false}, {24, 40, false}, {40, 64, false}}, 1},
		"the same again":       {[]piece{{0, 24, false}, {0, 24, true}, {24, 40, false}, {40, 64, false}}, 1},
		"in the middle":        {[]piece{{0, 24, false}, {16, 32, true}, {24, 40, false}, {40, 64, false}}, 0},
		"over the end":         {[]piece{{0, 24, false}, {24, 40, false}, {32, 56, true}, {40, 64, false}}, 0},
		"within what is there": {[]piece{{0, 24, false}, {24, 40, false}, {24, 32, true}, {40, 64, false}}, 1},
		"longer":               {[]piece{{0, 24, false}, {0, 32, true}, {24, 40, false}, {40, 64, false}}, 0},
		"again from the start": {[]piece{{0, 24, false}, {16, 32, true}, {0, 24, false}, {24, 40, false}, {40, 64, false}}, 1},
	} {
		for _, six := range []bool{false, true} {
			d := NewDecoder(0)
			d.Take(func(*Addr) Policy { return Drop })
			whole := 0
			for _, x := range c.pieces {
				from := good
				if x.evil {
					from = evil
				}
				s := fragmentOf(six, x.off, x.end < 64, from[x.off:x.end])
				var l Layers
				if err := d.Decode(&capture.Packet{Data: []byte(s), OrigLen: len(s), Link: capture.LinkRaw}, &l); err != nil {
					t.Fatal(err)
				}
				if l.Whole {
					if whole++; !bytes.Equal(l.Payload, good[8:]) {
						t.Errorf("%s, IPv6 %v: %q", name, six, l.Payload)
					}
				}
			}
			if whole != c.whole {
				t.Errorf("%s, IPv6 %v: %d datagrams, want %d", name, six, whole, c.whole)
			}
		}
	}
}
