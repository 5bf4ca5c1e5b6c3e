package nfs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// torn is a record in fragments of the sizes, the last one again and again.
func torn(record string, sizes ...int) (out string) {
	body := record[4:]
	for len(body) > 0 {
		n := min(sizes[0], len(body))
		if len(sizes) > 1 {
			sizes = sizes[1:]
		}
		last := uint32(0)
		if n == len(body) {
			last = 1 << 31
		}
		out += word(last|uint32(n)) + body[:n]
		body = body[n:]
	}
	return out
}

// TestFragments: file data in a record of several fragments is that of the file, however these are cut.
func TestFragments(t *testing.T) {
	const size = 70000
	named := []string{called(1, 3, 3, opaque("folder")+opaque("big.exe")), "<" + answered(1, word(0)+opaque("handle"))}
	write := called(2, 3, 7, opaque("handle")+word(0, 0, size, 0)+opaque(strings.Repeat("x", size)))
	after := called(3, 3, 7, opaque("handle")+word(0, size, 4, 0)+opaque("more"))
	commit := called(4, 3, 21, opaque("handle")+word(0, 0, 0))
	want := []string{"big.exe 70004 true"}
	for name, sizes := range map[string][]int{
		"one": {1 << 20}, "even": {1024}, "large": {40000}, "small head": {40, 65536}, "as waited for": {maxWhole}, "more than waited for": {maxWhole + 1}, "tiny": {3}, "in the end": {69996, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(want, uploads(t, append(named[:2:2], torn(write, sizes...), after, commit)...)); d != "" {
				t.Error(d)
			}
			says := []flowtest.Say{flowtest.Up(named[0]), flowtest.Down(named[1][1:])}
			for all := torn(write, sizes...) + after + commit; all != ""; all = all[min(701, len(all)):] {
				says = append(says, flowtest.Up(all[:min(701, len(all))]))
			}
			var got []string
			for _, e := range flowtest.Events(2049, says, nil, Protocol) {
				if a, ok := e.(*event.FileActivity); ok {
					got = append(got, fmt.Sprint(a.File.Name, " ", a.File.Size, " ", a.Whole))
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("in small pieces: %s", d)
			}
		})
	}
}
