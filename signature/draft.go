package signature

import (
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
	by       [][]uint32
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
		t.patterns, t.by, t.at = append(t.patterns, *p), append(t.by, nil), append(t.at, at)
	}
	t.by[i] = append(t.by[i], n)
}

// group makes what several drafts look for one.
func newGroup(drafts ...*draft) *group {
	all := drafts[0]
	if len(drafts) > 1 {
		all = &draft{}
		for _, d := range drafts {
			all.plain = append(all.plain, d.plain...)
			all.head.join(&d.head)
			all.body.join(&d.body)
		}
	}
	g := &group{by: all.body.by, headBy: all.head.by, plain: all.plain}
	if len(all.body.patterns) > 0 {
		g.set = multi.New(all.body.patterns)
	}
	if len(all.head.patterns) > 0 {
		g.head = multi.NewSpots(all.head.patterns, all.head.at)
	}
	for i, at := range all.head.at {
		g.limit = max(g.limit, at.To+min(len(all.head.patterns[i].Bytes), multi.MaxLen))
	}
	for _, p := range all.body.patterns {
		g.longest = max(g.longest, min(len(p.Bytes), multi.MaxLen))
	}
	return g
}

func (t *words) join(other *words) {
	for i := range other.patterns {
		for _, n := range other.by[i] {
			t.add(n, &other.patterns[i], other.at[i])
		}
	}
}
