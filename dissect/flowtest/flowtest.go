// Package flowtest feeds a capture to protocols by a simple path of its own and holds their events against a golden file.
//
// It is deliberately another implementation than the analyzer's: gopacket decodes,
// and segments are put in order by sorting, so that a fault of one shows in the other.
package flowtest

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Result is what the protocols said of a capture.
type Result struct {
	Events []event.Event
	Errors []error // what parsers gave up with, flow by flow
}

// Replay reads the capture (pcap or pcapng, .gz too) and gives its flows to the protocols.
func Replay(file string, protocols ...dissect.Protocol) (*Result, error) {
	src, done, err := Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	defer done()
	w := &world{protocols: protocols, flows: map[key]*flow{}, res: &Result{}}
	for {
		data, ci, err := src.ReadPacketData()
		if err != nil {
			break
		}
		w.packet(gopacket.NewPacket(data, src.LinkType(), gopacket.NoCopy), ci.Timestamp.UTC())
	}
	for _, f := range w.order {
		f.end()
	}
	return w.res, nil
}

type key struct {
	a, b  netip.AddrPort // a < b
	proto event.Proto
}

type world struct {
	protocols []dissect.Protocol
	flows     map[key]*flow
	order     []*flow
	res       *Result
}

func (w *world) packet(p gopacket.Packet, at time.Time) {
	src, dst, ok := addresses(p)
	if !ok {
		return
	}
	switch t := p.TransportLayer().(type) {
	case *layers.UDP:
		f, dir := w.flow(netip.AddrPortFrom(src, uint16(t.SrcPort)), netip.AddrPortFrom(dst, uint16(t.DstPort)), event.ProtoUDP, true)
		f.f.Now = at
		f.datagram(dir, t.Payload)
	case *layers.TCP:
		opens := t.SYN && !t.ACK
		f, dir := w.flow(netip.AddrPortFrom(src, uint16(t.SrcPort)), netip.AddrPortFrom(dst, uint16(t.DstPort)), event.ProtoTCP, opens)
		f.f.Now = at
		f.segment(dir, t)
	}
}

func addresses(p gopacket.Packet) (src, dst netip.Addr, ok bool) {
	switch n := p.NetworkLayer().(type) {
	case *layers.IPv4:
		src, _ = netip.AddrFromSlice(n.SrcIP)
		dst, _ = netip.AddrFromSlice(n.DstIP)
	case *layers.IPv6:
		src, _ = netip.AddrFromSlice(n.SrcIP)
		dst, _ = netip.AddrFromSlice(n.DstIP)
	}
	return src.Unmap(), dst.Unmap(), src.IsValid() && dst.IsValid()
}

// flow finds or opens the flow of a packet and says in which direction the packet goes.
func (w *world) flow(src, dst netip.AddrPort, proto event.Proto, opens bool) (*flow, dissect.Dir) {
	k := key{src, dst, proto}
	if dst.Compare(src) < 0 {
		k = key{dst, src, proto}
	}
	f := w.flows[k]
	if f == nil {
		client, server := src, dst
		if (!opens || proto == event.ProtoUDP) && w.serves(src.Port(), proto) && !w.serves(dst.Port(), proto) {
			client, server = dst, src
		}
		f = &flow{w: w, client: client}
		f.f = &dissect.Flow{Midstream: proto == event.ProtoTCP && !opens, Emit: func(e event.Event) { w.res.Events = append(w.res.Events, e) }}
		f.f.Conn = event.Conn{
			Src: event.Endpoint{IP: client.Addr(), Port: client.Port()}, Dst: event.Endpoint{IP: server.Addr(), Port: server.Port()},
			Proto: proto, FlowID: uint64(len(w.order) + 1),
		}
		w.flows[k] = f
		w.order = append(w.order, f)
	}
	if src == f.client {
		return f, dissect.Orig
	}
	return f, dissect.Resp
}

// serves tells whether a port is a usual one of the protocols; below 1024 it is likely a server's.
func (w *world) serves(port uint16, proto event.Proto) bool {
	for _, p := range w.protocols {
		ports := p.TCP
		if proto == event.ProtoUDP {
			ports = p.UDP
		}
		for _, q := range ports {
			if q == port {
				return true
			}
		}
	}
	return port < 1024
}
