package capture

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// Blocks of pcapng (draft-ietf-opsawg-pcapng §4).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete, §A
	blockSimple    = 3
	blockEnhanced  = 6
	byteOrderMagic = 0x1a2b3c4d
)

// maxSeconds is in the year 2242, within what 64 bits of nanoseconds hold.
const maxSeconds = 2 * math.MaxUint32

// pcapng reads sections, each with its byte order and its interfaces.
type pcapng struct {
	order  binary.ByteOrder
	ifaces []iface
	last   int64 // time of the last packet, for simple packets, which have none
}

// iface is what an interface description says.
type iface struct {
	link    Link
	snaplen uint32
	name    string
	ticks   uint64 // per second
	offset  int64  // seconds to add
}

func (c *pcapng) next(f *File, p *Packet) error {
	for {
		typ, n, err := c.block(f)
		if err != nil {
			return err
		}
		done := false
		switch typ {
		case blockInterface:
			err = c.describe(f, n)
		case blockEnhanced, blockPacket, blockSimple:
			done, err = true, c.packet(f, p, typ, n)
		default:
			err = f.skip(n, "a block")
		}
		if err == nil {
			_, err = f.body(4, "a block's end")
		}
		if err != nil || done {
			return err
		}
	}
}

// block reads a block's head; n bytes of content and 4 of trailer follow. Sections are taken in whole.
func (c *pcapng) block(f *File) (typ uint32, n int, err error) {
	h, err := f.take(8, "a block header")
	if err != nil {
		return 0, 0, err
	}
	if binary.BigEndian.Uint32(h) == blockSection {
		return c.section(f, [4]byte(h[4:]))
	}
	if c.order == nil {
		return 0, 0, f.fail("a block stands before the section header", nil)
	}
	typ, length := c.order.Uint32(h), c.order.Uint32(h[4:])
	if length < 12 || length%4 != 0 || length > math.MaxInt32 {
		f.offset -= 8
		return 0, 0, f.fail(fmt.Sprintf("block of type %#x claims %d bytes: the file is damaged", typ, length), nil)
	}
	return typ, int(length) - 12, nil
}

func (c *pcapng) section(f *File, rawLength [4]byte) (uint32, int, error) {
	m, err := f.body(4, "a section header")
	if err != nil {
		return 0, 0, err
	}
	switch {
	case binary.LittleEndian.Uint32(m) == byteOrderMagic:
		c.order = binary.LittleEndian
	case binary.BigEndian.Uint32(m) == byteOrderMagic:
		c.order = binary.BigEndian
	default:
		return 0, 0, f.fail("the section header has no byte-order magic: the file is damaged", nil)
	}
	length := c.order.Uint32(rawLength[:])
	if length < 28 || length%4 != 0 || length > math.MaxInt32 {
		return 0, 0, f.fail(fmt.Sprintf("the section header claims %d bytes: the file is damaged", length), nil)
	}
	c.ifaces = c.ifaces[:0]
	return blockSection, int(length) - 16, nil
}

// describe reads an interface description (§4.2).
func (c *pcapng) describe(f *File, n int) error {
	if n < 8 || len(c.ifaces) >= maxIfaces {
		return f.fail("an interface description is damaged, or there are too many", nil)
	}
	keep := min(n, maxOption)
	b, err := f.body(keep, "an interface description")
	if err != nil {
		return err
	}
	i := iface{link: Link(c.order.Uint16(b)), snaplen: c.order.Uint32(b[4:]), ticks: 1e6}
	for o := b[8:]; len(o) >= 4; {
		code, l := c.order.Uint16(o), int(c.order.Uint16(o[2:]))
		if o = o[4:]; code == 0 || l > len(o) {
			break
		}
		i.option(c.order, code, o[:l])
		o = o[min(len(o), (l+3)&^3):]
	}
	c.ifaces = append(c.ifaces, i)
	return f.skip(n-keep, "an interface description")
}

func (i *iface) option(order binary.ByteOrder, code uint16, v []byte) {
	switch {
	case code == 2:
		i.name = string(v)
	case code == 9 && len(v) >= 1: // if_tsresol: power of 10, or of 2 with the top bit set
		i.ticks = resolution(v[0])
	case code == 14 && len(v) >= 8:
		i.offset = int64(order.Uint64(v))
	}
}

func resolution(v byte) uint64 {
	if v&0x80 != 0 {
		return 1 << min(v&0x7f, 63)
	}
	ticks := uint64(1)
	for range min(v, 19) {
		ticks *= 10
	}
	return ticks
}

// nanos converts a time stamp; what does not fit in 64 bits is held at the border.
func (i *iface) nanos(ts uint64) int64 {
	sec, rest := ts/i.ticks, ts%i.ticks
	hi, lo := bits.Mul64(rest, 1e9)
	frac, _ := bits.Div64(hi, lo, i.ticks)
	s := int64(min(sec, maxSeconds)) + min(max(i.offset, -maxSeconds), maxSeconds)
	return min(max(s, 0), maxSeconds)*1e9 + int64(frac)
}

// packet reads an enhanced (§4.3), simple (§4.4) or obsolete packet block.
func (c *pcapng) packet(f *File, p *Packet, typ uint32, n int) error {
	head := 20
	if typ == blockSimple {
		head = 4
	}
	if n < head {
		return f.fail("a packet block is too short: the file is damaged", nil)
	}
	h, err := f.body(head, "a packet block")
	if err != nil {
		return err
	}
	var id, length, orig uint32
	var ts uint64
	switch typ {
	case blockSimple:
		orig = c.order.Uint32(h)
		length = uint32(n - head)
		if len(c.ifaces) > 0 && c.ifaces[0].snaplen > 0 {
			length = min(length, c.ifaces[0].snaplen)
		}
		length = min(length, orig)
	case blockPacket:
		id = uint32(c.order.Uint16(h))
		ts, length, orig = c.stamp(h[4:]), c.order.Uint32(h[12:]), c.order.Uint32(h[16:])
	default:
		id = c.order.Uint32(h)
		ts, length, orig = c.stamp(h[4:]), c.order.Uint32(h[12:]), c.order.Uint32(h[16:])
	}
	if uint64(id) >= uint64(len(c.ifaces)) {
		return f.fail(fmt.Sprintf("a packet names interface %d, which is not described", id), nil)
	}
	if int64(length) > int64(n-head) || length > maxRecord {
		return f.fail(fmt.Sprintf("a packet claims %d bytes in a block of %d: the file is damaged", length, n), nil)
	}
	i := &c.ifaces[id]
	if typ != blockSimple {
		c.last = i.nanos(ts)
	}
	return c.data(f, p, i, int(length), int(orig), n-head)
}

func (c *pcapng) stamp(b []byte) uint64 {
	return uint64(c.order.Uint32(b))<<32 | uint64(c.order.Uint32(b[4:]))
}

// data takes the packet with its padding, its options and the block's end in one piece, so that Data stays valid.
func (c *pcapng) data(f *File, p *Packet, i *iface, length, orig, rest int) error {
	if rest > bufferSize-4 {
		return f.fail(fmt.Sprintf("a packet block has %d bytes: the file is damaged", rest), nil)
	}
	b, _ := f.in.Peek(rest + 4)
	if len(b) < length {
		return f.missing("a packet", length-len(b))
	}
	*p = Packet{Nanos: c.last, Data: b[:length:length], OrigLen: max(orig, length), Link: i.link, Iface: i.name}
	return f.skip(rest, "a packet block")
}
