package decode

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of one packet.
const (
	maxLayers = 16 // headers that are not extension headers, tunnels with what they carry included
	maxOuter  = 8  // packets that carry one another
)

// Decoder reads packets; it remembers fragments and must be used by one goroutine.
type Decoder struct {
	frags  *fragments
	depth  int
	beyond int   // bytes that the capture cut off the frame
	now    int64 // ns
	err    error // the first thing that was wrong with the packet
	outer  [maxOuter]Layers
	outers int
}

// NewDecoder makes a decoder that holds at most fragmentBytes of incomplete datagrams.
func NewDecoder(fragmentBytes int) *Decoder {
	return &Decoder{frags: newFragments(fragmentBytes)}
}

// Take sets who says whose bytes a receiver takes where fragments overlap, asked once for each datagram in fragments; without it BSD's policy holds.
func (d *Decoder) Take(of func(dst *Addr) Policy) { d.frags.of = of }

// Evicted is how many incomplete datagrams were given up.
func (d *Decoder) Evicted() uint64 { return d.frags.evicted }

// Outer are the packets that carried the last one, from the outside in: those of tunnels, and the fragment that made a
// datagram whole. They are valid until the next packet.
func (d *Decoder) Outer() []Layers { return d.outer[:d.outers] }

// Reads reports whether packets of that link type can be read at all.
func Reads(link capture.Link) bool {
	var d Decoder
	var l Layers
	return !errors.Is(d.Decode(&capture.Packet{Link: link}, &l), ErrLink)
}

// Decode fills l from p. On an error, l holds what was read until then, Kind says how far that is, and Events what is wrong.
func (d *Decoder) Decode(p *capture.Packet, l *Layers) error {
	l.Reset(p.VLAN)
	d.depth, d.outers, d.err, d.now = 0, 0, nil, p.Nanos
	d.beyond = p.OrigLen - len(p.Data)
	b := p.Data
	l.L2, l.Link = b, uint16(p.Link)
	switch p.Link {
	case capture.LinkEthernet:
		d.ethernet(l, b)
	case capture.LinkRaw, capture.LinkIPv4, capture.LinkIPv6, linkRaw12, linkRaw14:
		d.raw(l, b)
	case capture.LinkSLL:
		d.sll(l, b)
	case capture.LinkSLL2:
		d.sll2(l, b)
	case capture.LinkNull, capture.LinkLoop:
		d.null(l, b)
	case linkPPP, linkPPPHDLC:
		d.ppp(l, b)
	case linkPPPoE:
		d.pppoe(l, b)
	case linkCHDLC:
		d.chdlc(l, b)
	default:
		return ErrLink
	}
	return d.err
}

// bad says that a header cannot be read any further, and why.
func (d *Decoder) bad(l *Layers, err error, e wire.Event) bool {
	odd(l, e)
	return d.fail(err)
}

// odd says that something is wrong that does not hinder; once is enough.
func odd(l *Layers, e wire.Event) {
	if !slices.Contains(l.Events, e) {
		l.Events = append(l.Events, e)
	}
}

// deeper counts a header; false when there are too many.
func (d *Decoder) deeper(l *Layers) bool {
	d.depth++
	if d.depth >= maxLayers {
		return d.bad(l, ErrDepth, wire.OnTooManyLayers)
	}
	return true
}

// push keeps l as a packet that carries another one, which is read into l next.
func (d *Decoder) push(l *Layers) bool {
	if d.outers == maxOuter || !d.deeper(l) {
		return false
	}
	o := &d.outer[d.outers]
	events := o.Events[:0]
	*o = *l
	d.outers++
	l.Events, l.Outer = events, o
	l.Kind, l.L3, l.L4, l.Payload, l.Cut = None, nil, nil, nil, 0
	l.SrcPort, l.DstPort, l.Seq, l.Ack, l.Flags = 0, 0, 0, 0, 0
	l.Type, l.Code, l.ID, l.Whole = 0, 0, 0, false
	return true
}

