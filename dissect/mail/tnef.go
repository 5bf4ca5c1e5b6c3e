package mail

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/yagura-project/yagura/dissect"
)

// Attributes of a TNEF stream ([MS-OXTNEF] §2.1.3.3), such as Outlook sends as winmail.dat.
const (
	tnefSignature = 0x223e9f78
	attData       = 0x800f // content of a file
	attTitle      = 0x8010 // its name, short
	attRendering  = 0x9002 // another file begins
	attProperties = 0x9005 // of a file: its long name among them
)

const (
	tnefStart = 6        // signature and key
	tnefHead  = 9        // level, id, type, length
	tnefSum   = 2        // behind each attribute
	tnefKept  = 16 << 10 // bytes of an attribute that is not content
	tnefDepth = 8        // messages attached to one another
)

// tnef takes the files out of a stream as it passes by.
type tnef struct {
	open   func(name string) *dissect.File // nil: no more of them
	file   *dissect.File
	named  string
	long   bool // named is the long name
	head   []byte
	begun  bool
	done   bool // what comes is not understood
	id     uint16
	left   uint64 // bytes of the attribute that are still to come
	kept   []byte // of one that is not content
	depth  int    // of messages that are attached to one another
	within *tnef  // a message that is attached; nil: none at hand
	object objects
	seen   int // bytes of its signature that the last piece ended with
}

// tnefPart tells a part that holds such a stream.
func tnefPart(media, name string) bool {
	return strings.HasSuffix(media, "ms-tnef") || strings.EqualFold(name, "winmail.dat")
}

// write takes the next bytes.
func (x *tnef) write(b []byte) {
	for len(b) > 0 && !x.done {
		if x.left > 0 {
			n := int(min(x.left, uint64(len(b))))
			x.content(b[:n])
			if x.left -= uint64(n); x.left == 0 {
				x.attribute()
			}
			b = b[n:]
			continue
		}
		want := tnefHead
		switch {
		case !x.begun:
			want = tnefStart
		case x.id != 0:
			want += tnefSum
		}
		n := min(want-len(x.head), len(b))
		x.head, b = append(x.head, b[:n]...), b[n:]
		if len(x.head) == want {
			x.next(x.head)
			x.head = x.head[:0]
		}
	}
}

// next reads what stands before an attribute: the beginning of the stream, or the sum of the last one and its own head.
func (x *tnef) next(h []byte) {
	if !x.begun {
		x.begun = true
		x.done = binary.LittleEndian.Uint32(h) != tnefSignature
		return
	}
	h = h[len(h)-tnefHead:]
	x.id, x.left = binary.LittleEndian.Uint16(h[1:]), uint64(binary.LittleEndian.Uint32(h[5:]))
	if h[0] != 1 && h[0] != 2 || x.id == 0 { // of the message, of a file
		x.end(false)
		x.done = true
		return
	}
	x.kept = x.kept[:0]
	switch x.id {
	case attRendering:
		x.end(true)
	case attProperties:
		x.object = objects{open: func() *dissect.File { return x.open(x.named) }}
	case attData:
		if x.file == nil {
			if x.file = x.open(x.named); x.file == nil {
				x.done = true
				return
			}
		}
	}
	if x.left == 0 {
		x.attribute()
	}
}

// content takes bytes of an attribute.
func (x *tnef) content(b []byte) {
	switch x.id {
	case attData:
		x.file.Write(b)
	case attTitle, attProperties:
		if x.id == attProperties {
			x.message(b)
			x.object.write(b)
		}
		x.kept = append(x.kept, b[:min(len(b), tnefKept-len(x.kept))]...)
	}
}

// message takes bytes of properties where one of them is a message with its own stream ([MS-OXTNEF] §2.1.3.3.15).
func (x *tnef) message(b []byte) {
	const signature = "\x78\x9f\x3e\x22"
	for x.within == nil && len(b) > 0 && x.depth < tnefDepth {
		switch {
		case b[0] == signature[x.seen]:
			x.seen++
		case b[0] == signature[0]:
			x.seen = 1
		default:
			x.seen = 0
		}
		if b = b[1:]; x.seen == len(signature) {
			x.seen = 0
			x.within = &tnef{open: x.open, depth: x.depth + 1, head: []byte(signature)}
		}
	}
	if x.within != nil {
		x.within.write(b)
	}
}

// attribute ends one.
func (x *tnef) attribute() {
	if x.seen = 0; x.within != nil {
		x.within.end(true)
		x.within = nil
	}
	name := ""
	switch x.id {
	case attTitle:
		if !x.long {
			name = string(bytes.TrimRight(x.kept, "\x00"))
		}
	case attProperties:
		name = longName32(x.kept)
		x.long = x.long || name != ""
		x.object.end(name)
	}
	if name == "" {
		return
	}
	if x.named = name; x.file != nil {
		x.file.Rename(name)
	}
}

// end ends the file at hand, if there is one.
func (x *tnef) end(whole bool) {
	if x.file != nil {
		x.file.Close(whole && (x.left == 0 || x.id != attData))
	}
	if x.within != nil {
		x.within.end(whole)
	}
	x.object.end(x.named)
	x.file, x.within, x.named, x.long = nil, nil, "", false
}

// Property types and ids of MAPI ([MS-OXCDATA] §2.11.1, [MS-OXCMSG] §2.2.2.10, §2.2.2.11).
const (
	propLongName = 0x3707
	propObject   = 0x000d
	propText     = 0x001e
	propUnicode  = 0x001f
	propBinary   = 0x0102
	propMany     = 0x1000 // several values
	firstNamed   = 0x8000 // id from which on a property brings its name
)

// fixed are the types whose values have a size of their own, as they stand in a stream.
var fixed = map[uint16]int{0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000a: 4, 0x000b: 4, 0x0014: 8, 0x0040: 8, 0x0048: 16}

// longName32 finds the long name of a file among its properties ([MS-OXTNEF] §2.1.3.4).
func longName32(b []byte) string {
	r := props{b}
	for n := r.u32(); n > 0 && len(r.b) > 0; n-- {
		head := r.u32()
		kind, id := uint16(head), uint16(head>>16)
		if id >= firstNamed {
			r.take(16) // whose it is
			if r.u32() == 0 {
				r.u32()
			} else {
				r.padded(r.u32())
			}
		}
		count := uint32(1)
		base := kind &^ propMany
		variable := base == propObject || base == propText || base == propUnicode || base == propBinary
		if variable || kind&propMany != 0 {
			count = r.u32()
		}
		for ; count > 0 && len(r.b) > 0; count-- {
			if !variable {
				if fixed[base] == 0 {
					return ""
				}
				r.take(uint32(fixed[base]))
				continue
			}
			value := r.padded(r.u32())
			if id != propLongName {
				continue
			}
			if base == propUnicode {
				return unicode16(value)
			}
			return string(bytes.TrimRight(value, "\x00"))
		}
	}
	return ""
}

func unicode16(b []byte) string {
	u := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		u = append(u, binary.LittleEndian.Uint16(b))
	}
	return strings.TrimRight(string(utf16.Decode(u)), "\x00")
}

// props are properties one behind the other; what is beyond the end is nothing.
type props struct{ b []byte }

func (r *props) take(n uint32) []byte {
	n = min(n, uint32(len(r.b)))
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *props) u32() uint32 {
	if v := r.take(4); len(v) == 4 {
		return binary.LittleEndian.Uint32(v)
	}
	return 0
}

// padded takes a value and what fills it up to four bytes.
func (r *props) padded(n uint32) []byte {
	v := r.take(n)
	r.take(-n & 3)
	return v
}
