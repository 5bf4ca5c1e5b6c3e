package eve

import (
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// dns writes a message of DNS, one line for the question and one for the answer: in the form of Suricata 7 (version 2), or of
// Suricata 8 where it was asked for.
func (w *Encoder) dns(e *event.DNSActivity) {
	k, d := DNS, forward
	switch e.Service {
	case "dns":
	case "mdns":
		k = MDNS
	default:
		return
	}
	third := w.opt.DNS == 3
	if third && e.Activity != event.DNSQuery {
		d = back
	}
	if !w.begin(k, &e.Header, &e.Conn, d) {
		return
	}
	o := &w.o
	o.open(kinds[k])
	switch {
	case third:
		w.dnsThird(e)
	case e.Activity == event.DNSQuery:
		o.word("type", "query")
		o.num("id", uint64(e.TxID))
		o.text("rrname", e.Query)
		o.text("rrtype", e.Type)
	default:
		w.dnsAnswer(e)
	}
	o.close()
	w.finish()
}

// dnsThird writes version 3: request and response alike, with a list of questions.
func (w *Encoder) dnsThird(e *event.DNSActivity) {
	o := &w.o
	o.num("version", 3)
	if e.Activity == event.DNSQuery {
		o.word("type", "request")
	} else {
		o.word("type", "response")
	}
	o.num("id", uint64(e.TxID))
	o.hexadecimal("flags", uint64(e.Flags))
	w.dnsFlags(e)
	if e.RCode != "" {
		o.str("rcode", e.RCode)
	} else {
		o.word("rcode", "NOERROR")
	}
	if e.Query != "" || e.Type != "" {
		o.list("queries")
		o.item()
		o.str("rrname", e.Query)
		o.text("rrtype", e.Type)
		o.close()
		o.endList()
	}
	w.answers(e)
}

func (w *Encoder) dnsFlags(e *event.DNSActivity) {
	o := &w.o
	o.yes("qr", e.Activity != event.DNSQuery)
	o.yes("aa", e.AA)
	o.yes("tc", e.TC)
	o.yes("rd", e.Flags&0x100 != 0)
	o.yes("ra", e.Flags&0x80 != 0)
	o.num("opcode", uint64(e.Flags>>11&15))
}

func (w *Encoder) dnsAnswer(e *event.DNSActivity) {
	o := &w.o
	o.num("version", 2)
	o.word("type", "answer")
	o.num("id", uint64(e.TxID))
	o.hexadecimal("flags", uint64(e.Flags))
	w.dnsFlags(e)
	o.text("rrname", e.Query)
	o.text("rrtype", e.Type)
	o.text("rcode", e.RCode)
	w.answers(e)
}

func (w *Encoder) answers(e *event.DNSActivity) {
	if len(e.Answers) == 0 {
		return
	}
	o := &w.o
	o.list("answers")
	for i := range e.Answers {
		a := &e.Answers[i]
		o.item()
		o.str("rrname", a.Name)
		o.str("rrtype", a.Type)
		o.num("ttl", uint64(a.TTL))
		w.rdata("rdata", a)
		o.close()
	}
	o.endList()
	w.grouped(e.Answers)
}

// rdata writes addresses of IPv6 in full, as everywhere.
func (w *Encoder) rdata(k string, a *event.DNSAnswer) {
	if a.Type == "AAAA" {
		if ip, err := netip.ParseAddr(a.Data); err == nil {
			w.o.ip(k, ip)
			return
		}
	}
	w.o.str(k, a.Data)
}

// grouped writes the data of the answers once more, by type.
func (w *Encoder) grouped(answers []event.DNSAnswer) {
	o := &w.o
	o.open("grouped")
	for i := range answers {
		kind := answers[i].Type
		if seenBefore(answers[:i], kind) {
			continue
		}
		o.comma()
		o.b = quote(o.b, kind)
		o.b = append(o.b, ':', '[')
		for j := range answers[i:] {
			if a := &answers[i+j]; a.Type == kind {
				o.comma()
				w.value(a)
			}
		}
		o.endList()
	}
	o.close()
}

func (w *Encoder) value(a *event.DNSAnswer) {
	if a.Type == "AAAA" {
		if ip, err := netip.ParseAddr(a.Data); err == nil {
			w.o.b = append(w.o.b, '"')
			w.o.b = append(appendIP(w.o.b, ip), '"')
			return
		}
	}
	w.o.b = quote(w.o.b, a.Data)
}

func seenBefore(answers []event.DNSAnswer, kind string) bool {
	for i := range answers {
		if answers[i].Type == kind {
			return true
		}
	}
	return false
}
