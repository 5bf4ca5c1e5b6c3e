// Package dhcpv6 reads DHCP for IPv6 (RFC 8415): who asks, by which DUID and name, and which addresses it is given.
package dhcpv6

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is DHCPv6 over UDP, between clients, relays and servers.
var Protocol = dissect.Protocol{
	Name:      "dhcpv6",
	Spec:      "RFC 8415, RFC 3646, RFC 4649, RFC 4704",
	UDP:       []uint16{547, 546},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f} },
}

var errMessage = errors.New("dhcpv6: malformed message")

// messages are the types of RFC 8415 §7.3.
var messages = []string{"", "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE", "RECONFIGURE",
	"INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL"}

const (
	msgRelayForw = 12
	msgRelayRepl = 13
	headLen      = 4  // type, transaction id: §8
	relayLen     = 34 // type, hops, link address, peer address: §9
	maxRelays    = 8
)

// probe wants a type and, behind the header, an option that fits.
func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if !udp || len(b) < headLen+4 || b[0] == 0 || b[0] > msgRelayRepl {
		return dissect.No
	}
	at := headLen
	if b[0] >= msgRelayForw {
		at = relayLen
	}
	if len(b) < at+4 || binary.BigEndian.Uint16(b[at:]) > 150 || int(binary.BigEndian.Uint16(b[at+2:])) > len(b)-at-4 {
		return dissect.No
	}
	return dissect.Yes
}

type parser struct{ f *dissect.Flow }

// Datagram reads one message; what relays wrapped around it is read, too.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	a := &event.DHCPActivity{Header: p.f.Head(), Conn: p.f.Conn}
	for n := 0; len(b) >= relayLen && b[0] >= msgRelayForw; n++ {
		if n >= maxRelays {
			return errMessage
		}
		in, err := relayed(a, b)
		if err != nil {
			return err
		}
		b = in
	}
	if len(b) < headLen || b[0] == 0 || b[0] >= msgRelayForw {
		return errMessage
	}
	a.Message = messages[b[0]]
	a.XID = binary.BigEndian.Uint32(b) & 0xffffff
	// The client is Src whoever was first seen to speak: a question to a group is a flow of its own.
	if a.FromServer() != (dir == dissect.Resp) {
		a.Src, a.Dst = a.Dst, a.Src
	}
	if err := options(b[headLen:], func(code uint16, v []byte) { read(a, code, v) }); err != nil {
		return err
	}
	p.f.Emit(a)
	return nil
}

// Close has nothing open to emit.
func (p *parser) Close() {}
