package wire

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// Tx is one transaction of an application protocol: a request with its answer, a message, a session where there is but one.
// Its methods do nothing on a nil Tx, which parsers have where nobody inspects.
type Tx struct {
	ID     uint64  // from 0 within its flow
	App    string  // application protocol as rules name it; that of the flow when ""
	Fields []Field // in the order in which they came
	Done   [2]bool // nothing more will come in this direction
	Little bool    // the message's numbers are little-endian: for rules that ask in the byte order of DCE/RPC

	Said tree.Node // the beginning of its object in EVE, for parsers that make one anyway: Fields add what it has not

	Ask  Teller      // makes what an alert tells of it, before Said and Fields; nil: nothing of the kind
	Tale event.Event // likewise, where its parser has made it anyway; nil: it has not

	Odd, Told int  // anomalies so far, and how many of them somebody has told of
	Apart     bool // of frames alone, without a number of its own: ID is that of the one before
	Framed    int  // fields of which somebody has told the frames
	Mine      any  // the Inspector's own

	marks []mark // of the fields that are frames and have one

	Room *Room // what growing fields are made of; nil: new memory

	small []byte // of the Room: what Copy has put
	brief bool   // nobody but the Inspector keeps it
}

// Teller makes the event of a transaction as far as it is known, where an alert asks for it: transactions are many, alerts few. The event is
// read elsewhere while the transaction goes on, so that nothing of it may change.
type Teller interface{ Said() event.Event }

// Field is one value of one buffer. A buffer may have several: repeated questions, certificates, header lines, files.
type Field struct {
	Buffer Buffer
	Dir    Dir
	Open   bool   // bytes may still be added (bodies, files)
	Lost   bool   // bytes are missing within
	B      []byte // owned by the transaction, must not be changed once put; bounded by the parser
	N      uint64 // the value of a numeric buffer; of bytes that are kept in part only, or grow: how many there were
	File   *File  // of file buffers

	grown bool // B is of the transaction's Room
}

// About is what its parser tells of the transaction, nil where it does not.
func (t *Tx) About() event.Event {
	switch {
	case t == nil:
		return nil
	case t.Tale == nil && t.Ask != nil:
		return t.Ask.Said()
	}
	return t.Tale
}

// Put adds a value; b is kept, not copied: the caller hands it over.
func (t *Tx) Put(id Buffer, d Dir, b []byte) {
	if t != nil {
		t.Fields = append(t.Fields, Field{Buffer: id, Dir: d, B: b})
	}
}

// PutPart is Put for the beginning of a value that has whole bytes.
func (t *Tx) PutPart(id Buffer, d Dir, b []byte, whole int) {
	if t != nil {
		t.Fields = append(t.Fields, Field{Buffer: id, Dir: d, B: b, N: uint64(max(whole, len(b)))})
	}
}

// PutString adds a value.
func (t *Tx) PutString(id Buffer, d Dir, s string) {
	if t != nil {
		t.Fields = append(t.Fields, Field{Buffer: id, Dir: d, B: []byte(s)})
	}
}

// Copy adds a value of which the caller keeps the bytes.
func (t *Tx) Copy(id Buffer, d Dir, b []byte) {
	if t == nil {
		return
	}
	if t.small == nil && t.Room != nil {
		t.small = t.Room.take(1 << minRoom)
	}
	if len(b) > cap(t.small)-len(t.small) {
		t.Put(id, d, append([]byte{}, b...))
		return
	}
	at := len(t.small)
	t.small = append(t.small, b...)
	t.Put(id, d, t.small[at:len(t.small):len(t.small)])
}

// PutNumber adds a number.
func (t *Tx) PutNumber(id Buffer, d Dir, n uint64) {
	if t != nil {
		t.Fields = append(t.Fields, Field{Buffer: id, Dir: d, N: n})
	}
}

// Begin adds a value that grows and returns its index in Fields, -1 on a nil Tx.
func (t *Tx) Begin(id Buffer, d Dir) int {
	if t == nil {
		return -1
	}
	t.Fields = append(t.Fields, Field{Buffer: id, Dir: d, Open: true})
	return len(t.Fields) - 1
}

// Grow appends a copy of b to field i, up to limit bytes in all; what is beyond is left out.
func (t *Tx) Grow(i int, b []byte, limit int) {
	f := t.field(i)
	if f == nil {
		return
	}
	f.N += uint64(len(b))
	if room := limit - len(f.B); room < len(b) {
		b = b[:max(0, room)]
	}
	if need := len(f.B) + len(b); need > cap(f.B) { // doubling copies each byte once; append's own steps would copy it four times
		old := f.B
		f.B = append(t.Room.take(max(2*cap(old), need)), old...)
		if f.grown {
			t.Room.put(old)
		}
		f.grown = true
	}
	f.B = append(f.B, b...)
}

// End says that field i does not grow any more.
func (t *Tx) End(i int) {
	if f := t.field(i); f != nil {
		f.Open = false
	}
}

// field is nil where there is none: on a nil Tx, for -1, and once the transaction has ended and its memory is used again.
func (t *Tx) field(i int) *Field {
	if t == nil || i < 0 || i >= len(t.Fields) {
		return nil
	}
	return &t.Fields[i]
}

// Bytes is what field i holds so far, nil where there is none.
func (t *Tx) Bytes(i int) []byte {
	f := t.field(i)
	if f == nil {
		return nil
	}
	return f.B[:len(f.B):len(f.B)]
}

// Share makes field i show bytes that another field of the transaction holds.
func (t *Tx) Share(i int, b []byte) {
	if f := t.field(i); f != nil {
		f.B = b
	}
}

// Lose says that bytes are missing within field i.
func (t *Tx) Lose(i int) {
	if f := t.field(i); f != nil {
		f.Lost = true
	}
}

// Of says that field i is of a file.
func (t *Tx) Of(i int, x *File) {
	if f := t.field(i); f != nil {
		f.File = x
	}
}

// Event adds an app-layer-event by the name that rules use, with its protocol: "http.invalid_content_length".
func (t *Tx) Event(d Dir, name string) {
	if t != nil {
		t.Odd++
		t.PutString(AppEvent, d, name)
	}
}

// File is a file passing by, as rules may ask for it. Its content stands in the field's B as far as it is kept.
type File struct {
	ID        uint64 // within the flow, from 1
	Name      string // as the protocol gave it
	Size      uint64 // bytes seen so far
	Type      string // true type by content, "" not known yet
	Magic     string // what it is, as file(1) would begin to say; only where a rule asks for FileMagic
	Closed    bool   // the end was seen, or nothing more will come
	Truncated bool   // bytes are missing, or the end was not seen
	MD5       []byte // 16 bytes, once Closed and whole; else nil. As are the others
	SHA1      []byte // 20
	SHA256    []byte // 32
}

// Sides gives both directions, none on a nil Tx: for values that rules may ask for in either.
func (t *Tx) Sides() func(yield func(Dir) bool) {
	return func(yield func(Dir) bool) {
		if t != nil && yield(Orig) {
			yield(Resp)
		}
	}
}
