package event

import (
	"fmt"
	"net/netip"
)

// MAC is an IEEE 802 48-bit address; the zero value means unknown.
type MAC [6]byte

// IsZero reports whether the address is unknown.
func (m MAC) IsZero() bool { return m == MAC{} }

// Multicast reports the group bit (broadcast included).
func (m MAC) Multicast() bool { return m[0]&1 != 0 }

// String is the lower-case colon form, or "" when unknown.
func (m MAC) String() string {
	if m.IsZero() {
		return ""
	}
	var b [3*len(m) - 1]byte
	return string(m.AppendTo(b[:0]))
}

// AppendTo appends the lower-case colon form to b.
func (m MAC) AppendTo(b []byte) []byte {
	const digits = "0123456789abcdef"
	for i, x := range m {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, digits[x>>4], digits[x&15])
	}
	return b
}

// MarshalText implements encoding.TextMarshaler.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts colon or hyphen form and the empty string.
func (m *MAC) UnmarshalText(b []byte) error {
	v, err := ParseMAC(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// ParseMAC reads "aa:bb:cc:dd:ee:ff", "aa-bb-cc-dd-ee-ff" or "aabb.ccdd.eeff"; "" gives the zero MAC.
func ParseMAC(s string) (MAC, error) {
	var m MAC
	if s == "" {
		return m, nil
	}
	n := 0
	for i := range len(s) {
		d, ok := hexDigit(s[i])
		if !ok {
			if s[i] == ':' || s[i] == '-' || s[i] == '.' {
				continue
			}
			return MAC{}, fmt.Errorf("MAC address %q: unexpected character %q; write it as 00:11:22:33:44:55", s, s[i])
		}
		if n >= 12 {
			return MAC{}, fmt.Errorf("MAC address %q is longer than 6 bytes", s)
		}
		m[n/2] = m[n/2]<<4 | d
		n++
	}
	if n != 12 {
		return MAC{}, fmt.Errorf("MAC address %q is not 6 bytes; write it as 00:11:22:33:44:55", s)
	}
	return m, nil
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// Endpoint is one side of a conversation as the packets showed it (OCSF network_endpoint).
type Endpoint struct {
	IP   netip.Addr `json:"ip,omitzero"`
	Port uint16     `json:"port,omitempty"` // TCP/UDP port; ICMP: type<<8|code on the source side
	MAC  MAC        `json:"mac,omitzero"`   // Ethernet address seen on the sensor's segment; a router's beyond it
}

// Proto is the IANA protocol number of the layer over IP; ProtoARP stands outside of that range.
type Proto uint16

// Protocols that the sensor names.
const (
	ProtoICMP   Proto = 1
	ProtoTCP    Proto = 6
	ProtoUDP    Proto = 17
	ProtoICMPv6 Proto = 58
	ProtoARP    Proto = 0x0806
)

// String is Zeek's lower-case name, or the number.
func (p Proto) String() string {
	switch p {
	case ProtoICMP, ProtoICMPv6:
		return "icmp"
	case ProtoTCP:
		return "tcp"
	case ProtoUDP:
		return "udp"
	case ProtoARP:
		return "arp"
	}
	return fmt.Sprintf("ip-%d", uint16(p))
}

// Conn is the conversation of an event: Src is the side that opened it (the
// client), Dst the other; a mid-stream flow guesses by port and says so in
// NetworkActivity.Midstream.
type Conn struct {
	Src    Endpoint  `json:"src_endpoint,omitzero"`
	Dst    Endpoint  `json:"dst_endpoint,omitzero"`
	Proto  Proto     `json:"proto,omitempty"`
	VLAN   uint16    `json:"vlan,omitempty"`    // outer 802.1Q id, 0 = untagged
	Inner  [2]uint16 `json:"-"`                 // 802.1Q ids within it, from the outside in, of the flow's first packet; 0 = none
	FlowID uint64    `json:"flow_id,omitempty"` // the same for all events of one flow in one sensor run
}

// Tuple gives access to the conversation of any event.
func (c *Conn) Tuple() *Conn { return c }
