package signature

import (
	"github.com/yagura-project/yagura/signature/multi"
	"github.com/yagura-project/yagura/signature/transform"
)

// draft is a group in the making: rules that look for the same string share it.
type draft struct {
	transforms []transform.Transform
	patterns   []multi.Pattern
	number     map[string]int
	by         [][]uint32
	plain      []uint32
}

func (d *draft) add(n uint32, p *multi.Pattern) {
	if p == nil {
		d.plain = append(d.plain, n)
		return
	}
	k := string(p.Bytes)
	switch {
	case p.Suffix:
		k = "$" + k
	case p.NoCase:
		k = "i" + k
	default:
		k = "c" + k
	}
	i, known := d.number[k]
	if !known {
		if d.number == nil {
			d.number = map[string]int{}
		}
		i = len(d.patterns)
		d.number[k] = i
		d.patterns, d.by = append(d.patterns, *p), append(d.by, nil)
	}
	d.by[i] = append(d.by[i], n)
}

func (d *draft) group() group {
	g := group{by: d.by, plain: d.plain}
	if len(d.patterns) > 0 {
		g.set = multi.New(d.patterns)
	}
	for _, p := range d.patterns {
		g.longest = max(g.longest, min(len(p.Bytes), multi.MaxLen))
	}
	return g
}
