package reassembly

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestAsLinuxDelivers holds the policy against what a socket of Linux 6.18 gave for the same segments; all but the last wait for it.
func TestAsLinuxDelivers(t *testing.T) {
	type piece struct {
		seq uint32
		s   string
	}
	for want, pieces := range map[string][]piece{
		"GET /-++a__bbb":        {{7, "aa"}, {11, "bbb"}, {6, "_"}, {9, "_"}, {10, "_"}, {0, "GET /-++"}},
		"GET /-++____ddddddd":   {{15, "aaaa"}, {15, "b"}, {15, "ccc"}, {12, "ddddddd"}, {6, "_"}, {7, "_"}, {8, "_"}, {9, "_"}, {10, "_"}, {11, "_"}, {0, "GET /-++"}},
		"GET /-+____cccccccc":   {{13, "aaaaa"}, {6, "b"}, {11, "cccccccc"}, {11, "ddddddd"}, {12, "eee"}, {14, "fff"}, {7, "_"}, {8, "_"}, {9, "_"}, {10, "_"}, {0, "GET /-+"}},
		"GET /-+++ddddddccccbb": {{12, "aaaaaa"}, {15, "bbbbbb"}, {11, "cccccccc"}, {8, "ddddddd"}, {13, "eeee"}, {6, "_"}, {7, "_"}, {0, "GET /-+++"}},
		"GET /-+_c___ddddddd":   {{12, "aaaaa"}, {14, "b"}, {8, "c"}, {12, "ddddddd"}, {6, "_"}, {7, "_"}, {9, "_"}, {10, "_"}, {11, "_"}, {0, "GET /-+"}},
		"GET /-++bbbbbbbfeeeee": {{15, "aaa"}, {7, "bbbbbbbb"}, {11, "c"}, {14, "dd"}, {15, "eeeeee"}, {10, "ffffff"}, {6, "_"}, {0, "GET /-++"}},
		"GET /-++cccc___aa":     {{15, "aa"}, {6, "bbbbb"}, {6, "cccccc"}, {12, "_"}, {13, "_"}, {14, "_"}, {0, "GET /-++"}},
		"GET /-+++eeeebbbbb":    {{13, "aaa"}, {11, "bbbbbbb"}, {7, "ccccc"}, {7, "dd"}, {7, "eeeeee"}, {6, "_"}, {0, "GET /-+++"}},
		"GET /-+eeeeeebbbbbccc": {{9, "aaa"}, {13, "bbbbb"}, {14, "ccccccc"}, {7, "dd"}, {7, "eeeeee"}, {6, "_"}, {0, "GET /-+"}},
	} {
		p, h, got := NewPool(1<<20), Half{}, &taken{policy: Linux}
		h.Sync(0)
		for _, x := range pieces {
			h.Add(p, x.seq, []byte(x.s), 0, 0, got)
		}
		if string(got.b) != want || got.gaps != 0 || p.Used() != 0 {
			t.Errorf("%q, want %q; %d lost, %d buffers left", got.b, want, got.gaps, p.Used())
		}
	}
}

// replaces tells in the paper's words whether a later segment's bytes stay.
func replaces(p Policy, begin, end, laterBegin, laterEnd int) bool {
	switch p {
	case First:
		return false
	case Last:
		return true
	case Linux:
		return laterBegin < begin || laterBegin == begin && laterEnd > end
	case Solaris:
		return !(end > laterEnd || begin < laterBegin && end >= laterEnd)
	}
	return laterBegin < begin
}

// TestPolicies gives segments that overlap in any way, long ones, too, and the hole before them last: whose bytes come out is what the policy says
// of each two.
func TestPolicies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := rapid.SampledFrom([]Policy{BSD, Linux, First, Last, Solaris}).Draw(t, "policy")
		scale := rapid.SampledFrom([]int{1, 700}).Draw(t, "scale")
		isn := rapid.Uint32().Draw(t, "isn")
		p, h, got := NewPool(1<<20), Half{}, &taken{policy: policy}
		h.Sync(isn)
		type span struct{ from, to int }
		all := []span{}
		owner := map[int]int{} // of each byte
		put := func(from, n int) {
			k := len(all)
			all = append(all, span{from, from + n})
			for i := from; i < from+n; i++ {
				o, there := owner[i]
				if !there || replaces(policy, all[o].from, all[o].to, from, from+n) {
					owner[i] = k
				}
			}
			h.Add(p, isn+uint32(from), bytes.Repeat([]byte{byte('a' + k)}, n), 0, 0, got)
		}
		for range rapid.IntRange(1, 7).Draw(t, "segments") {
			put(scale*rapid.IntRange(1, 9).Draw(t, "at"), scale*rapid.IntRange(1, 8).Draw(t, "bytes"))
		}
		put(0, scale*rapid.IntRange(1, 20).Draw(t, "first"))
		h.Flush(p, got)
		want := make([]byte, 0, len(owner))
		for i := 0; len(want) < len(owner); i++ {
			if o, there := owner[i]; there {
				want = append(want, byte('a'+o))
			}
		}
		said := bytes.ReplaceAll(got.b, []byte{0}, nil)
		if !bytes.Equal(said, want) || p.Used() != 0 || p.busy != 0 {
			i := 0
			for i < min(len(said), len(want)) && said[i] == want[i] {
				i++
			}
			t.Fatalf("policy %d, %v: %d bytes, want %d; they differ from byte %d on; %d buffers left", policy, all, len(said), len(want), i, p.Used())
		}
	})
}

func TestPolicyNames(t *testing.T) {
	for name, want := range map[string]Policy{"": BSD, "windows": BSD, "linux": Linux, "solaris": Solaris} {
		if p, err := ParsePolicy(name); p != want || err != nil {
			t.Errorf("%q: %d, %v", name, p, err)
		}
	}
	if _, err := ParsePolicy("amiga"); err == nil {
		t.Error("an unknown policy is taken")
	}
}
