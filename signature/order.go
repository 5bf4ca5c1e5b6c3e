package signature

import (
	"cmp"
	"slices"

	"github.com/yagura-project/yagura/signature/rule"
)

// inOrder sorts rules as they are to be evaluated: pass first, those that set bits before those that ask for them, the
// gravest first, else as they stand in their files.
func inOrder(sigs []sig) {
	levels := levelsOf(sigs)
	at := make([]int, len(sigs))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(x, y int) int {
		a, b := &sigs[x], &sigs[y]
		return cmp.Or(cmp.Compare(rank(a.Action), rank(b.Action)), cmp.Compare(levels[x], levels[y]), cmp.Compare(a.Priority, b.Priority))
	})
	sorted := make([]sig, len(sigs))
	for i, x := range at {
		sorted[i] = sigs[x]
	}
	copy(sigs, sorted)
}

func rank(a rule.Action) int {
	switch a {
	case rule.Config:
		return 0
	case rule.Pass:
		return 1
	case rule.Drop:
		return 2
	case rule.Reject:
		return 3
	}
	return 4
}

// mark names a bit or counter among all of them.
type mark struct {
	kind uint8
	name uint32
}

// maxLevel bounds chains of rules that wait for each other's bits, and so ends circles.
const maxLevel = 8

// levelsOf says for each rule how many others have to be evaluated before it, at least.
func levelsOf(sigs []sig) []int {
	levels, setter := make([]int, len(sigs)), map[mark]int{}
	for range maxLevel {
		changed := false
		for i := range sigs {
			if onlyUnsets(&sigs[i]) {
				levels[i] = maxLevel + 1
				continue
			}
			eachMark(&sigs[i], func(m mark, asks bool) {
				if l, set := setter[m]; asks && set && l+1 > levels[i] && l < maxLevel {
					levels[i], changed = l+1, true
				}
			})
			eachMark(&sigs[i], func(m mark, asks bool) {
				if l, known := setter[m]; !asks && (!known || levels[i] > l) && !readsToo(&sigs[i], m) {
					setter[m], changed = levels[i], true
				}
			})
		}
		if !changed {
			break
		}
	}
	return levels
}

// onlyUnsets tells whether a rule takes bits away and does nothing else with them: others ask first.
func onlyUnsets(s *sig) bool {
	n := 0
	for _, ops := range [][]rule.BitOp{s.FlowBits, s.XBits} {
		for _, o := range ops {
			if o.Op != rule.Unset {
				return false
			}
			n++
		}
	}
	return n > 0 && len(s.FlowInts) == 0
}

// readsToo tells whether a rule asks for the bit that it sets.
func readsToo(s *sig, m mark) (yes bool) {
	eachMark(s, func(n mark, asks bool) { yes = yes || asks && n == m })
	return yes
}

func eachMark(s *sig, do func(m mark, asks bool)) {
	for k, ops := range [][]rule.BitOp{s.FlowBits, s.XBits} {
		for _, o := range ops {
			for _, n := range o.Names {
				do(mark{uint8(k), n}, o.Op.Condition())
			}
		}
	}
	for _, o := range s.FlowInts {
		do(mark{3, o.Name}, o.Op.Condition())
	}
	for _, o := range s.Vars {
		do(mark{4, o.Name}, !o.Store)
	}
}
