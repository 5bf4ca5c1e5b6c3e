// Package dns reads DNS over UDP and TCP (RFC 1035, RFC 6891, RFC 7766): who asked for which name, and what was answered.
package dns

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is DNS; on other ports than 53 only what is beyond doubt is taken for it.
var Protocol = dissect.Protocol{
	Name:      "dns",
	Spec:      "RFC 1035, RFC 6891, RFC 7766",
	TCP:       []uint16{53},
	UDP:       []uint16{53},
	Anywhere:  true,
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &stream{parser: parser{f: f}} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &datagrams{parser{f: f}} },
	Forgetful: true,
}

// prefix is the length field before each message over TCP (RFC 1035 §4.2.2).
const prefix = 2

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp {
		switch {
		case len(b) < prefix+dnsmsg.HeaderLen:
			return dissect.Maybe
		case binary.BigEndian.Uint16(b) < dnsmsg.HeaderLen:
			return dissect.No
		}
		b = b[prefix:]
	}
	if len(b) < dnsmsg.HeaderLen || !plausible(b) {
		return dissect.No
	}
	switch port {
	case 53:
		return dissect.Yes
	case 137, 5353, 5355: // its relatives have parsers of their own
		return dissect.No
	}
	return certain(b, udp)
}

// plausible looks at the header: a known operation, and not more questions than anybody asks.
func plausible(b []byte) bool {
	op := b[2] >> 3 & 0xf
	return op <= 6 && op != 3 && binary.BigEndian.Uint16(b[4:]) <= dnsmsg.MaxQuestions && b[3]&0x40 == 0
}

// certain wants one whole question of class IN, and over UDP a message without anything behind it.
func certain(b []byte, udp bool) dissect.Match {
	if b[2]>>3&0xf != 0 || binary.BigEndian.Uint16(b[4:]) != 1 || b[2]&0x80 == 0 && binary.BigEndian.Uint16(b[6:]) != 0 {
		return dissect.No
	}
	m, err := dnsmsg.Parse(b)
	switch {
	case errors.Is(err, dnsmsg.ErrShort) && !udp:
		return dissect.Maybe
	case err != nil, m.Questions[0].Class != 1, udp && m.Truncated:
		return dissect.No
	case dnsmsg.TypeName(m.Questions[0].Type)[0] == 'T' && m.Questions[0].Type > dnsmsg.TypeANY, m.Questions[0].Type == 0:
		return dissect.No
	}
	return dissect.Yes
}

type parser struct {
	f       *dissect.Flow
	buffers *dnsmsg.Buffers // those that rules look at
	told    told            // the last datagram
}

// operations names what is not a plain query (RFC 6895 §2.2).
var operations = [...]string{1: "iquery", 2: "status", 4: "notify", 5: "update", 6: "dso"}

func operation(op uint8) string {
	if int(op) < len(operations) {
		return operations[op]
	}
	return ""
}

// message tells of one message.
func (p *parser) message(dir dissect.Dir, b []byte) error {
	if t := p.f.BriefTx(); t != nil {
		p.f.PutFrame(t, wire.DNSFramePDU, dir, b)
		if p.buffers == nil {
			p.buffers = dnsmsg.DNS.Wanted(p.f.Wants)
		}
		dnsmsg.Show(t, dir, b, p.buffers)
		t.Ask = p.asked(dir, b)
		p.f.EndTx(t)
	}
	return Tell(p.f, dir, b)
}

// Tell emits the event of one message, whatever carries it.
func Tell(f *dissect.Flow, dir dissect.Dir, b []byte) error {
	r := dnsmsg.TakeReader()
	defer r.Free()
	m, err := r.Read(b)
	if err != nil {
		return err
	}
	a := f.DNSActivity("dns")
	describe(a, dir, b, m)
	if f.Detailed() {
		detail(a, f.LastTx(), m)
		if sent := r.Sent(b); sent != nil {
			a.Sent = &event.DNSActivity{Service: "dns", Conn: f.Conn, Activity: event.DNSQuery}
			describe(a.Sent, dir, b, sent)
			detail(a.Sent, f.LastTx(), sent)
		}
	}
	f.Emit(a)
	return nil
}

// describe fills in what a message says.
func describe(a *event.DNSActivity, dir dissect.Dir, b []byte, m *dnsmsg.Message) {
	a.Op, a.TxID, a.Flags, a.Bytes, a.AA, a.TC = operation(m.Opcode), m.ID, binary.BigEndian.Uint16(b[2:]), len(b), m.AA, m.TC
	if m.Response == (dir == dissect.Orig) { // Src is always who asked
		a.Src, a.Dst = a.Dst, a.Src
	}
	if m.Response {
		a.Activity, a.RCode = event.DNSResponse, dnsmsg.RCodeName(m.RCode)
		a.Answers = dnsmsg.Answers(a.Answers, m.Answers)
	}
	switch {
	case len(m.Questions) > 0:
		a.Query, a.Type = m.Questions[0].Name, dnsmsg.TypeName(m.Questions[0].Type)
	case len(a.Answers) > 0: // the later messages of a zone transfer (RFC 5936 §2.2)
		a.Query, a.Type = a.Answers[0].Name, a.Answers[0].Type
	}
}

// detail fills in what readers of EVE want beyond that.
func detail(a *event.DNSActivity, number uint64, m *dnsmsg.Message) {
	a.Number = uint32(number)
	for _, q := range m.Questions[min(1, len(m.Questions)):] {
		a.More = append(a.More, event.DNSQuestion{Name: q.Name, Type: dnsmsg.TypeName(q.Type)})
	}
	a.Authorities, a.Additionals = dnsmsg.Answers(a.Authorities, m.Authority), dnsmsg.Answers(a.Additionals, m.Additional)
}

// Close has nothing open to emit.
func (p *parser) Close() {}

type datagrams struct{ parser }

// Datagram reads one message.
func (d *datagrams) Datagram(dir dissect.Dir, b []byte) error { return d.message(dir, b) }

type stream struct {
	parser
	lost [2]bool // bytes are missing: a message begins where a segment does, or later
}

// Data reads messages, each behind its length.
func (s *stream) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if s.lost[dir] {
		if len(b) < prefix+dnsmsg.HeaderLen {
			return 0, nil
		}
		if probe(dir, b, false, 53) != dissect.Yes || int(binary.BigEndian.Uint16(b)) > maxAfterLoss {
			return len(b), nil
		}
		s.lost[dir] = false
	}
	for len(b)-n >= prefix {
		size := int(binary.BigEndian.Uint16(b[n:]))
		if len(b)-n < prefix+size {
			break
		}
		if err := s.message(dir, b[n+prefix:n+prefix+size]); err != nil {
			return n, err
		}
		n += prefix + size
	}
	return n, nil
}

// maxAfterLoss is the longest message with which the borders are taken for found again: most noise claims more.
const maxAfterLoss = 8 << 10

// Gap loses the borders between messages until one begins with a segment.
func (s *stream) Gap(dir dissect.Dir, _ int) error {
	s.lost[dir] = true
	return nil
}
