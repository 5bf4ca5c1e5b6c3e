// Package decode reads the link, network and transport headers of one packet without copying, and puts fragments together.
package decode

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// Kind says up to where a packet could be read.
type Kind uint8

// Kinds.
const (
	None     Kind = iota // not IP and not ARP: nothing more is known of it
	ARP                  // Layers.ARP is valid
	IP                   // another protocol over IP
	Fragment             // a piece whose datagram is not whole yet
	TCP                  // Ports, Seq, Ack, Flags, Payload are valid
	UDP                  // Ports, Payload are valid
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

// Layers is what the headers of one packet say.
type Layers struct {
	Kind             Kind
	SrcMAC, DstMAC   event.MAC
	VLAN             uint16 // outer 802.1Q id, 0 = none
	Src, Dst         Addr
	Proto            event.Proto // over IP
	SrcPort, DstPort uint16
	IPLen            int // bytes of the IP datagram on the wire
	Seq, Ack         uint32
	Flags            uint8     // TCP, as event.FlagSYN …
	Type, Code       uint8     // ICMP
	ID               uint16    // ICMP echo
	Payload          []byte    // above TCP, UDP or ICMP, as far as captured
	Cut              int       // bytes of it that the capture cut off
	ARP              event.ARP // only written when Kind is ARP
}

// reset clears what decoding does not always write, field by field: a whole assignment costs more than a header.
func (l *Layers) reset(vlan uint16) {
	l.Kind, l.VLAN, l.Proto = None, vlan, 0
	l.SrcMAC, l.DstMAC = event.MAC{}, event.MAC{}
	l.SrcPort, l.DstPort = 0, 0
	l.IPLen, l.Cut, l.Payload = 0, 0, nil
	l.Seq, l.Ack, l.Flags = 0, 0, 0
	l.Type, l.Code, l.ID = 0, 0, 0
}

// Errors of a packet; they are counted, not shown.
var (
	ErrShort     = errors.New("packet ends within a header")
	ErrMalformed = errors.New("malformed header")
	ErrLink      = errors.New("unknown link type")
	ErrDepth     = errors.New("too many headers")
)
