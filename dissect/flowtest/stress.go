package flowtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect"
)

// Bounds of what a fuzz target plays, and of what its parser may do with it.
const (
	maxTurns    = 512
	maxPlayed   = 64 << 10 // bytes of both directions
	maxCost     = 96 << 20 // bytes allocated for one conversation that is played three times
	costPerByte = 16 << 10
)

// Fuzz fuzzes a protocol with conversations, seeded with talks. Whatever the bytes are, the parser holds its contract: see Stress.
func Fuzz(f *testing.F, p dissect.Protocol, talks ...[]Say) {
	f.Helper()
	fuzz(f, p, never, talks)
}

func never(string) bool { return false }

// FuzzLossy is Fuzz for a protocol that goes on behind what it does not understand: what it finds there may depend on where segments
// begin, so that pieces need not say what the whole says. It is excused where excused says so of what both said: Saying, Always.
func FuzzLossy(f *testing.F, p dissect.Protocol, excused func(said string) bool, talks ...[]Say) {
	f.Helper()
	fuzz(f, p, excused, talks)
}

// Saying excuses where something is said, such as the name of an event.
func Saying(what string) func(said string) bool {
	return func(said string) bool { return strings.Contains(said, what) }
}

// Always excuses.
func Always(string) bool { return true }

func fuzz(f *testing.F, p dissect.Protocol, excused func(said string) bool, talks [][]Say) {
	f.Helper()
	for _, says := range talks {
		f.Add(pack(says))
	}
	f.Fuzz(func(t *testing.T, up, down, turns []byte) {
		if len(up)+len(down) <= maxPlayed {
			stress(t, p, excused, unpack(up, down, turns))
		}
	})
}

// pack writes a conversation as a fuzzer changes it best: the bytes of both directions, and the turns, each its direction<<15 | length.
func pack(says []Say) (up, down, turns []byte) {
	for _, s := range says {
		half := &up
		if s.Dir == dissect.Resp {
			half = &down
		}
		*half = append(*half, s.B...)
		for n := len(s.B); n > 0; n -= 1<<15 - 1 {
			turns = binary.BigEndian.AppendUint16(turns, uint16(s.Dir)<<15|uint16(min(n, 1<<15-1)))
		}
	}
	return up, down, turns
}

// unpack is the conversation that pack wrote; what no turn takes, comes at the end.
func unpack(up, down, turns []byte) (says []Say) {
	halves := [2][]byte{up, down}
	take := func(d dissect.Dir, n int) {
		if n = min(n, len(halves[d])); n > 0 {
			says = append(says, Say{Dir: d, B: string(halves[d][:n])})
			halves[d] = halves[d][n:]
		}
	}
	for ; len(turns) >= 2 && len(says) < maxTurns; turns = turns[2:] {
		x := binary.BigEndian.Uint16(turns)
		take(dissect.Dir(x>>15), int(x&(1<<15-1)))
	}
	take(dissect.Orig, len(up))
	take(dissect.Resp, len(down))
	return says
}

// Stress plays a conversation whole, in pieces, and from its middle or with gaps; the conversation itself chooses how. It holds the parser
// to its contract: it consumes no more than it was given and keeps nothing that it was lent, pieces say what the whole says, transactions
// end, events and memory stay in proportion to the bytes.
func Stress(t *testing.T, p dissect.Protocol, says []Say) {
	t.Helper()
	stress(t, p, never, says)
}

func stress(t *testing.T, p dissect.Protocol, excused func(said string) bool, says []Say) {
	t.Helper()
	size, choice := 0, uint32(0)
	for _, s := range says {
		size += len(s.B)
		choice = crc32.Update(choice, crc32.IEEETable, []byte(s.B))
		for d := range 2 {
			if p.Probe != nil {
				p.Probe(dissect.Dir(d), []byte(s.B), p.Stream == nil, 445)
			}
		}
	}
	before := allocated()
	if p.Datagrams != nil {
		play(t, p, says, way{udp: true})
	}
	if p.Stream != nil {
		whole := play(t, p, says, way{size: size})
		piece := 1 + int(choice>>8%2)*6
		if size > 2<<10 {
			piece = 7 // what is left over is given anew with each piece
		}
		bits := play(t, p, says, way{size: piece})
		if was, is := parting(whole, bits); was != is && !excused(whole+bits) {
			t.Errorf("%s in pieces of %d bytes:\n %s, and whole:\n %s", p.Name, piece, is, was)
		}
		play(t, p, says, [2]way{{size: size, midstream: true}, {size: 61, gaps: true}}[choice%2])
	}
	if cost := allocated() - before; cost > maxCost+uint64(size)*costPerByte {
		t.Errorf("%d bytes allocated for %d bytes of traffic", cost, size)
	}
}

// parting gives the lines at which two texts part.
func parting(a, b string) (string, string) {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, "\n")
		y, b, _ = strings.Cut(b, "\n")
		if x != y {
			return x[:min(len(x), 400)], y[:min(len(y), 400)] + " "
		}
	}
	return "", ""
}

// allocated is how many bytes the program has allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// way is how a conversation is brought to a parser.
type way struct {
	udp       bool
	size      int // of the largest piece
	midstream bool
	gaps      bool // every fourth piece is lost
}

// play gives a conversation to a parser of its own and returns what it said.
func play(t *testing.T, p dissect.Protocol, says []Say, w way) string {
	t.Helper()
	r, end, size := newRecord(true), "", 0
	f := &dissect.Flow{Now: time.Unix(1, 0).UTC(), Midstream: w.midstream, Emit: r.event}
	f.Watch(r)
	switch {
	case w.udp:
		d := p.Datagrams(f)
		for _, s := range says {
			size += len(s.B)
			_ = d.Datagram(s.Dir, []byte(s.B)) // an error is a fine answer to noise
		}
		d.Close()
	default:
		s := p.Stream(f)
		size, end = feed(t, s, says, w)
		s.Close()
	}
	r.check(t)
	if n := len(r.Events); n > 16+2*size {
		t.Errorf("%d events of %d bytes", n, size)
	}
	return string(r.text(true)) + string(Lines(t, r.Events)) + end
}

// feed plays a conversation until the parser has enough; it returns how many bytes were given, and how that ended.
func feed(t *testing.T, s dissect.Stream, says []Say, w way) (size int, end string) {
	t.Helper()
	var pending [2][]byte
	eaten := false
	for number, say := range says {
		for b := []byte(say.B); len(b) > 0; number++ {
			n := min(w.size, len(b))
			piece, d := b[:n], say.Dir
			b, size = b[n:], size+n
			var err error
			if w.gaps && number%4 == 3 {
				n += len(pending[d])
				pending[d] = nil
				err = s.Gap(d, n)
			} else {
				pending[d] = append(pending[d], piece...)
				given := bytes.Clone(pending[d]) // a parser that keeps what is not its own is found out
				done, e := s.Data(d, given)
				if done < 0 || done > len(given) {
					t.Fatalf("consumed %d of %d bytes", done, len(given))
				}
				clear(given)
				eaten = eaten || done > 0
				pending[d], err = pending[d][done:], e
			}
			if err != nil {
				return size, "gives up: " + kind(err, eaten).Error()
			}
		}
	}
	return size, ""
}

// kind is the part of an error that the analyzer looks at.
func kind(err error, eaten bool) error {
	for _, k := range []error{dissect.ErrNotMine, dissect.ErrDone, dissect.ErrOpaque, dissect.ErrNext} {
		if errors.Is(err, k) && (k != dissect.ErrNotMine || !eaten) {
			return k
		}
	}
	return errors.New("malformed")
}
