package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// EtherTypes (IEEE 802 numbers) that are looked into.
const (
	etherIPv4  = 0x0800
	etherARP   = 0x0806
	etherVLAN  = 0x8100
	etherIPv6  = 0x86dd
	etherQinQ  = 0x88a8
	etherQinQ1 = 0x9100
	etherMPLS  = 0x8847
	etherPPPoE = 0x8864
)

// maxDepth bounds tags, labels, extension headers and tunnels of one packet, together.
const maxDepth = 24

// Decoder reads packets; it remembers fragments and must be used by one goroutine.
type Decoder struct {
	frags *fragments
	depth int
}

// NewDecoder makes a decoder that holds at most fragmentBytes of incomplete datagrams.
func NewDecoder(fragmentBytes int) *Decoder {
	return &Decoder{frags: newFragments(fragmentBytes)}
}

// Evicted is how many incomplete datagrams were given up.
func (d *Decoder) Evicted() uint64 { return d.frags.evicted }

// Decode fills l from p. On an error, l holds what was read until then and Kind says how far that is.
func (d *Decoder) Decode(p *capture.Packet, l *Layers) error {
	l.Reset(p.VLAN)
	d.depth = 0
	b := p.Data
	l.L2, l.Link = b, uint16(p.Link)
	switch p.Link {
	case capture.LinkEthernet:
		return d.ethernet(p, l, b)
	case capture.LinkRaw, capture.LinkIPv4, capture.LinkIPv6:
		return d.raw(p, l, b)
	case capture.LinkSLL:
		if len(b) < 16 {
			return ErrShort
		}
		if binary.BigEndian.Uint16(b[4:]) == 6 {
			l.SrcMAC = event.MAC(b[6:12])
		}
		return d.ether(p, l, binary.BigEndian.Uint16(b[14:]), b[16:])
	case capture.LinkSLL2:
		if len(b) < 20 {
			return ErrShort
		}
		if b[11] == 6 {
			l.SrcMAC = event.MAC(b[12:18])
		}
		return d.ether(p, l, binary.BigEndian.Uint16(b), b[20:])
	case capture.LinkNull, capture.LinkLoop:
		if len(b) < 4 {
			return ErrShort
		}
		return d.raw(p, l, b[4:]) // the family's value differs between systems; the version nibble does not
	}
	return ErrLink
}

func (d *Decoder) raw(p *capture.Packet, l *Layers, b []byte) error {
	if len(b) == 0 {
		return ErrShort
	}
	switch b[0] >> 4 {
	case 4:
		return d.ipv4(p, l, b)
	case 6:
		return d.ipv6(p, l, b)
	}
	return nil
}

func (d *Decoder) ethernet(p *capture.Packet, l *Layers, b []byte) error {
	if len(b) < 14 {
		return ErrShort
	}
	l.DstMAC, l.SrcMAC = event.MAC(b[:6]), event.MAC(b[6:12])
	return d.ether(p, l, binary.BigEndian.Uint16(b[12:]), b[14:])
}

// ether follows an EtherType; below 0x600 it is a length of IEEE 802.2, which carries no IP here.
func (d *Decoder) ether(p *capture.Packet, l *Layers, typ uint16, b []byte) error {
	switch typ {
	case etherIPv4:
		return d.ipv4(p, l, b)
	case etherIPv6:
		return d.ipv6(p, l, b)
	case etherARP:
		return arp(l, b)
	case etherVLAN, etherQinQ, etherQinQ1:
		return d.vlan(p, l, b)
	case etherMPLS:
		return d.mpls(p, l, b)
	case etherPPPoE:
		return d.pppoe(p, l, b)
	}
	return nil
}

func (d *Decoder) deeper() bool {
	d.depth++
	return d.depth > maxDepth
}

func (d *Decoder) vlan(p *capture.Packet, l *Layers, b []byte) error {
	if len(b) < 4 {
		return ErrShort
	}
	if d.deeper() {
		return ErrDepth
	}
	id := binary.BigEndian.Uint16(b) & 0xfff
	if l.VLAN == 0 {
		l.VLAN = id
	}
	if int(l.Tags) < len(l.VLANs) {
		l.VLANs[l.Tags] = id
		l.Tags++
	}
	return d.ether(p, l, binary.BigEndian.Uint16(b[2:]), b[4:])
}

// mpls goes to the bottom of the label stack (RFC 3032 §2.1) and looks for IP there.
func (d *Decoder) mpls(p *capture.Packet, l *Layers, b []byte) error {
	for len(b) >= 4 {
		bottom := b[2]&1 != 0
		b = b[4:]
		if bottom {
			return d.raw(p, l, b)
		}
		if d.deeper() {
			return ErrDepth
		}
	}
	return ErrShort
}

// pppoe reads a session packet (RFC 2516 §4) with IP inside.
func (d *Decoder) pppoe(p *capture.Packet, l *Layers, b []byte) error {
	if len(b) < 8 {
		return ErrShort
	}
	switch binary.BigEndian.Uint16(b[6:]) {
	case 0x0021:
		return d.ipv4(p, l, b[8:])
	case 0x0057:
		return d.ipv6(p, l, b[8:])
	}
	return nil
}

// arp reads RFC 826 for IPv4 over Ethernet.
func arp(l *Layers, b []byte) error {
	if len(b) < 8 {
		return ErrShort
	}
	if binary.BigEndian.Uint32(b) != 0x00010800 || b[4] != 6 || b[5] != 4 {
		return nil
	}
	if len(b) < 28 {
		return ErrShort
	}
	l.Kind, l.Proto, l.L3 = ARP, event.ProtoARP, b[:28]
	l.ARP = event.ARP{
		Op:       binary.BigEndian.Uint16(b[6:]),
		Sender:   event.MAC(b[8:14]),
		SenderIP: netip.AddrFrom4([4]byte(b[14:18])),
		TargetIP: netip.AddrFrom4([4]byte(b[24:28])),
	}
	return nil
}
