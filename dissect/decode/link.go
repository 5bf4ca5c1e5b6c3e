package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Link types beside those that capture names.
const (
	linkPPP     capture.Link = 9
	linkRaw12   capture.Link = 12 // DLT_RAW of most systems, and that of OpenBSD: files of old tools carry it
	linkRaw14   capture.Link = 14
	linkPPPHDLC capture.Link = 50
	linkPPPoE   capture.Link = 51 // from the PPPoE header on
	linkCHDLC   capture.Link = 104
)

// EtherTypes (IEEE 802 numbers) that are looked into.
const (
	etherIPv4      = 0x0800
	etherARP       = 0x0806
	etherBridge    = 0x6558
	etherVLAN      = 0x8100
	etherIPv6      = 0x86dd
	etherQinQ      = 0x88a8
	etherQinQ1     = 0x9100
	etherMPLS      = 0x8847
	etherMPLSMulti = 0x8848
	etherPPPoEDisc = 0x8863
	etherPPPoE     = 0x8864
	etherPPP       = 0x880b
	etherBackbone  = 0x88e7 // 802.1ah I-TAG
	etherVNTag     = 0x8926
	etherETag      = 0x893f // 802.1BR
	etherNSH       = 0x894f
	etherDCE       = 0x8903
)

const maxVLANs = 3

func (d *Decoder) ethernet(l *Layers, b []byte) bool {
	if len(b) < 14 {
		return d.bad(l, ErrShort, wire.OnEthernetPacketTooSmall)
	}
	if !d.deeper(l) {
		return false
	}
	l.DstMAC, l.SrcMAC = event.MAC(b[:6]), event.MAC(b[6:12])
	typ := binary.BigEndian.Uint16(b[12:])
	b = b[14:]
	if typ < 0x600 {
		d.llc(l, b[:min(int(typ), len(b))])
	} else if !d.network(l, typ, b) {
		odd(l, wire.OnEthernetUnknownEthertype)
	}
	return true
}

// llc reads IEEE 802.2: only SNAP (RFC 1042) tells an EtherType.
func (d *Decoder) llc(l *Layers, b []byte) {
	if len(b) >= 8 && b[0]&0xfe == 0xaa && b[1]&0xfe == 0xaa && b[2] == 3 && b[3]|b[4]|b[5] == 0 {
		d.network(l, binary.BigEndian.Uint16(b[6:]), b[8:])
	}
}

// network follows an EtherType; false when nobody knows it.
func (d *Decoder) network(l *Layers, typ uint16, b []byte) bool {
	switch typ {
	case etherIPv4:
		d.ipv4(l, b)
	case etherIPv6:
		d.ipv6(l, b)
	case etherARP:
		d.arp(l, b)
	case etherVLAN, etherQinQ, etherQinQ1:
		d.vlan(l, b)
	case etherBackbone, etherVNTag, etherETag:
		d.tag(l, typ, b)
	case etherMPLS, etherMPLSMulti:
		d.mpls(l, b)
	case etherPPPoEDisc:
		d.discovery(l, b)
	case etherPPPoE:
		d.pppoe(l, b)
	case etherNSH:
		d.nsh(l, b)
	case etherDCE: // Cisco FabricPath: an outer frame of 16 bytes, the last two of which are tag
		if len(b) < 16 {
			d.bad(l, ErrShort, wire.OnDCEPacketTooSmall)
		} else {
			d.ethernet(l, b[2:])
		}
	default:
		return false
	}
	return true
}

// vlan reads IEEE 802.1Q.
func (d *Decoder) vlan(l *Layers, b []byte) {
	switch {
	case len(b) < 4:
		d.bad(l, ErrShort, wire.OnVLANHeaderTooSmall)
		return
	case l.Tags >= maxVLANs:
		d.bad(l, ErrDepth, wire.OnVLANTooManyLayers)
		return
	case !d.deeper(l):
		return
	}
	addVLAN(l, binary.BigEndian.Uint16(b)&0xfff)
	typ := binary.BigEndian.Uint16(b[2:])
	if b = b[4:]; typ < 0x600 {
		d.llc(l, b[:min(int(typ), len(b))])
	} else if !d.network(l, typ, b) {
		odd(l, wire.OnVLANUnknownType)
	}
}

func addVLAN(l *Layers, id uint16) {
	if l.VLAN == 0 {
		l.VLAN = id
	}
	if int(l.Tags) < len(l.VLANs) {
		l.VLANs[l.Tags] = id
		l.Tags++
	}
}

// tag reads IEEE 802.1ah, Cisco's VN-Tag and IEEE 802.1BR: tags of a fixed size before an EtherType.
func (d *Decoder) tag(l *Layers, typ uint16, b []byte) {
	n, short, unknown := 6, wire.OnVNTagHeaderTooSmall, wire.OnVNTagUnknownType
	switch typ {
	case etherBackbone: // I-TAG, the customer's addresses, EtherType
		n, short, unknown = 18, wire.OnBackboneHeaderTooSmall, ""
	case etherETag:
		n, short, unknown = 8, wire.OnETagHeaderTooSmall, wire.OnETagUnknownType
	}
	if len(b) < n {
		d.bad(l, ErrShort, short)
		return
	}
	if !d.deeper(l) {
		return
	}
	if typ == etherBackbone {
		l.DstMAC, l.SrcMAC = event.MAC(b[4:10]), event.MAC(b[10:16])
	}
	if !d.network(l, binary.BigEndian.Uint16(b[n-2:]), b[n:]) && unknown != "" {
		odd(l, unknown)
	}
}

// arp reads RFC 826 for IPv4 over Ethernet.
func (d *Decoder) arp(l *Layers, b []byte) {
	if len(b) < 28 {
		d.bad(l, ErrShort, wire.OnARPPacketTooSmall)
		return
	}
	op := binary.BigEndian.Uint16(b[6:])
	switch {
	case binary.BigEndian.Uint16(b) != 1:
		d.bad(l, ErrMalformed, wire.OnARPUnsupportedHardware)
	case binary.BigEndian.Uint16(b[2:]) != etherIPv4:
		d.bad(l, ErrMalformed, wire.OnARPUnsupportedProtocol)
	case b[4] != 6:
		d.bad(l, ErrMalformed, wire.OnARPInvalidHardwareSize)
	case b[5] != 4:
		d.bad(l, ErrMalformed, wire.OnARPInvalidProtocolSize)
	default:
		if op == 0 || op > 10 {
			odd(l, wire.OnARPUnsupportedOpcode)
		}
		l.Kind, l.Proto, l.L3 = ARP, event.ProtoARP, b[:28]
		l.ARP = event.ARP{
			Op:       op,
			Sender:   event.MAC(b[8:14]),
			SenderIP: netip.AddrFrom4([4]byte(b[14:18])),
			TargetIP: netip.AddrFrom4([4]byte(b[24:28])),
		}
	}
}
