package rule

// Pair is a key of metadata with its value.
type Pair struct{ Key, Value string }

// Pairs is a list of pairs that may stand in many rules, each held once.
type Pairs struct {
	of       *held
	from, to uint32 // in held.at
}

// held are the pairs of a pool, and the numbers of those of one rule after the other.
type held struct {
	all []Pair
	at  []uint32
}

// Each calls do with the pairs in the order of the rule.
func (p Pairs) Each(do func(Pair)) {
	if p.of == nil {
		return
	}
	for _, i := range p.of.at[p.from:p.to] {
		do(p.of.all[i])
	}
}

// PairPool holds pairs while rules are compiled.
type PairPool struct {
	held   *held
	number map[Pair]uint32
}

// NewPairPool makes an empty pool.
func NewPairPool() *PairPool { return &PairPool{&held{}, map[Pair]uint32{}} }

// Add appends a pair to p, which is of this pool; own makes a string that stays.
func (l *PairPool) Add(p *Pairs, x Pair, own func(string) string) {
	i, known := l.number[x]
	if !known {
		x = Pair{own(x.Key), own(x.Value)}
		i = uint32(len(l.held.all))
		l.number[x] = i
		l.held.all = append(l.held.all, x)
	}
	h, end := l.held, uint32(len(l.held.at))
	switch {
	case p.of == nil:
		p.from = end
	case p.to != end: // another rule's came in between
		h.at = append(h.at, h.at[p.from:p.to]...)
		p.from = end
	}
	h.at = append(h.at, i)
	p.of, p.to = h, uint32(len(h.at))
}
