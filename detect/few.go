package detect

// fewHeld is how many entries Few holds beside each other.
const fewHeld = 2

// Few is a map for those of which there are many, most of them with one or two entries: these stand in the value itself, which
// spares an allocation of ten times their size. The zero value is empty.
type Few[K comparable, V any] struct {
	n    int // of held
	held [fewHeld]entry[K, V]
	rest map[K]V // all of them, once there were more; nil before
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// Len is how many entries there are.
func (f *Few[K, V]) Len() int {
	if f.rest != nil {
		return len(f.rest)
	}
	return f.n
}

// Has reports whether there is an entry for k.
func (f *Few[K, V]) Has(k K) bool {
	if f.rest != nil {
		_, ok := f.rest[k]
		return ok
	}
	return f.find(k) != nil
}

func (f *Few[K, V]) find(k K) *entry[K, V] {
	for i := range f.held[:f.n] {
		if f.held[i].key == k {
			return &f.held[i]
		}
	}
	return nil
}

// Put sets the value of k.
func (f *Few[K, V]) Put(k K, v V) {
	switch {
	case f.rest != nil:
		f.rest[k] = v
	default:
		f.put(k, v)
	}
}

func (f *Few[K, V]) put(k K, v V) {
	if e := f.find(k); e != nil {
		e.value = v
		return
	}
	if f.n < fewHeld {
		f.held[f.n] = entry[K, V]{k, v}
		f.n++
		return
	}
	f.rest = map[K]V{k: v}
	for _, e := range f.held {
		f.rest[e.key] = e.value
	}
	f.held = [fewHeld]entry[K, V]{}
}

// Keep takes out the entries of which keep says no; it sees each once, in no order.
func (f *Few[K, V]) Keep(keep func(K, V) bool) {
	if f.rest != nil {
		for k, v := range f.rest {
			if !keep(k, v) {
				delete(f.rest, k)
			}
		}
		return
	}
	n := 0
	for _, e := range f.held[:f.n] {
		if keep(e.key, e.value) {
			f.held[n] = e
			n++
		}
	}
	clear(f.held[n:])
	f.n = n
}
