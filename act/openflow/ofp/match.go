package ofp

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// classBasic is OFPXMC_OPENFLOW_BASIC (7.2.3).
const classBasic = 0x8000

// Fields of a match (7.2.3, table "Required match fields" and its optional continuation).
const (
	FieldInPort     = 0
	FieldEthDst     = 3
	FieldEthSrc     = 4
	FieldEthType    = 5
	FieldVLAN       = 6
	FieldIPProto    = 10
	FieldIPv4Src    = 11
	FieldIPv4Dst    = 12
	FieldTCPSrc     = 13
	FieldTCPDst     = 14
	FieldUDPSrc     = 15
	FieldUDPDst     = 16
	FieldARPSender  = 22
	FieldARPTarget  = 23
	FieldIPv6Src    = 26
	FieldIPv6Dst    = 27
	FieldICMPv6Type = 29
	FieldNDTarget   = 31
)

// Values of EthType and IPProto that are used here.
const (
	EthIPv4   = 0x0800
	EthARP    = 0x0806
	EthIPv6   = 0x86dd
	EthVLAN   = 0x8100
	ProtoTCP  = 6
	ProtoUDP  = 17
	ProtoICMP = 58 // ICMPv6
)

// VLANPresent is the bit that says that a frame has a VLAN tag (OFPVID_PRESENT).
const VLANPresent = 0x1000

// Field is one condition: the frame's value, where Mask has bits, equals Value.
type Field struct {
	Class uint16
	ID    uint8  // 0 to 127
	Value string // 1 to 255 bytes
	Mask  string // as long as Value, or empty = all of it
}

// Match is conditions that must all hold; their order means nothing.
type Match []Field

func basic(id uint8, value []byte) Field {
	return Field{Class: classBasic, ID: id, Value: string(value)}
}

// U8, U16 and U32 match a whole number of one, two or four bytes.
func U8(id uint8, v uint8) Field { return basic(id, []byte{v}) }

// U16 matches a number of two bytes.
func U16(id uint8, v uint16) Field { return basic(id, binary.BigEndian.AppendUint16(nil, v)) }

// U32 matches a number of four bytes.
func U32(id uint8, v uint32) Field { return basic(id, binary.BigEndian.AppendUint32(nil, v)) }

// MAC matches a hardware address.
func MAC(id uint8, mac [6]byte) Field { return basic(id, mac[:]) }

// Group matches every group address, broadcast included.
func Group() Field {
	bit := string([]byte{1, 0, 0, 0, 0, 0})
	return Field{Class: classBasic, ID: FieldEthDst, Value: bit, Mask: bit}
}

// Net matches the addresses of a prefix, IPv4 or IPv6 as the field says. The prefix must be valid.
func Net(id uint8, p netip.Prefix) Field {
	p = p.Masked()
	f := basic(id, p.Addr().AsSlice())
	if p.IsSingleIP() {
		return f
	}
	mask := make([]byte, p.Addr().BitLen()/8)
	for i := range p.Bits() {
		mask[i/8] |= 0x80 >> (i % 8)
	}
	f.Mask = string(mask)
	return f
}

// Prefix gives back what Net was made of; ok is false for other masks.
func (f Field) Prefix() (p netip.Prefix, ok bool) {
	a, ok := netip.AddrFromSlice([]byte(f.Value))
	if !ok {
		return p, false
	}
	if f.Mask == "" {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	bits := 0
	for bits < len(f.Mask)*8 && f.Mask[bits/8]&(0x80>>(bits%8)) != 0 {
		bits++
	}
	p = netip.PrefixFrom(a, bits)
	return p.Masked(), Net(f.ID, p).Mask == f.Mask
}

// Number is the value as a number; ok is false when it has more than eight bytes.
func (f Field) Number() (n uint64, ok bool) {
	for i := range len(f.Value) {
		n = n<<8 | uint64(f.Value[i])
	}
	return n, len(f.Value) <= 8
}

// Get gives a field of the basic class.
func (m Match) Get(id uint8) (Field, bool) {
	for _, f := range m {
		if f.Class == classBasic && f.ID == id {
			return f, true
		}
	}
	return Field{}, false
}

// Key is equal for equal matches, whatever order their fields are in.
func (m Match) Key() string {
	sorted := slices.Clone(m)
	slices.SortFunc(sorted, func(a, b Field) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Mask, b.Mask))
	})
	return string(sorted.fields(nil))
}

func (m Match) fields(b []byte) []byte {
	for _, f := range m {
		b = f.append(b)
	}
	return b
}

// append writes the TLV of a field (7.2.3, "OXM").
func (f Field) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, f.Class)
	id, n := f.ID<<1, len(f.Value)
	if f.Mask != "" {
		id, n = id|1, n*2
	}
	b = append(b, id, byte(n))
	b = append(b, f.Value...)
	return append(b, f.Mask...)
}

// append writes struct ofp_match: type OXM, its length without the padding, the fields.
func (m Match) append(b []byte) []byte {
	from := len(b)
	b = m.fields(append(b, 0, 1, 0, 0))
	binary.BigEndian.PutUint16(b[from+2:], uint16(len(b)-from))
	return pad(b, from)
}

func decodeMatch(c *cursor) (Match, error) {
	kind, n := c.u16(), int(c.u16())
	if kind != 1 || n < 4 {
		return nil, malformed("a match of type %d and %d bytes", kind, n)
	}
	in := &cursor{b: c.take(n - 4)}
	c.skip((8 - n%8) % 8)
	if c.short {
		return nil, malformed("a match of %d bytes ends early", n)
	}
	var m Match
	for len(in.b) > 0 {
		f, err := decodeField(in)
		if err != nil {
			return nil, err
		}
		m = append(m, f)
	}
	return m, nil
}

func decodeField(c *cursor) (Field, error) {
	f := Field{Class: c.u16()}
	id, n := c.u8(), int(c.u8())
	f.ID = id >> 1
	value := c.take(n)
	switch {
	case c.short, n == 0, id&1 == 1 && n%2 != 0:
		return f, malformed("field %d of class %#x has %d bytes", f.ID, f.Class, n)
	case id&1 == 1:
		f.Value, f.Mask = string(value[:n/2]), string(value[n/2:])
	default:
		f.Value = string(value)
	}
	return f, nil
}
