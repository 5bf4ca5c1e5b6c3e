package stage

import (
	"hash/fnv"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Site is the address of an outside name: one of several for the great ones, always the same for others. All lie in
// 198.18.0.0/15 (RFC 2544), which belongs to nobody.
func (s *Stage) Site(name string) netip.Addr {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	v := h.Sum32()
	return netip.AddrFrom4([4]byte{198, 18 + byte(v>>16&1), byte(v >> 8), byte(v)})
}

// Lookup asks the resolver for a name that exists and gives its address.
func (c *Scene) Lookup(name string) netip.Addr {
	ip := c.Site(name)
	c.Ask(name, "A", "NOERROR", event.DNSAnswer{Name: name, Type: "A", TTL: 300, Data: ip.String()})
	return ip
}

// Ask is a question to the machine's resolver and the answer.
func (c *Scene) Ask(name, typ, rcode string, answers ...event.DNSAnswer) {
	if r := c.Resolver(c.Me); r != nil && r != c.Me {
		c.AskAt(r.IP, name, typ, rcode, answers...)
		return
	}
	c.AskAt(c.Site("resolver.isp.example"), name, typ, rcode, answers...) // resolvers ask the provider's
}

// AskAt is a question to any name server and the answer.
func (c *Scene) AskAt(server netip.Addr, name, typ, rcode string, answers ...event.DNSAnswer) {
	k := c.Conn(server, 53, event.ProtoUDP)
	size := 0
	for _, a := range answers {
		size += 12 + len(a.Data)
	}
	q := &event.DNSActivity{Conn: k, Activity: event.DNSQuery, Service: "dns", TxID: k.Src.Port, Query: name, Type: typ, Bytes: 18 + len(name)}
	r := &event.DNSActivity{Conn: k, Activity: event.DNSResponse, Service: "dns", TxID: k.Src.Port, Query: name, Type: typ, RCode: rcode, Bytes: 18 + len(name) + size, Answers: answers}
	c.Emit(0, &event.NetworkActivity{Conn: k, Activity: event.FlowOpen, App: "", Start: c.Now(), End: c.Now(), Orig: volume(uint64(q.Bytes), 1, k.Proto)})
	c.Emit(0, q)
	c.Emit(8*time.Millisecond, r)
	c.Emit(30*time.Second, &event.NetworkActivity{Conn: k, Activity: event.FlowClose, App: "dns", State: "SF", Start: c.Now(), End: c.Now().Add(8 * time.Millisecond),
		Orig: volume(uint64(q.Bytes), 1, k.Proto), Resp: volume(uint64(r.Bytes), 1, k.Proto)})
}
