package dnsmsg

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// Buffers says which buffers of a protocol take the names of a message; 0 for those it does not have.
type Buffers struct {
	App                                                                   string      // prefix of its events: "dns"
	Query                                                                 wire.Buffer // of requests only
	Queries, Answers, Authorities, Additionals, Response, Op, RCode, Type wire.Buffer
}

// DNS are the buffers of DNS and of DNS over HTTPS.
var DNS = Buffers{App: "dns", Query: wire.DNSQuery, Queries: wire.DNSQueriesRRName, Answers: wire.DNSAnswersRRName,
	Authorities: wire.DNSAuthoritiesRRName, Additionals: wire.DNSAdditionalsRRName, Response: wire.DNSResponseRRName,
	Op: wire.DNSOpcode, RCode: wire.DNSRCode, Type: wire.DNSRRType}

// LLMNR are those of LLMNR.
var LLMNR = Buffers{App: "llmnr", Queries: wire.LLMNRQueriesRRName, Answers: wire.LLMNRAnswersRRName, Authorities: wire.LLMNRAuthoritiesRRName,
	Additionals: wire.LLMNRAdditionalsRRName, Response: wire.LLMNRResponseRRName}

// MDNS are those of multicast DNS.
var MDNS = Buffers{App: "mdns", Queries: wire.MDNSQueriesRRName, Answers: wire.MDNSAnswersRRName, Authorities: wire.MDNSAuthoritiesRRName,
	Additionals: wire.MDNSAdditionalsRRName, Response: wire.MDNSResponseRRName}

// Wanted leaves out the buffers that no rule looks at, so that Show need not fill them.
func (to *Buffers) Wanted(wants func(wire.Buffer) bool) *Buffers {
	out := *to
	for _, id := range []*wire.Buffer{&out.Query, &out.Queries, &out.Answers, &out.Authorities, &out.Additionals, &out.Response, &out.Op, &out.RCode, &out.Type} {
		if *id != 0 && !wants(*id) {
			*id = 0
		}
	}
	return &out
}

const maxOpcode = 6 // RFC 8490; beyond it nothing is assigned

// Show puts what rules may ask of a message that goes in direction d, and what is wrong with it, into t. It reads what
// Parse refuses, too, as far as it can: pointers may lead anywhere, within a bound. It reports whether the message was whole.
func Show(t *wire.Tx, d wire.Dir, b []byte, to *Buffers) bool {
	if t == nil {
		return true
	}
	if len(b) < HeaderLen {
		t.Event(d, to.App+".malformed_data")
		return false
	}
	r := TakeReader()
	defer r.Free()
	s := shower{t: t, d: d, b: b, to: to, off: HeaderLen, response: b[2]&0x80 != 0, r: r}
	s.header()
	defer s.oddities()
	for range binary.BigEndian.Uint16(b[4:]) {
		if !s.question() {
			t.Event(d, to.App+".malformed_data")
			return false
		}
	}
	for i, section := range []struct {
		buffer wire.Buffer
		event  string
	}{{to.Answers, ".malformed_data"}, {to.Authorities, ".invalid_authorities"}, {to.Additionals, ".invalid_additionals"}} {
		for range binary.BigEndian.Uint16(b[6+2*i:]) {
			if !s.record(section.buffer, i == 0) {
				t.Event(d, to.App+section.event)
				return false
			}
		}
	}
	return true
}

// oddities tells what is wrong with names.
func (s *shower) oddities() {
	for i, event := range oddNames {
		if s.odd&(1<<i) != 0 {
			s.t.Event(s.d, s.to.App+event)
		}
	}
}

type shower struct {
	t        *wire.Tx
	d        wire.Dir
	b        []byte
	off      int
	to       *Buffers
	response bool
	names    int
	types    int
	odd      oddName // what is wrong with names
	r        *Reader // its memory
}

func (s *shower) header() {
	flags := binary.BigEndian.Uint16(s.b[2:])
	op := uint64(flags >> 11 & 0xf)
	if s.to.Op != 0 {
		s.t.PutNumber(s.to.Op, s.d, op)
	}
	if s.to.RCode != 0 {
		s.t.PutNumber(s.to.RCode, s.d, uint64(flags&0xf))
	}
	if flags&0x40 != 0 && s.to.App != "llmnr" { // RFC 4795 §2.1.1 has another use for it
		s.t.Event(s.d, s.to.App+".z_flag_set")
	}
	if s.to.App == "dns" {
		if s.response && s.d == wire.Orig {
			s.t.Event(s.d, "dns.not_a_request")
		} else if !s.response && s.d == wire.Resp {
			s.t.Event(s.d, "dns.not_a_response")
		}
	}
	if op > maxOpcode || s.to.App == "llmnr" && op != 0 {
		s.t.Event(s.d, s.to.App+".invalid_opcode")
	}
}

// maxShown bounds the names of one message that are shown.
const maxShown = 256

func (s *shower) put(id wire.Buffer, name []byte) {
	if id == 0 {
		return
	}
	if s.names++; s.names <= maxShown {
		s.t.Copy(id, s.d, name)
	}
}

// name reads the name at off, which is valid until the next one; it is only written out where one of the buffers is wanted.
func (s *shower) name(off int, one, other wire.Buffer) (name []byte, next int, ok bool) {
	if one|other != 0 {
		return s.raw(s.b, off)
	}
	next, ok = s.skipName(s.b, off)
	return nil, next, ok
}

// own is the buffer that takes the names of all sections in this direction.
func (s *shower) own() wire.Buffer {
	if s.response {
		return s.to.Response
	}
	return s.to.Query
}

func (s *shower) question() bool {
	name, next, ok := s.name(s.off, s.own(), s.to.Queries)
	if !ok || next+4 > len(s.b) {
		return false
	}
	s.off = next + 4
	s.put(s.own(), name)
	s.put(s.to.Queries, name)
	if !s.response {
		s.rrtype(binary.BigEndian.Uint16(s.b[next:]))
	}
	return true
}

func (s *shower) rrtype(typ uint16) {
	if s.to.Type == 0 {
		return
	}
	if s.types++; s.types <= maxShown {
		s.t.PutNumber(s.to.Type, s.d, uint64(typ))
	}
}

func (s *shower) record(id wire.Buffer, answer bool) bool {
	all := s.own()
	if !s.response {
		all = 0
	}
	name, next, ok := s.name(s.off, id, all)
	if !ok || next+10 > len(s.b) {
		return false
	}
	typ, n := binary.BigEndian.Uint16(s.b[next:]), int(binary.BigEndian.Uint16(s.b[next+8:]))
	data := next + 10
	if data+n > len(s.b) {
		return false
	}
	s.off = data + n
	s.put(id, name)
	s.put(all, name)
	if s.response && answer {
		s.rrtype(typ)
	}
	if all != 0 {
		s.named(typ, data, n)
	}
	return true
}

// named puts the name within the data of a record.
func (s *shower) named(typ uint16, off, n int) {
	switch typ {
	case TypeMX:
		off += 2
	case TypeNS, TypeCNAME, TypePTR, TypeSOA:
	default:
		return
	}
	if n < 1 {
		return
	}
	if name, _, ok := s.raw(s.b[:min(len(s.b), s.off)], off); ok {
		s.put(s.to.Response, name)
	}
}
