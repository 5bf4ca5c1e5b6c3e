package capture

import (
	"encoding/binary"
	"fmt"
	"strings"
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

// packer names what has packed a file that begins with h, other than gzip.
func packer(h []byte) string {
	for name, magic := range map[string]string{"bzip2": "BZh", "xz": "\xfd7zXZ\x00", "zstd": "\x28\xb5\x2f\xfd", "lz4": "\x04\x22\x4d\x18"} {
		if strings.HasPrefix(string(h), magic) {
			return name
		}
	}
	return ""
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
			if p := packer(h); p != "" {
				return nil, f.fail("packed by "+p+": unpack it first, or give it by a pipe: "+p+" -dc FILE | yagura replay -", nil)
			}
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
	var data []byte
	var length, orig uint32
	if m := f.mapped; m != nil && c.whole(m) {
		h := m.mem[m.at:]
		p.Nanos, length, orig = c.read(h)
		data = h[c.header : c.header+int(length) : c.header+int(length)]
		_, _ = m.Discard(c.header + int(length))
		Fetch(m.mem[m.at:]) // while somebody works on this one
		if far := m.at + 4*(c.header+int(length)); far < len(m.mem) {
			Fetch(m.mem[far:]) // in a transfer, packets are alike
		}
		f.offset = int64(m.at)
	} else {
		h, err := f.take(c.header, "a packet header")
		if err != nil {
			return err
		}
		p.Nanos, length, orig = c.read(h)
		if length > maxRecord {
			f.offset -= int64(c.header)
			return f.fail(fmt.Sprintf("a packet claims %d bytes: the file is damaged", length), nil)
		}
		if data, err = f.body(int(length), "a packet"); err != nil {
			return err
		}
	}
	p.Data, p.OrigLen, p.Link = data, max(int(orig), int(length)), c.link
	p.VLAN, p.Iface, p.Outgoing, p.Kept = 0, "", false, false
	return nil
}

// whole tells that a sound packet stands next; what is not goes the slow way, which says what is wrong.
func (c *pcap) whole(m *mapped) bool {
	rest := m.mem[m.at:]
	if len(rest) < c.header {
		return false
	}
	_, length, _ := c.read(rest)
	return length <= maxRecord && int(length) <= len(rest)-c.header
}

// read takes a packet's header apart: its time in ns, the bytes that follow, and how many there were on the wire.
func (c *pcap) read(h []byte) (nanos int64, length, orig uint32) {
	var sec, frac uint32
	_ = h[15]
	if c.little {
		sec, frac = binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:])
		length, orig = binary.LittleEndian.Uint32(h[8:]), binary.LittleEndian.Uint32(h[12:])
	} else {
		sec, frac = binary.BigEndian.Uint32(h), binary.BigEndian.Uint32(h[4:])
		length, orig = binary.BigEndian.Uint32(h[8:]), binary.BigEndian.Uint32(h[12:])
	}
	return int64(sec)*1e9 + int64(frac)*c.unit, length, orig
}
