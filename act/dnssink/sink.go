package dnssink

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/yagura-project/yagura/event"
)

// sink answers as the resolvers would, and nothing else: it is no resolver.
func (h *hand) sink(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg)
	m.SetReply(q)
	if len(q.Question) != 1 || q.Opcode != dns.OpcodeQuery {
		m.Rcode = dns.RcodeFormatError
		_ = w.WriteMsg(m)
		return
	}
	from := addrOf(w.RemoteAddr())
	client := h.client(from, q)
	v := h.served.Load()
	name := dns.CanonicalName(q.Question[0].Name)
	sunk := v.sunk(name)
	isolated := slices.ContainsFunc(v.nets, func(p netip.Prefix) bool { return p.Contains(client) })
	if !sunk && !isolated {
		m.Rcode = dns.RcodeRefused
		_ = w.WriteMsg(m)
		return
	}
	h.answer(m, q.Question[0])
	_ = w.WriteMsg(m)
	if sunk && client.IsValid() {
		h.told(client, from, q, m)
	}
}

// sunk reports whether a name is one of the attacker's, or below one.
func (v *version) sunk(name string) bool {
	for rest := name; rest != ""; {
		if v.names[rest] {
			return true
		}
		_, after, ok := strings.Cut(rest, ".")
		if !ok || after == "" {
			return false
		}
		rest = after
	}
	return false
}

// client is who asked: the sender, or whom a believed forwarder names in full.
func (h *hand) client(from netip.Addr, q *dns.Msg) netip.Addr {
	if !slices.ContainsFunc(h.cfg.Forwarders, func(p netip.Prefix) bool { return p.Contains(from) }) {
		return from
	}
	opt := q.IsEdns0()
	if opt == nil {
		return netip.Addr{} // it asks for somebody, whom it does not name
	}
	for _, o := range opt.Option {
		if s, ok := o.(*dns.EDNS0_SUBNET); ok {
			a, ok := netip.AddrFromSlice(s.Address)
			if a = a.Unmap(); ok && int(s.SourceNetmask) == a.BitLen() {
				return a
			}
		}
	}
	return netip.Addr{}
}

// answer gives the address of the notice page, or that there is none.
func (h *hand) answer(m *dns.Msg, q dns.Question) {
	m.Authoritative = true
	head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET, Ttl: uint32(h.cfg.TTL.Seconds())}
	switch {
	case q.Qclass != dns.ClassINET:
	case q.Qtype == dns.TypeA && h.cfg.Sink4.IsValid():
		m.Answer = []dns.RR{&dns.A{Hdr: head, A: h.cfg.Sink4.AsSlice()}}
	case q.Qtype == dns.TypeAAAA && h.cfg.Sink6.IsValid():
		m.Answer = []dns.RR{&dns.AAAA{Hdr: head, AAAA: h.cfg.Sink6.AsSlice()}}
	}
	if len(m.Answer) == 0 {
		if !h.cfg.Sink4.IsValid() && !h.cfg.Sink6.IsValid() {
			m.Rcode = dns.RcodeNameError
		}
		if soa, err := h.record("@ " + h.soa(h.served.Load())); err == nil {
			m.Ns = []dns.RR{soa}
		}
	}
}

// told passes on who asked, each machine and name at most once a minute.
func (h *hand) told(client, from netip.Addr, q, m *dns.Msg) {
	name := strings.TrimSuffix(dns.CanonicalName(q.Question[0].Name), ".")
	now := h.deps.Now().UTC()
	if h.deps.Saw == nil || !h.asked.first(client, name, now) {
		return
	}
	e := event.DNSActivity{Header: event.Header{Time: now, Seen: now}, Activity: 2, Service: "dns", TxID: q.Id, Query: name,
		Type: dns.TypeToString[q.Question[0].Qtype], RCode: dns.RcodeToString[m.Rcode], AA: true}
	e.Src.IP = client
	e.Proto = event.ProtoUDP
	e.Dst.Port = 53
	if at, err := netip.ParseAddrPort(h.cfg.Sinkhole); err == nil {
		e.Dst.IP, e.Dst.Port = at.Addr(), at.Port()
	}
	for _, rr := range m.Answer {
		data := strings.TrimPrefix(rr.String(), rr.Header().String())
		e.Answers = append(e.Answers, event.DNSAnswer{Name: name, Type: dns.TypeToString[rr.Header().Rrtype], TTL: rr.Header().Ttl, Data: data})
	}
	h.log().Warn("a machine asked for an attacker's name", "machine", client, "name", name, "by", from)
	h.deps.Saw(e)
}

// askers remembers who asked lately.
type askers struct {
	mu   sync.Mutex
	seen map[asker]time.Time
}

type asker struct {
	client netip.Addr
	name   string
}

// maxAskers bounds it; when it is full it is forgotten, and some are told twice.
const maxAskers = 10_000

func (x *askers) first(client netip.Addr, name string, now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	k := asker{client, name}
	if now.Sub(x.seen[k]) < time.Minute {
		return false
	}
	if x.seen == nil || len(x.seen) >= maxAskers {
		x.seen = map[asker]time.Time{}
	}
	x.seen[k] = now
	return true
}
