// Package forge writes the packets that a conversation would have been, from the events that were told of it, so that a sensor can be shown harmless ones.
//
// It knows ARP, ICMP echo, TCP and UDP over IPv4, HTTP/1.1, TLS 1.2, DNS, DHCP and what Speech knows. What it cannot write it
// gives back.
package forge

import (
	"cmp"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Frame is one Ethernet frame.
type Frame struct {
	Time time.Time
	Data []byte
}

// maxPayload bounds what one conversation carries each way, in bytes.
const maxPayload = 4 << 20

// Packets writes the frames of all conversations of list in order of time. rest are the events of those that it cannot
// write, untouched: a conversation is written whole or not at all. Without calls, DCE/RPC is not written.
func Packets(list []event.Event, calls Calls) (frames []Frame, rest []event.Event) {
	var order []uint64
	talks := map[uint64][]event.Event{}
	for i, e := range list {
		id := e.Tuple().FlowID
		if id == 0 { // belongs to no conversation: ARP, and what a script wrote without one
			id = 1<<63 | uint64(i)
		}
		if _, known := talks[id]; !known {
			order = append(order, id)
		}
		talks[id] = append(talks[id], e)
	}
	for _, id := range order {
		if f, ok := write(talks[id], calls); ok {
			frames = append(frames, f...)
		} else {
			rest = append(rest, talks[id]...)
		}
	}
	slices.SortStableFunc(frames, func(a, b Frame) int { return a.Time.Compare(b.Time) })
	slices.SortStableFunc(rest, func(a, b event.Event) int { return cmp.Compare(a.Head().Time.UnixNano(), b.Head().Time.UnixNano()) })
	return frames, rest
}

// write is one conversation as frames.
func write(talk []event.Event, calls Calls) ([]Frame, bool) {
	if n, ok := talk[0].(*event.NetworkActivity); ok && n.ARP != nil {
		return arps(talk)
	}
	c := talk[0].Tuple()
	if !c.Src.IP.Is4() || !c.Dst.IP.Is4() {
		return nil, false
	}
	switch c.Proto {
	case event.ProtoTCP:
		return writeTCP(talk, calls)
	case event.ProtoUDP:
		return writeUDP(talk, calls)
	case event.ProtoICMP:
		return writeICMP(talk)
	}
	return writeOther(talk)
}

// writeOther is a packet of any other protocol above IP, as those who look for them send it.
func writeOther(talk []event.Event) (out []Frame, ok bool) {
	for _, e := range talk {
		n, is := e.(*event.NetworkActivity)
		if !is {
			return nil, false
		}
		if n.Activity == event.FlowOpen {
			out = append(out, Frame{n.Time, ipv4(n.Src, n.Dst, n.Proto, nil)})
		}
	}
	return out, len(out) > 0
}
