package signature

import (
	"bytes"
	"slices"

	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/multi"
)

// draft is a group in the making: rules that look for the same string share it.
type draft struct {
	body, head words
	plain      []uint32
}

// words are what is looked for, and by which rules.
type words struct {
	patterns []multi.Pattern
	at       []multi.Spot // of head
	by       byPattern    // once built was called
	adding   [][]uint32   // before
	number   map[word]int
}

type word struct {
	text           string
	nocase, suffix bool
	at             multi.Spot
}

// Bounds within which a string is looked up where it must stand, and not searched for: how near the beginning, and at how many
// places it may begin; short ones may at more, for searching finds them often.
const (
	headBytes  = 256
	headPlaces = 4
	tinyPlaces = 16
)

// fast is the string that is looked for before a rule is looked at.
type fast struct {
	pattern multi.Pattern
	placed  bool
	at      multi.Spot // where placed
}

// fastOf is what is looked for in condition i first, -1: the payload; nil: nothing.
func fastOf(s *sig, i int) *fast {
	f := &s.Fast
	if f.Step < 0 || f.Condition != i || len(f.Pattern) == 0 {
		return nil
	}
	out := &fast{pattern: multi.Pattern{Bytes: f.Pattern, NoCase: f.NoCase}}
	chain := s.Payload.Chain
	if i >= 0 {
		chain = s.Buffers[i].Chain
	}
	c, ok := chain.Steps[f.Step].(*content.Content)
	if !ok {
		return out
	}
	places := headPlaces
	if len(f.Pattern) < 4 {
		places = tinyPlaces
	}
	if from, end := chain.Bounds(f.Step, i >= 0); end <= headBytes {
		out.at = multi.Spot{From: from, To: end - len(f.Pattern)}
		out.placed = out.at.To >= from && out.at.To-from < places
	}
	out.pattern.Suffix = i >= 0 && f.Whole && c.EndsWith && !out.placed
	return out
}

func (d *draft) add(n uint32, f *fast) {
	switch {
	case f == nil:
		d.plain = append(d.plain, n)
	case f.placed:
		d.head.add(n, &f.pattern, f.at)
	default:
		d.body.add(n, &f.pattern, multi.Spot{})
	}
}

func (t *words) add(n uint32, p *multi.Pattern, at multi.Spot) {
	k := word{string(p.Bytes), p.NoCase, p.Suffix, at}
	i, known := t.number[k]
	if !known {
		if t.number == nil {
			t.number = map[word]int{}
		}
		i = len(t.patterns)
		t.number[k] = i
		t.patterns, t.adding, t.at = append(t.patterns, *p), append(t.adding, nil), append(t.at, at)
	}
	t.adding[i] = append(t.adding[i], n)
}

// built gives up what only adding needs.
func (t *words) built() {
	counts := make([]uint32, len(t.adding))
	for i, rules := range t.adding {
		counts[i] = uint32(len(rules))
	}
	t.by = newByPattern(counts)
	for i, rules := range t.adding {
		t.by.add(uint32(i), rules)
	}
	t.by.added()
	t.patterns, t.at, t.adding, t.number = slices.Clip(t.patterns), slices.Clip(t.at), nil, nil
}

// newGroup makes what several drafts look for one.
func newGroup(drafts ...*draft) *group {
	g := &group{}
	var body, head []*words
	for _, d := range drafts {
		g.plain = append(g.plain, d.plain...)
		body, head = append(body, &d.body), append(head, &d.head)
	}
	all, by := joined(body)
	if g.by = by; len(all.patterns) > 0 {
		g.set = multi.New(all.patterns)
	}
	for i := range all.patterns {
		g.longest = max(g.longest, min(len(all.patterns[i].Bytes), multi.MaxLen))
	}
	all, by = joined(head)
	if g.headBy = by; len(all.patterns) > 0 {
		g.head = multi.NewSpots(all.patterns, all.at)
	}
	for i, at := range all.at {
		g.limit = max(g.limit, at.To+min(len(all.patterns[i].Bytes), multi.MaxLen))
	}
	return g
}

// joined makes one of several words, but for by, which stands by itself.
func joined(list []*words) (all words, by byPattern) {
	var index, counts []uint32
	known := map[uint64]uint32{}
	for _, w := range list {
		for i := range w.patterns {
			sum := w.sum(i)
			k, found := known[sum]
			if !found || !all.same(int(k), w, i) { // two of one sum stand beside each other: one is found twice
				k = uint32(len(counts))
				known[sum] = k
				all.patterns, all.at, counts = append(all.patterns, w.patterns[i]), append(all.at, w.at[i]), append(counts, 0)
			}
			index = append(index, k)
			counts[k] += uint32(len(w.by.of(uint32(i))))
		}
	}
	by = newByPattern(counts)
	for _, w := range list {
		for i := range w.patterns {
			by.add(index[0], w.by.of(uint32(i)))
			index = index[1:]
		}
	}
	by.added()
	return all, by
}

// sum is a hash of word i (FNV-1a).
func (t *words) sum(i int) uint64 {
	const prime = 0x100000001b3
	p, at := &t.patterns[i], t.at[i]
	h := uint64(0xcbf29ce484222325) ^ uint64(at.From)<<32 ^ uint64(at.To)<<16
	for _, c := range p.Bytes {
		h = (h ^ uint64(c)) * prime
	}
	return h
}

// same reports whether word i is word k of another list.
func (t *words) same(i int, other *words, k int) bool {
	a, b := &t.patterns[i], &other.patterns[k]
	return a.NoCase == b.NoCase && a.Suffix == b.Suffix && t.at[i] == other.at[k] && bytes.Equal(a.Bytes, b.Bytes)
}

// byPattern are the rules that look for each pattern, in one piece: nothing in it is for the garbage collector to follow.
type byPattern struct{ rules, ends []uint32 }

// newByPattern makes room for so many rules of each pattern.
func newByPattern(counts []uint32) byPattern {
	b := byPattern{ends: make([]uint32, len(counts)+1)}
	for i, n := range counts {
		b.ends[i+1] = b.ends[i] + n
	}
	b.rules = make([]uint32, b.ends[len(counts)])
	return b
}

// add adds rules of pattern i; ends count where the next go until added is called.
func (b *byPattern) add(i uint32, rules []uint32) {
	b.ends[i] += uint32(copy(b.rules[b.ends[i]:], rules))
}

// added ends adding: each end has become that of the pattern itself.
func (b *byPattern) added() {
	copy(b.ends[1:], b.ends)
	b.ends[0] = 0
}

// of are the rules of pattern i.
func (b *byPattern) of(i uint32) []uint32 { return b.rules[b.ends[i]:b.ends[i+1]] }
