package dnsmsg

import (
	"hash/maphash"
	"sync"
)

// Reader reads messages one after the other with the same memory. It is used by one goroutine.
type Reader struct {
	m     Message
	room  []byte // what a text is made in
	seed  maphash.Seed
	spell spelling
	kept  [keptTexts]string // texts lately seen, by their hash
}

// Names come again and again: in the question, in the answer's copy of it, and in each of its records.
const (
	keptTexts = 1 << 12
	keptText  = 64 // bytes, of the longest one that is kept
)

var readers = sync.Pool{New: func() any { return &Reader{seed: maphash.MakeSeed()} }}

// TakeReader gives a reader, which is given back by its Free.
func TakeReader() *Reader { return readers.Get().(*Reader) }

// Free gives the reader back; nobody may look any more at the message that it read last.
func (r *Reader) Free() { readers.Put(r) }

// Read is Parse, but for the memory: the message is valid until the next one is read, or Free. Its strings stay.
func (r *Reader) Read(b []byte) (*Message, error) {
	r.m = Message{Questions: r.m.Questions[:0], Answers: r.m.Answers[:0], Authority: r.m.Authority[:0], Additional: r.m.Additional[:0]}
	r.spell.differs = false
	err := r.parse(b, &r.m)
	return &r.m, err
}

// text makes a string of b, the same one as lately where it can; a Reader of nil makes a new one.
func (r *Reader) text(b []byte) string {
	if r == nil || len(b) > keptText {
		return string(b)
	}
	kept := &r.kept[maphash.Bytes(r.seed, b)%keptTexts]
	if *kept != string(b) {
		*kept = string(b)
	}
	return *kept
}

// spelling is nil for a Reader of nil.
func (r *Reader) spelling() *spelling {
	if r == nil {
		return nil
	}
	return &r.spell
}

// name is Name.
func (r *Reader) name(b []byte, off int) (name string, next int, err error) {
	out, next, err := appendName(r.scratch(), b, off, r.spelling())
	if err != nil {
		return "", next, err
	}
	return r.done(out), next, nil
}

// scratch is where a text is made, empty; done makes a string of it.
func (r *Reader) scratch() []byte {
	if r == nil {
		return nil
	}
	return r.room[:0]
}

func (r *Reader) done(out []byte) string {
	if r != nil {
		r.room = out
	}
	return r.text(out)
}
