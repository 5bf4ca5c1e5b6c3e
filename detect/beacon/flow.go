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
	case e.Proto == event.ProtoUDP:
		if e.App == "quic" || e.TLS != nil && e.TLS.QUIC != "" {
			n.tls(e, viaQUIC, emit)
		}
	case e.TLS != nil || e.App == "tls" || e.App == "ssl":
		n.tls(e, viaTLS, emit)
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
func (n *instance) tls(e *event.NetworkActivity, via channel, emit detect.Emit) {
	sni := ""
	if e.TLS != nil {
		sni = e.TLS.SNI
	}
	k, name := n.keyOf(e, sni, via)
	if n.known(name) {
		return
	}
	s, _ := n.series.Touch(k, e.Time)
	switch {
	case e.Activity == event.FlowTraffic && e.TLS != nil && !slices.Contains(s.tcp.flows, e.FlowID):
		s.add(e.Start, 0, &e.Conn, name)
		s.tcp.remember(e.FlowID)
		s.overTLS().count(e.TLS)
	case e.Activity == event.FlowTraffic && e.Interim:
		s.tcp.longest = max(s.tcp.longest, e.End.Sub(e.Start))
	case e.Activity.Ended():
		if !slices.Contains(s.tcp.flows, e.FlowID) {
			s.add(e.Start, e.Orig.Payload, &e.Conn, name)
			s.tcp.remember(e.FlowID)
			s.overTLS().count(e.TLS)
		} else {
			s.resize(e.Start, e.Orig.Payload)
		}
		s.tcp.volume(e)
	default:
		return
	}
	if s.due() && !n.common(e.Dst.IP, name, e.Time) {
		n.judgeTLS(e, name, via, s, emit)
	}
}

// tunnel counts a CONNECT through an inside proxy: the end of what is encrypted is known, and who asks.
func (n *instance) tunnel(e *event.HTTPActivity, to detect.Destination, emit detect.Emit) {
	if n.known(to.Host) {
		return
	}
	s, _ := n.series.Touch(key{src: e.Src.IP, name: to.Host, port: to.Port, via: viaTLS}, e.Time)
	s.add(e.Time, max(e.RequestLen, e.ResponseLen), &e.Conn, "CONNECT "+shortURI(e.URI))
	a := n.agent(e.UserAgent)
	if a.script && !a.system {
		s.overTLS().script++
	}
	s.tcp.talks++
	s.tcp.sent += e.RequestLen
	s.tcp.got += e.ResponseLen
	if !s.due() || n.common(to.IP, to.Host, e.Time) {
		return
	}
	c := call{at: e.Time, behaviour: "c2.tls", name: to.Host, dst: event.Endpoint{IP: to.IP, Port: to.Port}, series: s,
		rhythm: s.rhythm(n.deps.Facts.Hours(e.Src.IP, e.Time), true)}
	if c.rhythm.beats >= 5 && c.rhythm.score >= 0.8 {
		c.behaviour = "c2.tls_beacon"
	}
	p := n.points.begin()
	p.add(isAddress(to.Host), 2, "bare_address", "名前ではなく数字のアドレス(%s)を相手にしています。", "The destination is a bare address (%s), not a name.", to.Host)
	n.handshakes(&c, p)
	n.general(&c, p)
	n.tell(&c, p, emit)
}

// resize fills in the bytes of the call that began at t.
func (s *series) resize(t time.Time, sent uint64) {
	for i := len(s.times) - 1; i >= 0; i-- {
		if s.times[i] == t.UnixNano() {
			s.sizes[i] = float32(sent)
			return
		}
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
