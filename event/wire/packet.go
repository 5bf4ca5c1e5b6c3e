package wire

import (
	"encoding/binary"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// Kind says up to where a packet could be read.
type Kind uint8

// Kinds.
const (
	None     Kind = iota // not IP and not ARP: nothing more is known of it
	ARP                  // Packet.ARP is valid
	IP                   // another protocol over IP
	Fragment             // a piece whose datagram is not whole yet
	TCP                  // ports, Seq, Ack, Flags, Payload are valid
	UDP                  // ports, Payload are valid
	ICMP                 // ICMP or ICMPv6: Type, Code, ID, Payload are valid
)

// Addr is an IPv6 address, or an IPv4 address mapped into it.
type Addr [16]byte

// IP converts the address.
func (a *Addr) IP() netip.Addr { return netip.AddrFrom16(*a).Unmap() }

// Group reports multicast and limited broadcast.
func (a *Addr) Group() bool {
	if binary.BigEndian.Uint64(a[:]) == 0 && binary.BigEndian.Uint32(a[8:]) == 0xffff {
		return a[12]>>4 == 0xe || binary.BigEndian.Uint32(a[12:]) == 0xffffffff
	}
	return a[0] == 0xff
}

// Packet is what the headers of one packet say. All slices point into the frame, or into the datagram that
// fragments were put together to; they are valid until the next packet.
type Packet struct {
	Kind             Kind
	SrcMAC, DstMAC   event.MAC
	VLAN             uint16 // outer 802.1Q id, 0 = none
	Src, Dst         Addr   // of the innermost IP header
	Proto            event.Proto
	SrcPort, DstPort uint16
	IPLen            int // bytes of the IP datagram on the wire
	Seq, Ack         uint32
	Flags            uint8     // TCP, as event.FlagSYN …; ECE and CWR are in L4
	Type, Code       uint8     // ICMP
	ID               uint16    // ICMP echo
	Payload          []byte    // above TCP, UDP or ICMP, as far as captured
	Cut              int       // bytes of it that the capture cut off
	ARP              event.ARP // only written when Kind is ARP

	Link  uint16    // LINKTYPE of L2: 1 Ethernet, 101 raw; of a packet out of a tunnel that of what the tunnel carried
	VLANs [3]uint16 // 802.1Q ids from the outside in, Tags of them
	Tags  uint8
	Outer *Packet // the packet whose tunnel carried this one, or the last fragment of it; it was shown before. Nil as a rule

	L2 []byte // the frame from its link header on; Ethernet when Link is 1
	L3 []byte // innermost IP header with its options (IPv4) or extension headers (IPv6), or the ARP packet
	L4 []byte // transport header with its options: TCP, UDP, ICMP, SCTP, IGMP …

	Events []Event // what is wrong with the packet or its stream; as a rule nil
	Whole  bool    // put together from fragments
}

// Reset clears what decoding does not always write, field by field: a whole assignment costs more than a header.
func (p *Packet) Reset(vlan uint16) {
	p.Kind, p.VLAN, p.Proto = None, vlan, 0
	p.SrcMAC, p.DstMAC = event.MAC{}, event.MAC{}
	p.SrcPort, p.DstPort = 0, 0
	p.IPLen, p.Cut, p.Payload = 0, 0, nil
	p.Seq, p.Ack, p.Flags = 0, 0, 0
	p.Type, p.Code, p.ID = 0, 0, 0
	p.VLANs, p.Tags, p.Outer = [3]uint16{vlan}, 0, nil
	if vlan != 0 {
		p.Tags = 1
	}
	p.L2, p.L3, p.L4, p.Events, p.Whole = nil, nil, nil, p.Events[:0], false
}

// Event is the name of an anomaly as rules write it, without its keyword: of decode-event ("ipv4.trunc_pkt") or of
// stream-event ("stream.3whs_synack_with_wrong_ack", always with that prefix).
type Event string
