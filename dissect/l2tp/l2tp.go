// Package l2tp reads the control messages of L2TP (RFC 2661, RFC 3931): who builds a tunnel with whom, who calls, what is refused, and who logs on within.
package l2tp

import (
	"encoding/binary"
	"errors"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is L2TP over UDP. The packets that it carries have flows of their own.
var Protocol = dissect.Protocol{
	Name:      "l2tp",
	Spec:      "RFC 2661, RFC 3931, RFC 1334, RFC 1994",
	UDP:       []uint16{usual},
	Anywhere:  true,
	Probe:     probe,
	Sender:    sender,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

const (
	usual   = 1701
	header2 = 12 // of a control message of version 2 and, behind a number 0, 3: flags, length, tunnel and session or connection, Ns, Nr
	control = 0xc8
)

var errMessage = errors.New("l2tp: malformed message")

// probe wants a control message that says what it is (RFC 2661 §4.4.1: that comes first); at the usual port also an acknowledgement or data.
func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case !udp || len(b) < 8:
		return dissect.No
	case b[0]&0x80 == 0:
		if port == usual && carries(b) {
			return dissect.Yes
		}
		return dissect.No
	case !sound(b):
		return dissect.No
	case kind(b) == 0 && (port != usual || size(b) > header2):
		return dissect.No
	}
	return dissect.Yes
}

// sound reports whether b begins with the header of a control message (RFC 2661 §3.1, RFC 3931 §3.2.1), whose length is right.
func sound(b []byte) bool {
	return len(b) >= header2 && b[0] == control && (b[1] == 2 || b[1] == 3) && size(b) >= header2 && size(b) <= len(b)
}

func size(b []byte) int { return int(binary.BigEndian.Uint16(b[2:])) }

// kind is the type of a control message, which is the value of its first AVP: mandatory, 8 bytes, vendor 0, attribute 0; 0 where there is none.
func kind(b []byte) uint16 {
	if size(b) < header2+8 || binary.BigEndian.Uint64(b[header2:])>>16 != 0x800800000000 {
		return 0
	}
	if k := binary.BigEndian.Uint16(b[header2+6:]); int(k) < len(operations) && operations[k] != "" {
		return k
	}
	return 0
}

// sender tells the sides apart where a tunnel is opened (RFC 2661 §5.1); calls come from either.
func sender(b []byte, _, _ uint16) (dissect.Dir, bool) {
	const asks, answers, connected = 1, 2, 3
	k := uint16(0)
	if sound(b) {
		k = kind(b)
	}
	if k == answers {
		return dissect.Resp, true
	}
	return dissect.Orig, k == asks || k == connected
}

// carries reports whether b may be a data message: no reserved bit is set, and it is of a tunnel and session.
func carries(b []byte) bool {
	switch b[1] {
	case 2:
		_, ok := inner(b)
		return ok
	case 3:
		return b[0]|b[2]|b[3] == 0 && binary.BigEndian.Uint32(b[4:]) != 0
	}
	return false
}

// operations are control messages by their type (RFC 2661 §3.2, RFC 3931 §3.1), in the words of these documents.
var operations = [...]string{1: "SCCRQ", 2: "SCCRP", 3: "SCCCN", 4: "StopCCN", 6: "HELLO", 7: "OCRQ", 8: "OCRP", 9: "OCCN", 10: "ICRQ", 11: "ICRP", 12: "ICCN", 14: "CDN",
	15: "WEN", 16: "SLI", 20: "ACK"}

const (
	hello   = 6
	ack     = 20
	maxTold = 64 // messages that are told of one flow
)

type parser struct {
	f     *dissect.Flow
	told  map[string]bool
	asked string // who asked to be let in by PAP, or answered by CHAP
	how   string
}

// Datagram reads one message.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	switch {
	case len(b) < 8:
		return errMessage
	case b[0]&0x80 == 0:
		if b[1] == 2 {
			p.frame(dir, b)
			return nil
		}
		if b[1] != 3 {
			return errMessage
		}
		return nil
	case !sound(b):
		if b[1] == 3 && len(b) >= 4 && binary.BigEndian.Uint32(b) == 0 {
			return nil
		}
		return errMessage
	}
	k := kind(b)
	if k == 0 {
		if size(b) == header2 { // it only acknowledges (RFC 2661 §5.8)
			return nil
		}
		return errMessage
	}
	if k != hello && k != ack {
		p.tell(dir, k, b[:size(b)])
	}
	return nil
}

// tell says each message once: what is not answered soon is sent again.
func (p *parser) tell(dir dissect.Dir, k uint16, b []byte) {
	e := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "l2tp", Operation: operations[k], Back: dir == dissect.Resp}
	e.Add("version", string([]byte{'0' + b[1]}))
	attributes(e, b[header2+8:])
	var key strings.Builder
	key.WriteByte('0' + byte(dir))
	key.WriteString(e.Operation)
	for _, a := range e.Attrs {
		key.WriteString(" " + a.Value)
	}
	if p.told[key.String()] || len(p.told) >= maxTold {
		return
	}
	if p.told == nil {
		p.told = map[string]bool{}
	}
	p.told[key.String()] = true
	p.f.Emit(e)
}

// Close has nothing open to emit.
func (p *parser) Close() {}
