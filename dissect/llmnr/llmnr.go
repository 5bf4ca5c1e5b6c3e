// Package llmnr reads Link-Local Multicast Name Resolution (RFC 4795), by which Windows asks its neighbours for a name that DNS does not know.
package llmnr

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/event"
)

// Protocol is LLMNR over UDP; its rare use over TCP is not read.
var Protocol = dissect.Protocol{
	Name:      "llmnr",
	Spec:      "RFC 4795",
	UDP:       []uint16{5355},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f} },
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || port != 5355 || len(b) < dnsmsg.HeaderLen {
		return dissect.No
	}
	return dissect.Yes
}

type parser struct{ f *dissect.Flow }

// Datagram reads one message; RFC 4795 §2.1.1 allows one question only.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	m, err := dnsmsg.Parse(b)
	if err != nil {
		return err
	}
	if len(m.Questions) == 0 {
		return nil
	}
	a := &event.DNSActivity{
		Header: p.f.Head(), Conn: p.f.Conn, Service: "llmnr", Activity: event.DNSQuery, TxID: m.ID,
		Query: m.Questions[0].Name, Type: dnsmsg.TypeName(m.Questions[0].Type), Bytes: len(b), TC: m.TC,
	}
	// The one who asks is Src, also where only the answer was seen.
	if m.Response == (dir == dissect.Orig) {
		a.Src, a.Dst = a.Dst, a.Src
	}
	if m.Response {
		a.Activity, a.RCode, a.Answers = event.DNSResponse, dnsmsg.RCodeName(m.RCode), dnsmsg.Answers(m.Answers)
	}
	p.f.Emit(a)
	return nil
}

// Close has nothing open to emit.
func (p *parser) Close() {}
