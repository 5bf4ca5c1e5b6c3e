// Package nbns reads the NetBIOS name service (RFC 1001, RFC 1002): questions, answers, registrations and status lists.
package nbns

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/event"
)

// Protocol is the name service over UDP.
var Protocol = dissect.Protocol{
	Name:      "nbns",
	Spec:      "RFC 1001, RFC 1002 §4.2",
	UDP:       []uint16{137},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f} },
	Forgetful: true,
}

// Record types (RFC 1002 §4.2.1.3).
const (
	typeNB     = 0x20
	typeNBSTAT = 0x21
)

// ops names the opcodes by which a machine speaks of its own names (RFC 1002 §4.2.1.1); 9 is an old refresh, 15 is what machines with
// several addresses send (MS-NBTE §2.2.2).
var ops = map[uint8]string{5: "registration", 6: "release", 8: "refresh", 9: "refresh", 15: "registration"}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || port != 137 || len(b) < dnsmsg.HeaderLen {
		return dissect.No
	}
	return dissect.Yes
}

type parser struct{ f *dissect.Flow }

// Datagram reads one message.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	r := dnsmsg.TakeReader()
	defer r.Free()
	m, err := r.Read(b)
	if err != nil {
		return err
	}
	// A positive answer repeats no question: the name stands in its record (RFC 1002 §4.2.13).
	var asked string
	var typ uint16
	switch {
	case len(m.Questions) > 0:
		asked, typ = m.Questions[0].Name, m.Questions[0].Type
	case len(m.Answers) > 0:
		asked, typ = m.Answers[0].Name, m.Answers[0].Type
	default:
		return nil
	}
	name, suffix := decode(asked)
	a := p.f.DNSActivity("nbns")
	a.TxID, a.Query, a.Type, a.Bytes, a.AA, a.TC, a.Op = m.ID, name, typeName(typ, suffix, false), len(b), m.AA, m.TC, ops[m.Opcode]
	// The one who asks is Src, also where only the answer was seen.
	if m.Response == (dir == dissect.Orig) {
		a.Src, a.Dst = a.Dst, a.Src
	}
	records := m.Additional // of a registration: what the sender claims
	if m.Response {
		a.Activity, a.RCode, records = event.DNSResponse, rcode(m.RCode), m.Answers
	}
	a.Answers = answers(records, a.Dst)
	p.f.Emit(a)
	return nil
}

// Close has nothing open to emit.
func (p *parser) Close() {}

// rcode is the result (RFC 1002 §4.2.6, §4.2.11).
func rcode(c uint16) string {
	switch c {
	case 3:
		return "NXDOMAIN"
	case 6:
		return "ACT_ERR" // the name is owned by another machine
	case 7:
		return "CFT_ERR" // more than one machine owns the name
	}
	return dnsmsg.RCodeName(c)
}
