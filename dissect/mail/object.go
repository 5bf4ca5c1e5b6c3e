package mail

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// step is what is read next of properties that pass by ([MS-OXTNEF] §2.1.3.4).
type step uint8

const (
	stepNumber step = iota // how many there are
	stepHead               // type and id
	stepKind               // of a name: number or text
	stepName               // its length
	stepCount              // of values
	stepSize               // of a value
	stepFace               // of an object: how it is to be used
	stepOver               // nothing is understood any more
)

const propAttached = 0x3701 // the object that is attached

// faces are storages and streams of OLE, as they stand before an object (MS-OLEDS: IStorage, IStream); a message is another one.
var faces = map[string]bool{
	"\x0b\x00\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46": true,
	"\x0c\x00\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46": true,
}

// objects takes what OLE has put into the properties of an attached file, as they pass by: they may be of any size.
type objects struct {
	open func() *dissect.File // nil from it: no more of them
	file *dissect.File

	step  step
	head  []byte
	skip  uint64 // bytes to pass over, after those of the file
	data  uint64 // bytes of the file that are still to come
	left  uint32 // properties behind this one
	count uint32 // values of it that are still to come
	kind  uint16 // its type
	id    uint16
	size  uint32 // of a value
	found bool   // the file is whole
}

// wants is how many bytes a step needs.
func (s step) wants() int {
	if s == stepFace {
		return 16
	}
	return 4
}

// write takes the next bytes of the properties.
func (o *objects) write(b []byte) {
	for len(b) > 0 && (o.step != stepOver || o.data > 0) {
		switch {
		case o.data > 0:
			n := int(min(o.data, uint64(len(b))))
			o.file.Write(b[:n])
			o.data, b = o.data-uint64(n), b[n:]
			o.found = o.data == 0
		case o.skip > 0:
			n := int(min(o.skip, uint64(len(b))))
			o.skip, b = o.skip-uint64(n), b[n:]
		default:
			n := min(o.step.wants()-len(o.head), len(b))
			o.head, b = append(o.head, b[:n]...), b[n:]
			if len(o.head) == o.step.wants() {
				o.next(o.head)
				o.head = o.head[:0]
			}
		}
	}
}

// next goes on from a step whose bytes are there.
func (o *objects) next(h []byte) {
	n := binary.LittleEndian.Uint32(h)
	switch o.step {
	case stepNumber:
		o.left = n
		o.property()
	case stepHead:
		o.kind, o.id, o.count = uint16(n), uint16(n>>16), 1
		if o.id < firstNamed {
			o.values()
			return
		}
		o.step, o.skip = stepKind, 16 // whose it is
	case stepKind:
		if n == 0 {
			o.skip = 4
			o.values()
		} else {
			o.step = stepName
		}
	case stepName:
		o.skip = filled(n)
		o.values()
	case stepCount:
		if o.count = n; !variable(o.kind) {
			o.skip += uint64(n) * uint64(fixed[o.kind&^propMany])
			o.property()
			return
		}
		o.value()
	case stepSize:
		if o.size = n; o.id == propAttached && o.kind == propObject && n > 16 && o.file == nil {
			o.step = stepFace
			return
		}
		o.skip = filled(n)
		o.value()
	case stepFace:
		o.skip = filled(o.size) - 16
		if faces[string(h)] {
			if o.file = o.open(); o.file != nil {
				o.data = uint64(o.size - 16)
				o.skip -= o.data
			}
		}
		o.value()
	}
}

// values goes on to the values of a property whose head was read.
func (o *objects) values() {
	switch {
	case !variable(o.kind) && fixed[o.kind&^propMany] == 0:
		o.step = stepOver
	case variable(o.kind) || o.kind&propMany != 0:
		o.step = stepCount
	default:
		o.skip += uint64(fixed[o.kind])
		o.property()
	}
}

// value goes on to the next value of no fixed size, or to the next property.
func (o *objects) value() {
	if o.count == 0 {
		o.property()
		return
	}
	o.count--
	o.step = stepSize
}

// property goes on to the next one.
func (o *objects) property() {
	if o.left == 0 {
		o.step = stepOver
		return
	}
	o.left--
	o.step = stepHead
}

// end ends the file, if there is one.
func (o *objects) end(name string) {
	if o.file == nil {
		return
	}
	if name != "" {
		o.file.Rename(name)
	}
	o.file.Close(o.found)
	o.file = nil
}

// variable tells types whose values bring their size.
func variable(kind uint16) bool {
	base := kind &^ propMany
	return base == propObject || base == propText || base == propUnicode || base == propBinary
}

// filled is a size with what fills it up to four bytes.
func filled(n uint32) uint64 { return (uint64(n) + 3) &^ 3 }
