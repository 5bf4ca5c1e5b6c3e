// Package llmnr reads Link-Local Multicast Name Resolution (RFC 4795), by which Windows asks its neighbours for a name that DNS does not know.
package llmnr

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is LLMNR over UDP, and over TCP where an answer was too long (RFC 4795 §2.5).
var Protocol = dissect.Protocol{
	Name:      "llmnr",
	Spec:      "RFC 4795",
	TCP:       []uint16{5355},
	UDP:       []uint16{5355},
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &stream{parser{f: f}} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
	Forgetful: true,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case port != 5355 || udp && len(b) < dnsmsg.HeaderLen:
		return dissect.No
	case udp:
		return dissect.Yes
	case len(b) < 2:
		return dissect.Maybe
	case binary.BigEndian.Uint16(b) < dnsmsg.HeaderLen:
		return dissect.No
	}
	return dissect.Yes
}

type stream struct{ parser }

// Data reads messages, each behind its length, as DNS over TCP has it.
func (s *stream) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for len(b)-n >= 2 {
		size := int(binary.BigEndian.Uint16(b[n:]))
		if len(b)-n < 2+size {
			break
		}
		if err := s.Datagram(dir, b[n+2:n+2+size]); err != nil {
			return n, err
		}
		n += 2 + size
	}
	return n, nil
}

// Gap loses the borders between messages.
func (s *stream) Gap(dissect.Dir, int) error { return errGap }

var errGap = errors.New("llmnr: message borders lost")

type parser struct {
	f       *dissect.Flow
	buffers *dnsmsg.Buffers // those that rules look at
	asked   dnsmsg.Asked
}

// Datagram reads one message; RFC 4795 §2.1.1 allows one question only.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if t := p.f.BriefTx(); t != nil {
		p.f.PutFrame(t, wire.LLMNRFramePDU, dir, b)
		if p.buffers == nil {
			p.buffers = dnsmsg.LLMNR.Wanted(p.f.Wants)
		}
		dnsmsg.Show(t, dir, b, p.buffers)
		p.asked.Protocol = "llmnr"
		t.Ask = p.asked.Keep(b, p.f.Conn.Proto == event.ProtoUDP)
		p.f.EndTx(t)
	}
	dnsmsg.Tell(p.f, "llmnr", dir, b)
	r := dnsmsg.TakeReader()
	defer r.Free()
	m, err := r.Read(b)
	if err != nil {
		return err
	}
	if len(m.Questions) == 0 {
		return nil
	}
	a := p.f.DNSActivity("llmnr")
	a.TxID, a.Query, a.Type, a.Bytes, a.TC = m.ID, m.Questions[0].Name, dnsmsg.TypeName(m.Questions[0].Type), len(b), m.TC
	// The one who asks is Src, also where only the answer was seen.
	if m.Response == (dir == dissect.Orig) {
		a.Src, a.Dst = a.Dst, a.Src
	}
	if m.Response {
		a.Activity, a.RCode, a.Answers = event.DNSResponse, dnsmsg.RCodeName(m.RCode), dnsmsg.Answers(a.Answers, m.Answers)
	}
	dnsmsg.MakeReadable(a)
	p.f.Emit(a)
	return nil
}

// Close has nothing open to emit.
func (p *parser) Close() {}
