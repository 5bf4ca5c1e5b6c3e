package dissect

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Bounds of what one analyzer remembers of promises; beyond them the oldest goes.
const (
	maxPromises = 4096
	maxBefore   = 4
	promiseLife = 24 * time.Hour // a server's dynamic ports stay until it restarts
)

// promises are addresses of which a directory of services, such as the end point mapper
// of DCE/RPC, told what listens there.
type promises struct {
	mu    sync.Mutex                   // analyzers that share the work share the promises
	by    map[netip.AddrPort][]promise // newest last: a worker that is behind asks for earlier ones
	order []netip.AddrPort             // oldest first
}

type promise struct {
	what string
	at   time.Time
}

// Promise remembers for the flows to come that what (an interface's UUID) listens at an address.
func (f *Flow) Promise(addr netip.AddrPort, what string) {
	p := f.promises
	if p == nil || !addr.Addr().IsValid() || addr.Port() == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[netip.AddrPort][]promise{}
	}
	if _, known := p.by[addr]; !known {
		if len(p.order) >= maxPromises {
			delete(p.by, p.order[0])
			p.order = p.order[1:]
		}
		p.order = append(p.order, addr)
	}
	list := append(p.by[addr], promise{what, f.Now})
	p.by[addr] = list[max(0, len(list)-maxBefore):]
}

// Promised is what had been said by then to listen at this flow's server, "" when nobody had said so within a day. It may wait for
// workers that are behind: ask only where the answer matters.
func (f *Flow) Promised(then time.Time) string {
	if f.promises == nil {
		return ""
	}
	if f.catchUp != nil {
		f.catchUp()
	}
	f.promises.mu.Lock()
	defer f.promises.mu.Unlock()
	for _, e := range []netip.AddrPort{
		netip.AddrPortFrom(f.Conn.Dst.IP, f.Conn.Dst.Port), netip.AddrPortFrom(f.Conn.Src.IP, f.Conn.Src.Port),
	} {
		for _, p := range slices.Backward(f.promises.by[e]) {
			if age := then.Sub(p.at); age >= 0 && age <= promiseLife {
				return p.what
			}
		}
	}
	return ""
}
