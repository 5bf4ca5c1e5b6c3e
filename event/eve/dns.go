package eve

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// dns writes a message of DNS, one line for the question and one for the answer: in the form of Suricata 7 (version 2), or of
// Suricata 8 where it was asked for.
func (w *Encoder) dns(e *event.DNSActivity) {
	k, d := DNS, forward
	if e.Service != "dns" { // its relatives come as records
		return
	}
	third := w.opt.DNS == 3
	if third && e.Activity != event.DNSQuery {
		d = back
	}
	if !w.begin(k, &e.Header, &e.Conn, d) {
		return
	}
	if e.Sent != nil {
		e = e.Sent
	}
	o := &w.o
	o.open(kinds[k])
	switch {
	case third:
		w.dnsThird(e)
	case e.Activity == event.DNSQuery:
		w.dnsQuery(e)
	default:
		w.dnsAnswer(e)
	}
	o.close()
	w.finish()
}

func (w *Encoder) dnsQuery(e *event.DNSActivity) {
	o := &w.o
	o.word("type", "query")
	o.num("id", uint64(e.TxID))
	o.text("rrname", e.Query)
	o.text("rrtype", e.Type)
	o.num("tx_id", uint64(e.Number))
	o.num("opcode", uint64(e.Flags>>11&15))
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
	o.num("tx_id", uint64(e.Number))
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
		for i := range e.More {
			o.item()
			o.str("rrname", e.More[i].Name)
			o.str("rrtype", e.More[i].Type)
			o.close()
		}
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

// answers writes all sections, and the data of the first once more, by type.
func (w *Encoder) answers(e *event.DNSActivity) {
	w.section("answers", e.Answers)
	w.section("authorities", e.Authorities)
	w.section("additionals", e.Additionals)
	if len(e.Answers) > 0 {
		w.grouped(e.Answers)
	}
}

func (w *Encoder) section(name string, records []event.DNSAnswer) {
	if len(records) == 0 {
		return
	}
	o := &w.o
	o.list(name)
	for i := range records {
		a := &records[i]
		o.item()
		o.str("rrname", a.Name)
		o.str("rrtype", a.Type)
		o.num("ttl", uint64(a.TTL))
		w.rdata(a)
		o.close()
	}
	o.endList()
}

// members are the parts of data that is an object, in the order in which the event has them; numbers end with a sharp sign.
var members = map[string][]string{
	"SOA": {"mname", "rname", "serial#", "refresh#", "retry#", "expire#", "minimum#"},
	"SRV": {"priority#", "weight#", "port#", "name"},
}

// whole is a record whose data is an object, and has all of its parts.
func whole(a *event.DNSAnswer) bool {
	names := members[a.Type]
	return len(names) > 0 && strings.Count(a.Data, " ") == len(names)-1
}

// rdata writes addresses of IPv6 in full, as everywhere, and data of several parts as an object.
func (w *Encoder) rdata(a *event.DNSAnswer) {
	switch {
	case whole(a):
		w.o.open(strings.ToLower(a.Type))
		w.parts(a)
		return
	case hostKey(a):
		w.o.open("sshfp")
		w.hostKey(a)
		return
	case a.Type == "MX":
		w.o.str("rdata", exchanger(a.Data))
		return
	}
	w.o.key("rdata")
	w.value(a)
}

// exchanger is the name of MX without its preference.
func exchanger(data string) string {
	if _, name, ok := strings.Cut(data, " "); ok {
		return name
	}
	return data
}

// parts writes the members of an object that was opened, and closes it.
func (w *Encoder) parts(a *event.DNSAnswer) {
	o := &w.o
	data := a.Data
	for _, name := range members[a.Type] {
		var v string
		v, data, _ = strings.Cut(data, " ")
		if number, ok := strings.CutSuffix(name, "#"); ok {
			w.digits(number, v)
		} else {
			o.str(name, v)
		}
	}
	o.close()
}

// hostKey reports whether a record is a fingerprint of a host's key (RFC 4255 §3.1), whose data comes in hex digits.
func hostKey(a *event.DNSAnswer) bool {
	return a.Type == "SSHFP" && len(a.Data) > 4 && strings.Trim(a.Data, lowerHex) == ""
}

// hostKey writes the members of an object that was opened, and closes it.
func (w *Encoder) hostKey(a *event.DNSAnswer) {
	algo, _ := strconv.ParseUint(a.Data[:2], 16, 8)
	kind, _ := strconv.ParseUint(a.Data[2:4], 16, 8)
	w.colons("fingerprint", a.Data[4:])
	w.o.num("algo", algo)
	w.o.num("type", kind)
	w.o.close()
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
			switch a := &answers[i+j]; {
			case a.Type != kind:
			case whole(a):
				o.item()
				w.parts(a)
			case hostKey(a):
				o.item()
				w.hostKey(a)
			default:
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
	data := a.Data
	if a.Type == "MX" {
		data = exchanger(data)
	}
	w.o.b = quote(w.o.b, data)
}

func seenBefore(answers []event.DNSAnswer, kind string) bool {
	for i := range answers {
		if answers[i].Type == kind {
			return true
		}
	}
	return false
}
