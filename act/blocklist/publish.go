package blocklist

import (
	"fmt"
	"slices"

	"github.com/yagura-project/yagura/act"
)

// maxWords bounds the lines that one receipt names.
const maxWords = 64

// lineSet is "ip.txt 192.0.2.7/32" of every line of an entry.
func lineSet(e act.Entry) []string {
	var out []string
	for _, list := range listNames {
		for _, l := range lines(list, e) {
			out = append(out, list+".txt "+l)
		}
	}
	return out
}

func (h *hand) difference(before, after []string, sign string) []string {
	have := map[string]bool{}
	for _, l := range before {
		have[l] = true
	}
	var out []string
	for _, l := range after {
		if !have[l] {
			out = append(out, sign+l)
		}
	}
	if len(out) > maxWords {
		out = append(out[:maxWords:maxWords], fmt.Sprintf("# … and %d more", len(out)-maxWords))
	}
	return out
}

// publish brings the files into line with the book and says what changed in them.
func (h *hand) publish() (added, removed []string, err error) {
	all, err := h.book.All()
	if err != nil {
		return nil, nil, err
	}
	entries, barred := h.standing(all, h.deps.Now())
	if len(barred) > 0 {
		h.rarely("what may never be blocked was taken from the block lists", "orders", barred)
	}
	var before, after []string
	for _, list := range listNames {
		text := h.cfg.render(list, entries)
		old, _ := act.ReadUpTo(h.file(list), maxCopy)
		if string(old) == string(text) {
			continue
		}
		if err := act.Replace(h.file(list), text, 0o640); err != nil {
			return nil, nil, err
		}
		before = append(before, h.named(list, old)...)
		after = append(after, h.named(list, text)...)
	}
	return h.difference(before, after, "+"), h.difference(after, before, "-"), nil
}

// named is the lines of a list that are not that of nobody.
func (h *hand) named(list string, text []byte) []string {
	var out []string
	for l := range parse(text) {
		if l != h.cfg.empty(list) {
			out = append(out, list+".txt "+l)
		}
	}
	slices.Sort(out)
	return out
}
