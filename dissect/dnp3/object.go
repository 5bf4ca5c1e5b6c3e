package dnp3

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of one message; beyond them it is not read on. Those of rules are Suricata's.
const (
	maxObjects = 2048
	maxPoints  = 16384
	maxTold    = 1024 // points in a record
)

// reader reads the objects of a message.
type reader struct {
	tx       *wire.Tx
	dir      dissect.Dir
	function byte
	detail   bool
	told     []tree.Node
	points   int
	shown    int
}

// object is an object header (§4.2.2.7).
type object struct {
	group, variation, qualifier byte
	start, stop, count          uint32
}

func (o *object) prefix() byte { return o.qualifier >> 4 & 7 }
func (o *object) span() byte   { return o.qualifier & 15 }

// objects reads all of them, and reports whether they could be read to the end.
func (r *reader) objects(b []byte) bool {
	for n := 0; len(b) > 0; n++ {
		if n == maxObjects {
			r.tx.Event(r.dir, "dnp3.too_many_objects")
			return false
		}
		o, rest, ok := readObject(b)
		if !ok {
			return false
		}
		r.tx.PutNumber(wire.DNP3Object, r.dir, uint64(o.group)<<8|uint64(o.variation))
		if r.points += int(min(o.count, maxPoints+1)); r.points > maxPoints {
			r.tx.Event(r.dir, "dnp3.too_many_points")
			return false
		}
		list, rest, ok := r.values(&o, rest)
		r.show(&o, list)
		if !ok {
			return false
		}
		b = rest
	}
	return true
}

// readObject reads a header and its range.
func readObject(b []byte) (o object, rest []byte, ok bool) {
	if len(b) < 3 || b[2]&0x80 != 0 {
		return o, nil, false
	}
	o.group, o.variation, o.qualifier = b[0], b[1], b[2]
	b = b[3:]
	number := func(size int) uint32 {
		if len(b) < size {
			ok = false
			return 0
		}
		var x [4]byte
		copy(x[:], b[:size])
		b = b[size:]
		return binary.LittleEndian.Uint32(x[:])
	}
	ok = true
	switch c := o.span(); c {
	case 0, 1, 2: // from and to
		o.start, o.stop = number(1<<c), number(1<<c)
		if ok = ok && o.stop >= o.start; ok {
			o.count = o.stop - o.start + 1
			if o.count == 0 {
				o.count = 1<<32 - 1
			}
		}
	case 6: // everything
	case 7, 8, 9: // how many
		o.count = number(1 << (c - 7))
	case 11: // how many, each with its size
		o.count = number(1)
	default:
		return o, nil, false
	}
	return o, b, ok
}

// carries reports whether data stand behind the headers of a request.
func (r *reader) carries(o *object) bool {
	switch f := r.function; {
	case f >= 129, f >= 2 && f <= 6, f == 12, f >= 25 && f <= 33:
		return true
	default:
		return o.prefix() >= 4
	}
}

// values reads the points behind a header.
func (r *reader) values(o *object, b []byte) (list []tree.Node, rest []byte, ok bool) {
	l, known := layouts[[2]byte{o.group, o.variation}]
	data := r.carries(o)
	if data && known && l.bits > 0 && o.prefix() == 0 {
		return r.bits(o, l.bits, b)
	}
	size, prefixed := [8]int{0, 1, 2, 4, 1, 2, 4, 0}[o.prefix()], o.prefix()
	if prefixed == 7 {
		return nil, nil, false
	}
	for i := range o.count {
		if len(b) < size {
			return list, nil, false
		}
		var x [4]byte
		copy(x[:], b[:size])
		prefix := binary.LittleEndian.Uint32(x[:])
		b = b[size:]
		length := 0
		switch {
		case prefixed >= 4:
			length = int(min(prefix, maxMessage))
		case data && !known:
			r.tx.Event(r.dir, "dnp3.unknown_object")
			return list, nil, false
		case data:
			length = l.size(o)
		}
		if len(b) < length {
			return list, nil, false
		}
		if r.telling() {
			list = append(list, point(o, &l, i, prefix, b[:length]))
		}
		b = b[length:]
	}
	return list, b, true
}

// bits reads points of one or two bits each.
func (r *reader) bits(o *object, width int, b []byte) (list []tree.Node, rest []byte, ok bool) {
	per := uint32(8 / width)
	n := (o.count + per - 1) / per
	if uint32(len(b)) < n {
		return nil, nil, false
	}
	for i := range o.count {
		if !r.telling() {
			break
		}
		v := b[i/per] >> (i % per * uint32(width)) & (1<<width - 1)
		list = append(list, tree.Of("", tree.Num("prefix", 0), tree.Num("index", o.start+i), tree.Num("state", v)))
	}
	return list, b[n:], true
}

// telling reports whether one more point is told.
func (r *reader) telling() bool {
	if !r.detail || r.shown >= maxTold {
		return false
	}
	r.shown++
	return true
}

func (r *reader) show(o *object, points []tree.Node) {
	if !r.detail {
		return
	}
	n := tree.Of("", tree.Num("group", o.group), tree.Num("variation", o.variation), tree.Num("qualifier", o.qualifier), tree.Num("prefix_code", o.prefix()),
		tree.Num("range_code", o.span()), tree.Num("start", o.start), tree.Num("stop", o.stop), tree.Num("count", o.count))
	if len(points) > 0 {
		n.Add(tree.All("points", points...))
	}
	r.told = append(r.told, n)
}
