package asset

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// natTable pairs the two legs of conversations that pass the sensor before and after address translation.
type natTable struct {
	ended generations[natEnd, []natLeg] // the last conversations that ended so
	begun generations[natHead, natLeg]  // the last one that began so
	pairs generations[natFlow, netip.Addr]
	boxes map[netip.Addr]*natBox
}

// natEnd is what both legs have in common once they are over.
type natEnd struct {
	server     netip.Addr
	port       uint16
	proto      event.Proto
	orig, resp uint64
}

type natHead struct {
	server netip.Addr
	port   uint16
	proto  event.Proto
}

// natFlow is the outer leg of one conversation.
type natFlow struct {
	box, server netip.Addr
	from, to    uint16
}

type natLeg struct {
	client netip.Addr
	port   uint16
	start  time.Time
}

type natBox struct {
	paired, all uint64
	inside      map[netip.Addr]bool
}

const (
	natClose = 50 * time.Millisecond // between the legs
	natLeast = 8                     // pairs before a machine is taken for a translator
	natTwins = 6                     // conversations of the same volumes with the same server that are told apart by their beginning
	natLimit = 20_000
)

func newNAT() *natTable {
	return &natTable{ended: newGenerations[natEnd, []natLeg](natLimit), begun: newGenerations[natHead, natLeg](natLimit),
		pairs: newGenerations[natFlow, netip.Addr](natLimit), boxes: map[netip.Addr]*natBox{}}
}

// flow follows one event of a conversation that an inside machine opened.
func (n *natTable) flow(e *event.NetworkActivity) {
	src, dst := e.Src.IP.Unmap(), e.Dst.IP.Unmap()
	leg := natLeg{src, e.Src.Port, e.Start}
	if e.Activity == event.FlowOpen {
		if leg.start.IsZero() {
			leg.start = e.Time
		}
		head := natHead{dst, e.Dst.Port, e.Proto}
		if n.is(src) {
			if prev := n.begun.get(head); prev.other(leg) {
				n.pairs.put(natFlow{src, dst, e.Src.Port, e.Dst.Port}, prev.client)
			}
		}
		n.begun.put(head, leg)
		return
	}
	if !e.Activity.Ended() || e.Orig.Payload == 0 || e.Resp.Payload == 0 {
		return
	}
	end := natEnd{dst, e.Dst.Port, e.Proto, e.Orig.Payload, e.Resp.Payload}
	others := n.ended.get(end)
	prev, found := nearest(others, leg)
	if len(others) >= natTwins {
		others = append(others[:0], others[1:]...) // in place: a server's short answers are of few sizes
	}
	n.ended.put(end, append(others, leg))
	if box := n.boxes[src]; box != nil {
		box.all++
	}
	if !found {
		return
	}
	outer, inner := leg, prev
	if outer.start.Before(inner.start) {
		outer, inner = inner, outer
	}
	n.pair(outer, inner, dst, e.Dst.Port)
}

func (n *natTable) pair(outer, inner natLeg, server netip.Addr, port uint16) {
	n.pairs.put(natFlow{outer.client, server, outer.port, port}, inner.client)
	box := n.boxes[outer.client]
	if box == nil {
		if len(n.boxes) >= maxFronts {
			clear(n.boxes)
		}
		box = &natBox{inside: map[netip.Addr]bool{}, all: 1}
		n.boxes[outer.client] = box
	}
	box.paired++
	if len(box.inside) < maxClients {
		box.inside[inner.client] = true
	}
}

// nearest is the leg of another machine that began closest to this one.
func nearest(legs []natLeg, leg natLeg) (best natLeg, found bool) {
	for _, l := range legs {
		if l.other(leg) && (!found || l.start.Sub(leg.start).Abs() < best.start.Sub(leg.start).Abs()) {
			best, found = l, true
		}
	}
	return best, found
}

func (l natLeg) other(o natLeg) bool {
	if l.client == o.client || !l.client.IsValid() {
		return false
	}
	d := o.start.Sub(l.start)
	return d <= natClose && -d <= natClose
}

// is reports whether nearly all conversations of ip had another machine's leg before them.
func (n *natTable) is(ip netip.Addr) bool {
	b := n.boxes[ip]
	return b != nil && b.paired >= natLeast && b.paired*10 >= b.all*7
}

// behind is the machine whose conversation it was; invalid when unknown.
func (n *natTable) behind(box event.Endpoint, server event.Endpoint) netip.Addr {
	return n.pairs.get(natFlow{box.IP.Unmap(), server.IP.Unmap(), box.Port, server.Port})
}
