package keyword

import (
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// fastest chooses the content that the matcher looks for: the one the rule names, else the one likely to be seen least.
func (b *builder) fastest() {
	f := &b.sig.Fast
	f.Condition, f.Step = -1, -1
	best := 0
	if c := b.sig.Payload.Chain; c != nil {
		b.choose(c, -1, &best)
	}
	for i := range b.sig.Buffers {
		d := &b.sig.Buffers[i]
		if d.Chain != nil && !d.Absent && d.Index.Kind == rule.Any {
			b.choose(d.Chain, i, &best)
		}
	}
}

const chosen = 1 << 20 // score of a content that the rule names

func (b *builder) choose(c *content.Chain, at int, best *int) {
	f := &b.sig.Fast
	for i, step := range c.Steps {
		t, ok := step.(*content.Content)
		if !ok || t.Negated {
			continue
		}
		pattern, whole := t.Bytes, true
		score := strength(pattern)
		if at >= 0 {
			score += score / 2 // a buffer is looked through less often than all bytes
		}
		if t == b.fast {
			score = chosen
			if n := b.fastCut; n[1] > 0 {
				pattern, whole = pattern[n[0]:n[0]+n[1]], n[1] == len(pattern)
			}
		}
		if score <= *best {
			continue
		}
		*best = score
		*f = rule.Fast{Condition: at, Step: i, Pattern: pattern, NoCase: t.NoCase, Whole: whole, Only: whole && alone(c, i, t)}
	}
}

// alone reports that finding the content anywhere is all that its step asks.
func alone(c *content.Chain, i int, t *content.Content) bool {
	if t.Relative() || t.HasOffset || t.HasDepth || t.EndsWith {
		return false
	}
	return !t.Leads()
}

// strength says how seldom a string is likely to be seen: longer ones, and such with different bytes.
func strength(b []byte) int {
	var seen [256]bool
	n := 0
	for _, c := range b {
		switch {
		case seen[c]:
			n++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			n += 6
		case c == 0 || c == ' ' || c == 0xff || c == '\r' || c == '\n':
			n += 3
		default:
			n += 8
		}
		seen[c] = true
	}
	return n
}
