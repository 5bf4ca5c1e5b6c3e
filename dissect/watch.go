package dissect

import (
	"net/netip"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
)

// Watch says whose packets are reported one by one.
type Watch struct {
	IPs  []netip.Addr
	MACs []event.MAC
	// Seen is called for each packet from or to one of them, by the goroutine that
	// gives the packets; it must be quick and must not call the analyzer.
	Seen func(event.Sighting)
}

type watchlist struct {
	ips  map[decode.Addr]struct{}
	macs map[event.MAC]struct{}
	seen func(event.Sighting)
}

// Watch replaces what is watched, at once and from any goroutine; an empty set ends it and costs nothing.
func (a *Analyzer) Watch(w Watch) {
	if len(w.IPs)+len(w.MACs) == 0 || w.Seen == nil {
		a.watch.Store(nil)
		return
	}
	l := &watchlist{map[decode.Addr]struct{}{}, map[event.MAC]struct{}{}, w.Seen}
	for _, ip := range w.IPs {
		l.ips[decode.Addr(ip.As16())] = struct{}{}
	}
	for _, m := range w.MACs {
		l.macs[m] = struct{}{}
	}
	a.watch.Store(l)
}

func (w *watchlist) look(p *capture.Packet, l *decode.Layers) {
	if w.has(l) {
		w.seen(sighting(p, l))
	}
}

func (w *watchlist) has(l *decode.Layers) bool {
	if len(w.macs) > 0 {
		_, src := w.macs[l.SrcMAC]
		_, dst := w.macs[l.DstMAC]
		if src || dst {
			return true
		}
	}
	if len(w.ips) == 0 || l.Kind == decode.None {
		return false
	}
	src, dst := l.Src, l.Dst
	if l.Kind == decode.ARP {
		src, dst = l.ARP.SenderIP.As16(), l.ARP.TargetIP.As16()
	}
	_, from := w.ips[src]
	_, to := w.ips[dst]
	return from || to
}

func sighting(p *capture.Packet, l *decode.Layers) event.Sighting {
	s := event.Sighting{
		Time: p.Time(), Proto: l.Proto, Outgoing: p.Outgoing,
		Src:   event.Endpoint{MAC: l.SrcMAC, Port: l.SrcPort},
		Dst:   event.Endpoint{MAC: l.DstMAC, Port: l.DstPort},
		Flags: l.Flags, Seq: l.Seq, Ack: l.Ack, Payload: len(l.Payload) + l.Cut,
	}
	switch l.Kind {
	case decode.None:
	case decode.ARP:
		s.Src.IP, s.Dst.IP = l.ARP.SenderIP, l.ARP.TargetIP
	case decode.ICMP:
		s.Src.Port = uint16(l.Type)<<8 | uint16(l.Code)
		fallthrough
	default:
		s.Src.IP, s.Dst.IP = l.Src.IP(), l.Dst.IP()
	}
	return s
}
