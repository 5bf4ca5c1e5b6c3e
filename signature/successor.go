package signature

import "slices"

// identity is what a rule keeps when rules are read again.
type identity struct{ gid, sid, rev uint32 }

func (s *sig) identity() identity { return identity{s.GID, s.SID, s.Rev} }

// follow notes which rules were in use before, nil for none: what those have told of a flow is not told again.
func (r *Ruleset) follow(old *Ruleset) {
	r.generation = 1
	if old != nil {
		r.generation = old.generation + 1
		r.numbers = make(map[identity]uint32, len(r.sigs))
	}
	for i := range r.sigs {
		s := &r.sigs[i]
		if s.since = r.generation; old != nil {
			r.numbers[s.identity()] = uint32(i)
		}
	}
	if old == nil {
		return
	}
	for i := range old.sigs {
		if n, still := r.numbers[old.sigs[i].identity()]; still {
			r.sigs[n].since = old.sigs[i].since
		}
	}
}

// renumber gives the numbers in r of those rules of another set that it has, too, in place.
func (r *Ruleset) renumber(of *Ruleset, list []uint32) []uint32 {
	kept := list[:0]
	for _, n := range list {
		if i, still := r.numbers[of.sigs[n].identity()]; still && !slices.Contains(kept, i) {
			kept = append(kept, i)
		}
	}
	return kept
}
