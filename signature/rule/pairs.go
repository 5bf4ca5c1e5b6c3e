package rule

// Pair is a key of metadata with its value.
type Pair struct{ Key, Value string }

// Pairs is a list of pairs that may stand in many rules, each held once.
type Pairs struct {
	all *[]Pair
	at  []uint32
}

// Each calls do with the pairs in the order of the rule.
func (p Pairs) Each(do func(Pair)) {
	for _, i := range p.at {
		do((*p.all)[i])
	}
}

// PairPool holds pairs while rules are compiled.
type PairPool struct {
	all    *[]Pair
	number map[Pair]uint32
}

// NewPairPool makes an empty pool.
func NewPairPool() *PairPool { return &PairPool{&[]Pair{}, map[Pair]uint32{}} }

// Add appends a pair to p, which is of this pool; own makes a string that stays.
func (l *PairPool) Add(p *Pairs, x Pair, own func(string) string) {
	i, known := l.number[x]
	if !known {
		x = Pair{own(x.Key), own(x.Value)}
		i = uint32(len(*l.all))
		l.number[x] = i
		*l.all = append(*l.all, x)
	}
	p.all, p.at = l.all, append(p.at, i)
}
