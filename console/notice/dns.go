package notice

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// ttl is short, so that the released machine asks its own resolver again at once.
const ttl = 5 // seconds

// resolve answers isolated machines, whatever they ask, with the notice's address; nobody else gets an answer.
func (n *Notice) resolve(c *net.UDPConn) {
	buf := make([]byte, 1500)
	for {
		k, from, err := c.ReadFromUDPAddrPort(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_, isolated := n.deps.Isolation(ctx, from.Addr().Unmap().WithZone(""))
		cancel()
		if !isolated {
			continue
		}
		if out := n.name(buf[:k]); out != nil {
			n.counts.names.Add(1)
			_, _ = c.WriteToUDPAddrPort(out, from) // it asks again
		}
	}
}

// name answers one question (RFC 1035 §4); nil: it is none.
func (n *Notice) name(b []byte) []byte {
	var p dnsmessage.Parser
	head, err := p.Start(b)
	if err != nil || head.Response || head.OpCode != 0 {
		return nil
	}
	q, err := p.Question()
	if err != nil || q.Class != dnsmessage.ClassINET {
		return nil
	}
	out := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: head.ID, Response: true, RecursionDesired: head.RecursionDesired, RecursionAvailable: true})
	if out.StartQuestions() != nil || out.Question(q) != nil || out.StartAnswers() != nil {
		return nil
	}
	rr := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: ttl}
	switch ip := n.page(q.Type == dnsmessage.TypeAAAA); {
	case !ip.IsValid():
	case q.Type == dnsmessage.TypeA:
		err = out.AResource(rr, dnsmessage.AResource{A: ip.As4()})
	case q.Type == dnsmessage.TypeAAAA:
		err = out.AAAAResource(rr, dnsmessage.AAAAResource{AAAA: ip.As16()})
	}
	if err != nil {
		return nil
	}
	answer, err := out.Finish()
	if err != nil {
		return nil
	}
	return answer
}

// page is the notice's first address of a family.
func (n *Notice) page(six bool) netip.Addr {
	for _, ap := range n.pages {
		if ap.Addr().Unmap().Is6() == six {
			return ap.Addr().Unmap()
		}
	}
	return netip.Addr{}
}