// pop takes back what push did: what was within is not a packet.
func (d *Decoder) pop(l *Layers, to int) {
	events := l.Events
	*l = d.outer[to]
	d.outer[to].Events = events
	d.outers = to
}

// inner reads the packet that l carries, of a kind that GRE has a number for; where it is none, the outer one stands alone.
func (d *Decoder) inner(l *Layers, kind uint16, b []byte) {
	at, err := d.outers, d.err
	if !d.push(l) {
		return
	}
	l.L2, l.Link = b, uint16(capture.LinkRaw)
	if d.carried(l, kind, b) && l.Kind != None {
		return
	}
	deep := d.err == ErrDepth
	d.pop(l, at)
	if d.err = err; deep {
		d.bad(l, ErrDepth, wire.OnTooManyLayers)
	}
}

// carried reads what a tunnel says that it carries.
func (d *Decoder) carried(l *Layers, kind uint16, b []byte) bool {
	switch kind {
	case etherIPv4:
		return d.ipv4(l, b)
	case etherIPv6:
		return d.ipv6(l, b)
	case etherBridge:
		l.Link = uint16(capture.LinkEthernet)
		return d.ethernet(l, b)
	case etherPPP:
		l.Link = uint16(linkPPP)
		return d.ppp(l, b)
	case greERSPAN1, greERSPAN2, greERSPAN3:
		l.Link = uint16(capture.LinkEthernet)
		return d.mirrored(l, kind, b)
	}
	return d.network(l, kind, b)
}

// raw reads what has no header before IP.
func (d *Decoder) raw(l *Layers, b []byte) bool {
	if len(b) == 0 {
		return d.bad(l, ErrShort, wire.OnIPv4PacketTooSmall)
	}
	switch b[0] >> 4 {
	case 4:
		return d.ipv4(l, b)
	case 6:
		return d.ipv6(l, b)
	}
	return d.bad(l, ErrMalformed, wire.OnRawInvalidIPVersion)
}

// null reads the loopback of BSD: the address family stands in the byte order of the host that captured.
func (d *Decoder) null(l *Layers, b []byte) bool {
	if len(b) < 4 {
		return d.bad(l, ErrShort, wire.OnNullPacketTooSmall)
	}
	family := binary.LittleEndian.Uint32(b)
	if family > 0xffff {
		family = binary.BigEndian.Uint32(b)
	}
	switch family {
	case 2:
		return d.ipv4(l, b[4:])
	case 10, 24, 28, 30: // Linux, NetBSD, FreeBSD, Darwin
		return d.ipv6(l, b[4:])
	}
	return d.bad(l, ErrMalformed, wire.OnNullUnsupportedType)
}

// sll reads the cooked capture of Linux.
func (d *Decoder) sll(l *Layers, b []byte) bool {
	if len(b) < 16 {
		return d.bad(l, ErrShort, wire.OnSLLPacketTooSmall)
	}
	if binary.BigEndian.Uint16(b[4:]) == 6 {
		l.SrcMAC = event.MAC(b[6:12])
	}
	d.network(l, binary.BigEndian.Uint16(b[14:]), b[16:])
	return true
}

func (d *Decoder) sll2(l *Layers, b []byte) bool {
	if len(b) < 20 {
		return d.bad(l, ErrShort, wire.OnSLL2PacketTooSmall)
	}
	if b[11] == 6 {
		l.SrcMAC = event.MAC(b[12:18])
	}
	d.network(l, binary.BigEndian.Uint16(b), b[20:])
	return true
}

// chdlc reads Cisco's framing on serial lines: address, control, EtherType.
func (d *Decoder) chdlc(l *Layers, b []byte) bool {
	if len(b) < 4 {
		return d.bad(l, ErrShort, wire.OnCHDLCPacketTooSmall)
	}
	d.network(l, binary.BigEndian.Uint16(b[2:]), b[4:])
	return true
}
