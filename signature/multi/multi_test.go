package multi_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/signature/multi"
)

// naive finds patterns one by one.
func naive(patterns []multi.Pattern, text []byte) (ids []uint32) {
	lower := asciiLower(text)
	for i, p := range patterns {
		in, what := text, p.Bytes
		if p.NoCase {
			in, what = lower, asciiLower(what)
		}
		if found := bytes.Contains(in, what) && !p.Suffix || p.Suffix && bytes.HasSuffix(in, what); found && len(what) > 0 {
			ids = append(ids, uint32(i))
		}
	}
	return ids
}

func asciiLower(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 0x20
		}
	}
	return out
}

func found(s *multi.Set, text []byte) []uint32 {
	var h multi.Hits
	s.Scan(text, &h)
	slices.Sort(h.IDs)
	return h.IDs
}

// alphabet has few letters, so that patterns meet, and those that fold alike without being letters of two cases.
var alphabet = []byte("aAbB.@`[{\x00 0\x10")

func TestAgainstNaive(t *testing.T) {
	letters := rapid.SampledFrom(alphabet)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(letters, 0, 200).Draw(t, "text")
		text = append(text, rapid.SliceOfN(letters, 0, 100).Draw(t, "behind")...)[:len(text)] // of which nothing may be found
		var patterns []multi.Pattern
		for range rapid.IntRange(0, 40).Draw(t, "patterns") {
			p := multi.Pattern{NoCase: rapid.Bool().Draw(t, "nocase"), Suffix: rapid.IntRange(0, 3).Draw(t, "suffix") == 0}
			if len(text) > 1 && rapid.Bool().Draw(t, "from text") {
				at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
				p.Bytes = bytes.Clone(text[at:rapid.IntRange(at, len(text)).Draw(t, "to")])
				if p.NoCase {
					p.Bytes = bytes.ToUpper(p.Bytes)
				}
			} else {
				p.Bytes = rapid.SliceOfN(letters, 0, 20).Draw(t, "bytes")
			}
			patterns = append(patterns, p)
		}
		if d := cmp.Diff(naive(patterns, text), found(multi.New(patterns), text)); d != "" {
			t.Fatal(d)
		}
	})
}

func TestNoAllocation(t *testing.T) {
	s := multi.New([]multi.Pattern{{Bytes: []byte("powershell")}, {Bytes: []byte("cmd.e"), NoCase: true}, {Bytes: []byte("MZ")}, {Bytes: []byte(".example.jp"), Suffix: true}})
	text := bytes.Repeat([]byte("GET /CMD.EXE?powershell MZ www.example.jp"), 30)
	var h multi.Hits
	n := testing.AllocsPerRun(100, func() {
		h.Reset()
		s.Scan(text, &h)
	})
	if n != 0 || len(h.IDs) != 4 {
		t.Errorf("%v allocations, found %v", n, h.IDs)
	}
}

func TestLongPattern(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789abcdef"), 20)
	s := multi.New([]multi.Pattern{{Bytes: long}, {Bytes: long, Suffix: true}})
	if got := found(s, long); len(got) != 2 {
		t.Errorf("found %v in the pattern itself", got)
	}
	if got := found(s, long[:multi.MaxLen]); len(got) != 2 {
		t.Errorf("found %v in as much as is looked for", got)
	}
	if got := found(s, long[:multi.MaxLen-1]); len(got) != 0 {
		t.Errorf("found %v in a part", got)
	}
}

func BenchmarkScan(b *testing.B) {
	var patterns []multi.Pattern
	r := uint32(1)
	for range 2000 {
		var p []byte
		for range 6 + r>>28 {
			r = r*1664525 + 1013904223
			p = append(p, byte('a'+r>>24%26))
		}
		patterns = append(patterns, multi.Pattern{Bytes: p})
	}
	s := multi.New(patterns)
	text := make([]byte, 64<<10)
	for i := range text {
		r = r*1664525 + 1013904223
		text[i] = byte(r >> 24)
	}
	var h multi.Hits
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		h.Reset()
		s.Scan(text, &h)
	}
}
