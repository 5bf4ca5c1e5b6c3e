package keyword

import "strings"

// slab gives room for values that live as long as the rules. Rules are made of some hundred thousand small values; one by one each
// would be marked by the garbage collector again and again, and rounded up to a size of its own.
type slab[T any] struct {
	room []T // what is left of the last piece
	last int // length of that
	most int // the longest piece; 0: mostPiece
}

// Lengths of a slab's pieces: one rule by itself needs little.
const (
	firstPiece = 8
	mostPiece  = 256
)

// take gives n values.
func (s *slab[T]) take(n int) []T {
	if n > len(s.room) {
		s.last = min(max(2*s.last, firstPiece), max(s.most, mostPiece))
		s.room = make([]T, max(n, s.last))
	}
	list := s.room[:n:n]
	s.room = s.room[n:]
	return list
}

// one gives one value.
func (s *slab[T]) one() *T { return &s.take(1)[0] }

// keep gives a copy of a list; nil of an empty one.
func (s *slab[T]) keep(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	kept := s.take(len(list))
	copy(kept, list)
	return kept
}

// letters give room for strings.
type letters struct {
	room strings.Builder
	last int // length of the last piece
}

// mostBytes is the longest piece that bytes are kept in.
const mostBytes = 32 << 10

// keep gives a copy of a string.
func (l *letters) keep(s string) string {
	if l.room.Cap()-l.room.Len() < len(s) {
		l.room = strings.Builder{}
		l.last = min(max(2*l.last, mostPiece), mostBytes)
		l.room.Grow(max(l.last, len(s)))
	}
	from := l.room.Len()
	l.room.WriteString(s)
	return l.room.String()[from:]
}
