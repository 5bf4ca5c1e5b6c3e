// Package mdns reads multicast DNS (RFC 6762): what machines ask their segment and what they announce of themselves.
package mdns

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is multicast DNS over UDP.
var Protocol = dissect.Protocol{
	Name:      "mdns",
	Spec:      "RFC 6762, RFC 6763",
	UDP:       []uint16{5353},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
	Forgetful: true,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || port != 5353 || len(b) < dnsmsg.HeaderLen {
		return dissect.No
	}
	return dissect.Yes
}

type parser struct {
	f       *dissect.Flow
	buffers *dnsmsg.Buffers // those that rules look at
	asked   dnsmsg.Asked
}

// Datagram reads one message. An announcement comes from its owner unasked:
// its Src is the group it is meant for, its Dst the machine that answers.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if t := p.f.BriefTx(); t != nil {
		p.f.PutFrame(t, wire.MDNSFramePDU, dir, b)
		if p.buffers == nil {
			p.buffers = dnsmsg.MDNS.Wanted(p.f.Wants)
		}
		dnsmsg.Show(t, dir, b, p.buffers)
		p.asked.Protocol = "mdns"
		t.Ask = p.asked.Keep(b, true)
		p.f.EndTx(t)
	}
	dnsmsg.Tell(p.f, "mdns", dir, b)
	r := dnsmsg.TakeReader()
	defer r.Free()
	m, err := r.Read(b)
	if err != nil {
		return err
	}
	a := p.f.DNSActivity("mdns")
	a.TxID, a.Bytes, a.AA, a.TC = m.ID, len(b), m.AA, m.TC
	if m.Response == (dir == dissect.Orig) {
		a.Src, a.Dst = a.Dst, a.Src
	}
	switch {
	case m.Response:
		a.Activity, a.RCode = event.DNSResponse, dnsmsg.RCodeName(m.RCode)
		// Addresses of the names in the answer come as additional records (RFC 6763 §12).
		a.Answers = dnsmsg.Answers(dnsmsg.Answers(a.Answers, m.Answers), m.Additional)
	case len(m.Authority) > 0:
		// A probe names in the authority section what its sender is about to own (RFC 6762 §8.2).
		a.Op, a.Answers = "probe", dnsmsg.Answers(a.Answers, m.Authority)
	}
	if !p.subject(a, m) {
		return nil
	}
	dnsmsg.MakeReadable(a)
	p.f.Emit(a)
	return nil
}

// subject names what was asked, or what the answer is about; false when the message is about nothing.
func (p *parser) subject(a *event.DNSActivity, m *dnsmsg.Message) bool {
	switch {
	case len(m.Questions) > 0:
		a.Query, a.Type = m.Questions[0].Name, dnsmsg.TypeName(m.Questions[0].Type)
	case len(a.Answers) > 0:
		a.Query, a.Type = a.Answers[0].Name, a.Answers[0].Type
	default:
		return false
	}
	return true
}

// Close has nothing open to emit.
func (p *parser) Close() {}
