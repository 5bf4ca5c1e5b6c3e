package signature

import (
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/multi"
)

// draft is a group in the making: rules that look for the same string share it.
type draft struct {
	body, head words
	limit      int // up to where head is to be looked for
	plain      []uint32
}

// words are what is looked for, and by which rules.
type words struct {
	patterns []multi.Pattern
	by       [][]uint32
	number   map[string]int
}

// headBytes is how near the beginning a string must stand to be looked for only there.
const headBytes = 256

// fast is the string that is looked for before a rule is looked at.
type fast struct {
	pattern multi.Pattern
	end     int // it cannot end behind that many bytes; 0: anywhere
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
	if c.HasDepth && !c.Relative() && c.Depth.Var == 0 && c.Offset.Var == 0 {
		if end := int(c.Offset.N) + int(c.Depth.N); end > 0 && end <= headBytes {
			out.end = end
		}
	}
	out.pattern.Suffix = i >= 0 && f.Whole && c.EndsWith && out.end == 0
	return out
}

func (d *draft) add(n uint32, f *fast) {
	switch {
	case f == nil:
		d.plain = append(d.plain, n)
	case f.end > 0:
		d.limit = max(d.limit, f.end)
		d.head.add(n, &f.pattern)
	default:
		d.body.add(n, &f.pattern)
	}
}

func (t *words) add(n uint32, p *multi.Pattern) {
	k := string(p.Bytes)
	switch {
	case p.Suffix:
		k = "$" + k
	case p.NoCase:
		k = "i" + k
	default:
		k = "c" + k
	}
	i, known := t.number[k]
	if !known {
		if t.number == nil {
			t.number = map[string]int{}
		}
		i = len(t.patterns)
		t.number[k] = i
		t.patterns, t.by = append(t.patterns, *p), append(t.by, nil)
	}
	t.by[i] = append(t.by[i], n)
}

// group makes what several drafts look for one.
func newGroup(drafts ...*draft) *group {
	all := drafts[0]
	if len(drafts) > 1 {
		all = &draft{}
		for _, d := range drafts {
			all.limit = max(all.limit, d.limit)
			all.plain = append(all.plain, d.plain...)
			all.head.join(&d.head)
			all.body.join(&d.body)
		}
	}
	g := &group{by: all.body.by, headBy: all.head.by, limit: all.limit, plain: all.plain}
	if len(all.body.patterns) > 0 {
		g.set = multi.New(all.body.patterns)
	}
	if len(all.head.patterns) > 0 {
		g.head = multi.New(all.head.patterns)
	}
	for _, p := range all.body.patterns {
		g.longest = max(g.longest, min(len(p.Bytes), multi.MaxLen))
	}
	return g
}

func (t *words) join(other *words) {
	for i := range other.patterns {
		for _, n := range other.by[i] {
			t.add(n, &other.patterns[i])
		}
	}
}
