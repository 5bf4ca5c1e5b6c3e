package beacon

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// noAddress keys a series by name alone: behind one name the address may change.
var noAddress netip.Addr

// tlsTraits are what the handshakes of a series told.
type tlsTraits struct {
	handshakes, selfSigned, noName, failed int
	subject                                string
}

// tcpTraits are the conversations of a series whose protocol nobody knows.
type tcpTraits struct {
	talks, refused int
	sent, got      uint64
	packets        uint64
	outPackets     uint64
	longest        time.Duration
	flows          []uint64 // the last ones that were counted
}

// strange are applications that tell nothing of who is called: none that is known, and those that carry anything.
var strange = map[string]bool{"": true, "irc": true, "socks": true, "telnet": true, "redis": true, "memcached": true, "openvpn": true, "mqtt": true}

func (n *instance) flow(e *event.NetworkActivity, emit detect.Emit) {
	switch {
	case e.TLS != nil || e.App == "tls" || e.App == "ssl":
		n.tls(e, emit)
	case strange[e.App] && (e.Activity.Ended() || e.Activity == event.FlowTraffic):
		n.tcp(e, emit)
	}
}

func (n *instance) keyOf(e *event.NetworkActivity, sni string, via channel) (key, string) {
	k := key{src: e.Src.IP, dst: e.Dst.IP, port: e.Dst.Port, via: via}
	name := strings.ToLower(sni)
	if name == "" {
		name = n.deps.Facts.NameOf(e.Dst.IP, e.Time)
	}
	if name != "" {
		k.dst, k.name = noAddress, name
	}
	return k, name
}

// tls counts each handshake once, as a call; the end of the flow tells its size.
func (n *instance) tls(e *event.NetworkActivity, emit detect.Emit) {
	sni := ""
	if e.TLS != nil {
		sni = e.TLS.SNI
	}
	k, name := n.keyOf(e, sni, viaTLS)
	if n.known(name) {
		return
	}
	s, _ := n.series.Touch(k, e.Time)
	switch {
	case e.Activity == event.FlowTraffic && e.TLS != nil && !slices.Contains(s.tcp.flows, e.FlowID):
		s.add(e.Start, 0, &e.Conn, name)
		s.tcp.remember(e.FlowID)
		s.tls.count(e.TLS)
	case e.Activity.Ended():
		if !slices.Contains(s.tcp.flows, e.FlowID) {
			s.add(e.Start, e.Orig.Payload, &e.Conn, name)
			s.tcp.remember(e.FlowID)
			s.tls.count(e.TLS)
		} else {
			s.resize(e.Start, e.Orig.Payload)
		}
		s.tcp.volume(e)
	default:
		return
	}
	if s.due() && !n.common(e.Dst.IP, name, e.Time) {
		n.judgeTLS(e, name, s, emit)
	}
}

// resize fills in the bytes of the call that began at t.
func (s *series) resize(t time.Time, sent uint64) {
	for i := len(s.times) - 1; i >= 0; i-- {
		if s.times[i].Equal(t) {
			s.sizes[i] = float64(sent)
			return
		}
	}
}

func (t *tlsTraits) count(h *event.TLS) {
	if h == nil {
		return
	}
	t.handshakes++
	if h.SNI == "" {
		t.noName++
	}
	if h.Alert != "" {
		t.failed++
	}
	if c := h.Certificate; c != nil && (c.SelfSigned || c.Subject != "" && c.Subject == c.Issuer) {
		t.selfSigned++
		t.subject = c.Subject
	}
}

// remember keeps the last flows, so that one is not counted twice.
func (t *tcpTraits) remember(id uint64) {
	if len(t.flows) >= 16 {
		t.flows = append(t.flows[:0], t.flows[1:]...)
	}
	t.flows = append(t.flows, id)
}

func (t *tcpTraits) volume(e *event.NetworkActivity) {
	if t.talks == 1 { // what was told while it went on is part of this
		t.sent, t.got, t.packets, t.outPackets = 0, 0, 0, 0
	}
	t.sent += e.Orig.Payload
	t.got += e.Resp.Payload
	t.outPackets += e.Orig.Packets
	t.packets += e.Orig.Packets + e.Resp.Packets
	t.longest = max(t.longest, e.End.Sub(e.Start))
}

// tlsPorts are ports where TLS is at home.
var tlsPorts = []uint16{443, 465, 563, 587, 636, 853, 989, 990, 992, 993, 994, 995, 3269, 5061, 5223, 5228, 8443, 25, 110, 143, 3389, 4433, 8883}

func (n *instance) judgeTLS(e *event.NetworkActivity, name string, s *series, emit detect.Emit) {
	t := &s.tls
	r := measure(s.times, nonZero(s.sizes), n.deps.Facts.Hours(e.Src.IP, e.Time))
	odd := !slices.Contains(tlsPorts, e.Dst.Port)
	var p points
	p.add(odd, 1.5, "odd_port", detect.Say("暗号化通信では使われないポート%dです。", "Port %d is not used for encrypted services.", e.Dst.Port))
	p.add(t.selfSigned > 0, 1.7, "self_signed", detect.Say("%d回、自作の証明書が使われました。", "A self-made certificate was used %d times.", t.selfSigned))
	p.add(t.handshakes > 0 && t.noName == t.handshakes, 0.8, "no_name", detect.Say("%d回とも相手の名前を示していません。", "None of %d handshakes named the server.", t.handshakes))
	p.add(rented(name), 1, "rented_name", detect.Say("誰でも取得できる無料の名前(%s)です。", "The name (%s) is one that anybody can get for free.", name))
	p.add(odd && t.selfSigned > 0, 0.5, "odd_and_self_signed", detect.Say("ポート%dで自作の証明書という組み合わせです。", "Port %d together with a self-made certificate.", e.Dst.Port))
	p.add(s.total >= 4 && s.tcp.sent+s.tcp.got < 20_000*uint64(s.total), 0.5, "small", detect.Say("%d回とも短いやり取りです。", "All %d exchanges were short.", s.total))
	p.regular(r)
	if r.beats >= 20 && r.score >= 0.85 {
		p.add(true, 0.8, "persistent", detect.Say("%d回続いています。", "It went on for %d calls.", r.beats))
	}
	behaviour := "c2.tls"
	switch {
	case odd && t.selfSigned > 0:
		behaviour = "c2.tls_rat"
	case r.beats >= 5 && r.score >= 0.8:
		behaviour = "c2.tls_beacon"
	}
	n.tell(e.Time, behaviour, destination(name, e.Dst), s, r, p, emit)
}

func nonZero(v []float64) (out []float64) {
	for _, x := range v {
		if x > 0 {
			out = append(out, x)
		}
	}
	return out
}
