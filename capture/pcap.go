package capture

import (
	"encoding/binary"
	"fmt"
)

// Magic numbers of pcap (draft-ietf-opsawg-pcap §4).
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34 // Kuznetzov's patch: eight more bytes in each record header
)

// pcap is the classic format.
type pcap struct {
	order  binary.ByteOrder
	little bool
	unit   int64 // nanoseconds per unit of the second time field
	header int   // bytes of a record header
	link   Link
}

func newPcap(f *File) (format, error) {
	h, err := f.take(24, "the file header")
	if err != nil {
		return nil, err
	}
	c := &pcap{order: binary.LittleEndian, little: true}
	if !c.magic(c.order.Uint32(h)) {
		c.order, c.little = binary.BigEndian, false
		if !c.magic(c.order.Uint32(h)) {
			f.offset = 0
			return nil, f.fail("not a capture: neither pcap nor pcapng (nor gzip of these)", nil)
		}
	}
	c.link = Link(c.order.Uint32(h[20:]) & 0xffff)
	return c, nil
}

func (c *pcap) magic(m uint32) bool {
	c.unit, c.header = 1000, 16
	switch m {
	case magicMicro:
	case magicNano:
		c.unit = 1
	case magicModified:
		c.header = 24
	default:
		return false
	}
	return true
}

func (c *pcap) next(f *File, p *Packet) error {
	h, err := f.take(c.header, "a packet header")
	if err != nil {
		return err
	}
	var sec, frac, length, orig uint32
	if c.little {
		sec, frac = binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:])
		length, orig = binary.LittleEndian.Uint32(h[8:]), binary.LittleEndian.Uint32(h[12:])
	} else {
		sec, frac = binary.BigEndian.Uint32(h), binary.BigEndian.Uint32(h[4:])
		length, orig = binary.BigEndian.Uint32(h[8:]), binary.BigEndian.Uint32(h[12:])
	}
	if length > maxRecord {
		f.offset -= int64(c.header)
		return f.fail(fmt.Sprintf("a packet claims %d bytes: the file is damaged", length), nil)
	}
	data, err := f.body(int(length), "a packet")
	if err != nil {
		return err
	}
	*p = Packet{Nanos: int64(sec)*1e9 + int64(frac)*c.unit, Data: data, OrigLen: max(int(orig), int(length)), Link: c.link}
	return nil
}
