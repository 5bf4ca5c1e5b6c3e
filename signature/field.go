package signature

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// seen is how much of a field was looked at.
type seen struct {
	size   int // by the matcher
	judged int // when rules were last held against it
	closed bool

	fresh    bool // not looked at yet
	searched bool // what is new was searched with its twin
}

// field looks for strings in what is new in a field.
func (e *Engine) field(x *txState, i int, v *view) {
	f := &x.tx.Fields[i]
	if i >= len(x.seen) {
		x.seen = append(x.seen, seen{fresh: true})
	}
	s := &x.seen[i]
	first := s.fresh
	if s.closed || f.Open && (len(f.B) == 0 || !first && len(f.B)-s.size < bodyStep) { // an empty one must not fall out of step with its twin
		return
	}
	from := s.size
	s.fresh, s.size, s.closed = false, len(f.B), !f.Open
	if first || s.closed || s.size >= 2*s.judged {
		s.judged = s.size
		x.touched = append(x.touched, f.Buffer)
	}
	if f.Buffer == wire.AppEvent {
		e.appEvent(x, f, v)
		return
	}
	if int(f.Buffer) >= len(e.rules.buffers) || f.Dir > wire.Resp || e.rules.buffers[f.Buffer] == nil {
		return
	}
	g, twin := &e.rules.buffers[f.Buffer][f.Dir], e.twin(x, i, from)
	s = &x.seen[i]
	for k, w := range g.forms {
		news := news{from: from, first: first, searched: s.searched && len(w.transforms) == 0}
		if twin >= 0 && !news.searched && len(w.transforms) == 0 {
			if w = e.joint(g.forms[k], &e.rules.buffers[x.tx.Fields[twin].Buffer][f.Dir]); w != g.forms[k] {
				x.seen[twin].searched = true
			}
		}
		e.form(x, w, f, news, v)
	}
	s.searched = false
}

// bodyStep is by how much a body grows before rules look at it again: to search each packet's share by itself costs twice as much.
const bodyStep = 8 << 10

// smallBody is up to how many bytes no twin is looked for.
const smallBody = 256

// news is what is new in a field.
type news struct {
	from     int // where it begins
	first    bool
	searched bool // for strings, together with another field
}

// twin is a later field that holds the same bytes as field i and was looked at as far as it: the body of a message and the
// file that it is. -1: none.
func (e *Engine) twin(x *txState, i, from int) int {
	f := &x.tx.Fields[i]
	if len(f.B) < smallBody {
		return -1
	}
	for k := i + 1; k < len(x.tx.Fields); k++ {
		t := &x.tx.Fields[k]
		if len(t.B) != len(f.B) || &t.B[0] != &f.B[0] || t.Dir != f.Dir || t.Open != f.Open || int(t.Buffer) >= len(e.rules.buffers) || e.rules.buffers[t.Buffer] == nil {
			continue
		}
		for len(x.seen) <= k {
			x.seen = append(x.seen, seen{fresh: true})
		}
		if x.seen[k].size == from && !x.seen[k].closed {
			return k
		}
	}
	return -1
}

// form looks for strings in one form of a field.
func (e *Engine) form(x *txState, w *form, f *wire.Field, n news, v *view) {
	g := e.answers.group(&w.searched, "", 0, e.fits(&e.flow.dirs[f.Dir], x.flow, f.Dir))
	if n.first {
		for _, n := range g.plain {
			e.suspect(x, n, f.Dir, v)
		}
	}
	if g.set == nil && g.head == nil || n.searched {
		return
	}
	b, from, at := f.B, n.from, 0
	switch {
	case len(w.transforms) == 0:
		at = max(0, min(from-g.longest+1, len(b)))
	case f.Open:
		return
	default:
		b, from = e.transformed(w.transforms, b), 0
	}
	if g.head != nil && from < g.limit {
		e.hits.Reset()
		g.head.Scan(b, 0, &e.hits)
		e.suspects(x, &g.headBy, f.Dir, v)
	}
	if g.set != nil {
		e.hits.Reset()
		g.set.Scan(b[at:], &e.hits)
		e.suspects(x, &g.by, f.Dir, v)
	}
}

// suspects makes candidates of the rules whose strings were found.
func (e *Engine) suspects(x *txState, by *byPattern, d wire.Dir, v *view) {
	for _, id := range e.hits.IDs {
		for _, n := range by.of(id) {
			e.suspect(x, n, d, v)
		}
	}
}

// appEvent finds the rules that wait for an anomaly, by its name or its protocol alone.
func (e *Engine) appEvent(x *txState, f *wire.Field, v *view) {
	name := string(f.B)
	app, _, _ := strings.Cut(name, ".")
	for _, k := range [...]string{name, app} {
		for _, n := range e.rules.appEvents[k] {
			e.suspect(x, n, f.Dir, v)
		}
	}
}
