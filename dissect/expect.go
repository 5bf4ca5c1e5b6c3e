package dissect

import (
	"net/netip"
	"time"
)

// Bounds of what one analyzer expects; beyond them the oldest goes.
const (
	maxExpected = 4096
	expectLife  = 10 * time.Minute
)

// expected are endpoints at which another conversation was agreed on, with the protocol that will be spoken there.
type expected struct {
	by    map[expectation]agreed
	order []made // oldest first; may hold what has been met
	last  uint64 // number of the last one
}

// made is an expectation with its number: another one may have come for the same place since.
type made struct {
	expectation
	number uint64
}

type expectation struct {
	at  netip.AddrPort
	udp bool
}

type agreed struct {
	protocol string
	about    any
	at       time.Time
	number   uint64
}

// Expect says that the next conversation with an endpoint on either side is of a protocol by its Protocol.Name; its parser finds what
// this is about by Expected. The data connections of FTP are expected so.
func (f *Flow) Expect(at netip.AddrPort, udp bool, protocol string, about any) {
	e := f.expected
	if e == nil || !at.Addr().IsValid() || at.Port() == 0 {
		return
	}
	if e.by == nil {
		e.by = map[expectation]agreed{}
	}
	for len(e.order) >= maxExpected {
		if old := e.order[0]; e.by[old.expectation].number == old.number {
			delete(e.by, old.expectation)
		}
		e.order = e.order[1:]
	}
	k := expectation{at, udp}
	e.last++
	e.by[k] = agreed{protocol, about, f.Now, e.last}
	e.order = append(e.order, made{k, e.last})
}

// Expected is what was said of this conversation by Expect, nil when nothing was.
func (f *Flow) Expected() any { return f.about }

// awaited finds the protocol that is expected of a flow; -1 for none. What is expected is met once.
func (a *Analyzer) awaited(f *flow, udp bool) int {
	e := &a.expected
	if len(e.by) == 0 {
		return -1
	}
	c := f.conn()
	for _, p := range [2]netip.AddrPort{netip.AddrPortFrom(c.Dst.IP, c.Dst.Port), netip.AddrPortFrom(c.Src.IP, c.Src.Port)} {
		k := expectation{p, udp}
		x, ok := e.by[k]
		if !ok || a.time(a.now).Sub(x.at).Abs() > expectLife {
			continue
		}
		for i := range a.protocols {
			if a.protocols[i].Name == x.protocol && (udp && a.protocols[i].Datagrams != nil || !udp && a.protocols[i].Stream != nil) {
				delete(e.by, k)
				a.talkOf(f).flow.about = x.about
				return i
			}
		}
	}
	return -1
}

// appoint gives the flow to the protocol that the last parser named by Flow.Next, if it did and there is one.
func (a *Analyzer) appoint(f *flow, c *talk, d Dir, rest []byte) bool {
	name := c.flow.next
	c.flow.next = ""
	for i := range a.protocols {
		if name != "" && a.protocols[i].Name == name && a.protocols[i].Stream != nil {
			a.start(f, i, d, append([]byte(nil), rest...))
			return true
		}
	}
	return false
}
