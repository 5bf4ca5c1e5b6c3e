//go:build amd64 && !purego

package multi

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestProbesAgree holds the bodies of the probes for AVX2 against those in Go.
func TestProbesAgree(t *testing.T) {
	if !hasAVX2 {
		t.Skip("this processor has no AVX2: only the probes in Go run here, and TestAgainstNaive tests them")
	}
	defer func(had bool) { hasVBMI = had }(hasVBMI)
	hasVBMI = false
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		s.short.four = nil              // as where there are many
		for i := range s.short.filter { // that few grams would hardly be met
			s.short.filter[i] |= 0x10110
			s.long.filter[i%len(s.long.filter)] |= 0x26001
		}
		eachPiece(t, func(b []byte, blocks int) {
			var r, r2 room
			var tiny, tiny2 [chunk]uint32
			a := tinyBits(b, blocks, &s.tiny.tables, 0xff, &tiny) != 0
			a2 := probeTiny(b, blocks, &s.tiny, 0xff, &tiny2)
			want := []any{longPlaces(b, blocks, &s.long, &r), shortPlaces(b, blocks, &s.short, &room{}), tiny, a}
			got := []any{probeLong(b, blocks, &s.long, &r2), probeShort(b, blocks, &s.short, &room{}), tiny2, a2}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatal(d)
			}
		})
	})
}

// TestThreeBytes holds the look-ups in registers against plain ones.
func TestThreeBytes(t *testing.T) {
	if !hasVBMI {
		t.Skip("this processor has no AVX-512 VBMI: TestProbesAgree tests what runs here")
	}
	rapid.Check(t, func(t *rapid.T) {
		s, live := drawn(t), rapid.Byte().Draw(t, "live")
		for i := range s.tiny.three[0] {
			for k := range s.tiny.three {
				s.tiny.three[k][i] |= byte(0x81 >> (i % 3))
			}
		}
		eachPiece(t, func(b []byte, blocks int) {
			var want, got [chunk]uint32
			some := false
			for i := range (blocks + 1) / 2 * 64 {
				if x := &s.tiny.three; x[0][indexOf(b[i])]&x[1][indexOf(b[i+1])]&x[2][indexOf(b[i+2])]&live != 0 {
					want[i/block] |= 1 << (i % block)
					some = true
				}
			}
			if any := probeTiny(b, blocks, &s.tiny, live, &got); any != some {
				t.Fatalf("some: %v, not %v", any, some)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatal(d)
			}
		})
	})
}

// TestFourHalves holds the look-ups of bytes' halves against plain ones.
func TestFourHalves(t *testing.T) {
	if !hasAVX2 {
		t.Skip("this processor has no AVX2: short patterns are found by grams here, and TestAgainstNaive tests that")
	}
	defer func(had bool) { hasVBMI = had }(hasVBMI)
	hasVBMI = false
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		f := s.short.four
		f.blank = byte(rapid.SampledFrom([]int{0, 0xff}).Draw(t, "blank"))
		for i := range 16 {
			for k := range f.halves {
				f.halves[k][0][i] |= byte(0x81 >> (i % 3))
				f.halves[k][1][i] |= byte(0x41 << (i % 2))
			}
		}
		eachPiece(t, func(b []byte, blocks int) {
			var want []uint32
			for i := range (blocks + 1) / 2 * 64 {
				classes := byte(0xff)
				for k := range f.halves {
					c := b[i+k] | 0x20
					classes &= f.halves[k][0][c&15] & f.halves[k][1][c>>4]
				}
				if classes != 0 && (f.blank != 0 || bytes.Trim(b[i:i+4], " \x00") != nil) {
					want = append(want, uint32(i))
				}
			}
			got := probeShort(b, blocks, &s.short, &room{})
			if d := cmp.Diff(want, append([]uint32(nil), got...)); d != "" {
				t.Fatal(d)
			}
		})
	})
}

// TestFourBytes holds the look-ups in registers against plain ones.
func TestFourBytes(t *testing.T) {
	if !hasVBMI {
		t.Skip("this processor has no AVX-512 VBMI: short patterns are found by their bytes' halves here, and TestFourHalves tests that")
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		s.short.four.blank = byte(rapid.SampledFrom([]int{0, 0xff}).Draw(t, "blank"))
		for i := range 64 {
			for k := range 8 {
				s.short.four.tables[k/4][k%4][i] |= byte(0x81 >> (i % 3))
			}
		}
		eachPiece(t, func(b []byte, blocks int) {
			var want []uint32
			for i := range (blocks + 1) / 2 * 64 {
				for _, table := range s.short.four.tables {
					if bytes.Trim(b[i:i+4], " \x00") == nil && s.short.four.blank == 0 {
						break
					}
					if table[0][indexOf(b[i])]&table[1][indexOf(b[i+1])]&table[2][indexOf(b[i+2])]&table[3][indexOf(b[i+3])] != 0 {
						want = append(want, uint32(i))
						break
					}
				}
			}
			got := probeShort(b, blocks, &s.short, &room{})
			if d := cmp.Diff(want, append([]uint32(nil), got...)); d != "" {
				t.Fatal(d)
			}
		})
	})
}

// drawn is a set of one pattern of each kind.
func drawn(t *rapid.T) *Set {
	return New([]Pattern{
		{Bytes: rapid.SliceOfN(rapid.Byte(), 1, 3).Draw(t, "tiny")},
		{Bytes: rapid.SliceOfN(rapid.Byte(), 4, 7).Draw(t, "short")},
		{Bytes: rapid.SliceOfN(rapid.Byte(), 8, 40).Draw(t, "long")}})
}

// eachPiece cuts some text.
func eachPiece(t *rapid.T, do func(b []byte, blocks int)) {
	letters := rapid.SampledFrom([]*rapid.Generator[byte]{rapid.Byte(), rapid.SampledFrom([]byte(" \x00a"))}).Draw(t, "letters")
	text := rapid.SliceOfN(letters, 0, 3*block*chunk).Draw(t, "text")
	for p := (pieces{rest: text, last: new([whole*block + probeAhead]byte)}); ; {
		b, blocks := p.next()
		if blocks == 0 {
			return
		}
		do(b, blocks)
	}
}
