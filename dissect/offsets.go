package dissect

import (
	"sync/atomic"

	"github.com/yagura-project/yagura/event"
)

// Bounds of what waits for a hole in a file to be filled; beyond them the hole counts as lost.
const (
	maxHeldFile = 4 << 20  // of one file
	maxHeldFlow = 8 << 20  // of a flow
	maxHeldAll  = 64 << 20 // of all flows of the process
	maxHoles    = 64       // of one file
)

// heldAll is what waits in all flows: many of them must not add up.
var heldAll atomic.Int64

// Offsets is a file whose bytes come at offsets, in any order and some more than once, as network file systems send
// them. What comes too early waits, within bounds, until the hole before it is filled.
type Offsets struct {
	File    *File
	Next    uint64 // offset up to which all has come, or is lost
	Again   bool   // bytes came twice
	Full    Fullness
	held    pieces
	waiting int // bytes of held
}

// Fullness says why bytes were given up that waited.
type Fullness uint8

// Reasons, the last one counts.
const (
	Room    Fullness = iota // none were
	TooMuch                 // bytes
	TooMany                 // pieces, apart from each other
)

// Starts says that the beginning was missed: the file is followed from at on and is not whole.
func (o *Offsets) Starts(at uint64) {
	if at > 0 {
		o.File.Part(at)
		o.File.lost = true // nothing says that this is where the part begins
	}
	o.Next = at
}

// Write takes bytes at an offset; b is not kept unless it comes too early.
func (o *Offsets) Write(at uint64, b []byte) {
	if at+uint64(len(b)) < at || o.File.told != nil {
		return // beyond what a file can have, or after its end
	}
	if at < o.Next {
		n := min(o.Next-at, uint64(len(b)))
		o.Again = true
		if at, b = at+n, b[n:]; len(b) == 0 {
			return
		}
	}
	if at > o.Next {
		o.hold(at, b)
		return
	}
	for len(b) > 0 { // what waits came first, however the rest of b is cut
		n := uint64(len(b))
		if len(o.held) > 0 {
			n = min(n, o.held[0].at-at)
		}
		o.File.Write(b[:n])
		o.Next += n
		o.fill()
		done := min(o.Next-at, uint64(len(b)))
		o.Again = o.Again || done > n
		at, b = o.Next, b[done:]
	}
}

// hold keeps bytes that come too early.
func (o *Offsets) hold(at uint64, b []byte) {
	n := o.held.insert(at, b)
	o.Again = o.Again || n < len(b)
	o.count(n)
	for len(o.held) > 0 && (o.waiting > maxHeldFile || o.File.flow.held > maxHeldFlow || len(o.held) > maxHoles || heldAll.Load() > maxHeldAll) {
		if o.Full = TooMuch; len(o.held) > maxHoles {
			o.Full = TooMany
		}
		o.File.flow.AddEvicted(1)
		o.skip()
	}
}

// count adds n bytes, or takes them away, to what waits.
func (o *Offsets) count(n int) {
	o.waiting += n
	o.File.flow.held += n
	heldAll.Add(int64(n))
}

// Hold asks for room for n bytes that a parser gathers over several calls, more than may be left over; false where there is none.
func (f *Flow) Hold(n int) bool {
	if f.held+n > maxHeldFlow+maxHeldFile || heldAll.Load()+int64(n) > maxHeldAll {
		f.AddEvicted(1)
		return false
	}
	f.held += n
	heldAll.Add(int64(n))
	return true
}

// Release gives room back.
func (f *Flow) Release(n int) {
	f.held -= n
	heldAll.Add(int64(-n))
}

// fill goes on with what waits, as far as it joins on.
func (o *Offsets) fill() {
	for len(o.held) > 0 && o.held[0].at <= o.Next {
		p := o.held[0]
		o.held = o.held[1:]
		o.count(-len(p.b))
		if p.end() > o.Next {
			o.File.Write(p.b[o.Next-p.at:])
			o.Next = p.end()
		}
	}
}

// skip counts the first hole as lost.
func (o *Offsets) skip() {
	o.File.Lost(o.held[0].at - o.Next)
	o.Next = o.held[0].at
	o.fill()
}

// Lost says that n bytes at an offset were lost on the wire; they count as such unless others came before them.
func (o *Offsets) Lost(at, n uint64) {
	if end := at + n; at <= o.Next && end > o.Next && o.File.told == nil {
		o.File.Lost(end - o.Next)
		o.Next = end
		o.fill()
	}
}

// Close ends the file; whole says that its end was seen.
func (o *Offsets) Close(whole bool) *event.File {
	for len(o.held) > 0 {
		o.skip()
	}
	return o.File.Close(whole)
}
