// Package dhcp reads DHCPv4 messages (RFC 2131) with the options that tell a machine's name, address and place (RFC 2132, RFC 3046, RFC 4702).
package dhcp

import (
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is DHCP over UDP, between clients, relays and servers.
var Protocol = dissect.Protocol{
	Name:      "dhcp",
	Spec:      "RFC 2131, RFC 2132, RFC 3046, RFC 3396, RFC 4702",
	UDP:       []uint16{67, 68},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f} },
}

// ErrMessage says that a datagram is no DHCP message.
var ErrMessage = errors.New("dhcp: malformed message")

const (
	headLen   = 236 // RFC 2131 §2: op … file
	cookieLen = 4
	request   = 1 // BOOTREQUEST
	reply     = 2 // BOOTREPLY
)

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp && len(b) >= headLen+cookieLen && (b[0] == request || b[0] == reply) && hasCookie(b) {
		return dissect.Yes
	}
	return dissect.No
}

// hasCookie checks the magic cookie of RFC 2131 §3.
func hasCookie(b []byte) bool { return string(b[headLen:headLen+cookieLen]) == "\x63\x82\x53\x63" }

type parser struct{ f *dissect.Flow }

// Datagram reads one message; those without a message type (plain BOOTP) are passed over.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if len(b) < headLen+cookieLen || !hasCookie(b) {
		return ErrMessage
	}
	a := &event.DHCPActivity{Header: p.f.Head(), Conn: p.f.Conn}
	// The client is Src whoever was first seen to speak: a broadcast answer is a flow of its own.
	if fromClient := b[0] == request; fromClient != (dir == dissect.Orig) {
		a.Src, a.Dst = a.Dst, a.Src
	}
	readHead(a, b)
	o, err := collect(b)
	o.fill(a)
	p.show(dir, b[0], o, a, err)
	if a.Message != "" { // whoever ends it within an option is heard by servers all the same
		p.f.Emit(a)
	}
	return err
}

// Close has nothing open to emit.
func (p *parser) Close() {}
