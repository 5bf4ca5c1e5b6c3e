//go:build hyperscan

package hyperscan_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/signature/hyperscan"
	"github.com/yagura-project/yagura/signature/multi"
)

func both(t interface{ Fatal(...any) }, patterns []multi.Pattern, text []byte) {
	hs, err := hyperscan.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	var h multi.Hits
	multi.New(patterns).Scan(text, &h)
	want := slices.Clone(hs.Scan(text))
	slices.Sort(want)
	slices.Sort(h.IDs)
	if d := cmp.Diff(want, h.IDs, cmpopts.EquateEmpty()); d != "" {
		t.Fatal(d)
	}
}

func TestIdenticalHits(t *testing.T) {
	letters := rapid.SampledFrom([]byte("aAbB.@`[{\x00 0\x10"))
	rapid.Check(t, func(t *rapid.T) {
		var patterns []multi.Pattern
		for range rapid.IntRange(1, 30).Draw(t, "patterns") {
			patterns = append(patterns, multi.Pattern{Bytes: rapid.SliceOfN(letters, 1, 12).Draw(t, "bytes"),
				NoCase: rapid.Bool().Draw(t, "nocase"), Suffix: rapid.Bool().Draw(t, "suffix")})
		}
		both(t, patterns, rapid.SliceOfN(letters, 0, 400).Draw(t, "text"))
	})
}
