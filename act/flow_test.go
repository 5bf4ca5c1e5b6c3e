package act

import (
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

var (
	t0      = time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC) // the order is applied
	machine = netip.MustParseAddr("10.1.2.3")
	server  = netip.MustParseAddr("203.0.113.9")
)

// packet is one line of a story: ms after t0, from the machine (or to it).
type packet struct {
	ms       int
	from     bool
	proto    event.Proto
	port     [2]uint16 // the machine's, the server's; ICMP: type of the packet first
	flags    uint8
	seq, ack uint32
	payload  int
	outgoing bool
}

func (p packet) sighting() event.Sighting {
	me, other := event.Endpoint{IP: machine, Port: p.port[0]}, event.Endpoint{IP: server, Port: p.port[1]}
	s := event.Sighting{Time: t0.Add(time.Duration(p.ms) * time.Millisecond), Src: me, Dst: other, Proto: p.proto,
		Flags: p.flags, Seq: p.seq, Ack: p.ack, Payload: p.payload, Outgoing: p.outgoing}
	if p.proto == event.ProtoICMP {
		s.Src.Port, s.Dst.Port = p.port[0]<<8, 0
	}
	if !p.from {
		s.Src.IP, s.Dst.IP = other.IP, me.IP
		if p.proto != event.ProtoICMP {
			s.Src.Port, s.Dst.Port = other.Port, me.Port
		}
	}
	return s
}

const (
	syn = event.FlagSYN
	ack = event.FlagACK
	rst = event.FlagRST
)

func tcp(ms int, from bool, flags uint8, seq, acked uint32, payload int) packet {
	return packet{ms: ms, from: from, proto: event.ProtoTCP, port: [2]uint16{50001, 443}, flags: flags, seq: seq, ack: acked, payload: payload}
}

func udp(ms int, from bool, own, far uint16) packet {
	return packet{ms: ms, from: from, proto: event.ProtoUDP, port: [2]uint16{own, far}}
}

func ping(ms int, from bool, kind uint16) packet {
	return packet{ms: ms, from: from, proto: event.ProtoICMP, port: [2]uint16{kind, 0}}
}

func TestWhatCountsAsPassing(t *testing.T) {
	out := func(p packet) packet { p.outgoing = true; return p }
	for name, c := range map[string]struct {
		story []packet
		last  int // ms of the last packet that passed, -1 = none
	}{
		"SYN retries": {[]packet{tcp(5, true, syn, 100, 0, 0), tcp(1005, true, syn, 100, 0, 0), tcp(3005, true, syn, 100, 0, 0)}, -1},
		"a server repeats itself": {[]packet{
			tcp(-50, true, ack, 100, 900, 10), tcp(-40, false, ack, 900, 110, 500),
			tcp(200, false, ack, 900, 110, 500), tcp(600, false, ack, 900, 110, 500), tcp(1400, false, ack, 900, 110, 500)}, -1},
		"both repeat themselves, seen from the first time on": {[]packet{
			tcp(200, true, ack, 100, 900, 10), tcp(300, false, ack, 900, 110, 500),
			tcp(400, true, ack, 100, 900, 10), tcp(700, false, ack, 900, 110, 500)}, -1},
		"an acknowledgement on its way when the order came": {[]packet{
			tcp(-2, true, ack, 100, 900, 10), tcp(-1, false, ack, 900, 100, 0), tcp(40, false, ack, 900, 110, 0)}, -1},
		"new data that nobody acknowledges": {[]packet{
			tcp(-10, true, ack, 100, 900, 10), tcp(-9, false, ack, 900, 110, 0),
			tcp(10, true, ack, 110, 900, 10), tcp(20, true, ack, 120, 900, 10), tcp(300, true, ack, 110, 900, 20)}, -1},
		"a session goes on": {[]packet{
			tcp(-10, true, ack, 100, 900, 10), tcp(-9, false, ack, 900, 110, 0),
			tcp(10, true, ack, 110, 900, 10), tcp(12, false, ack, 900, 120, 0)}, 12},
		"a download goes on": {[]packet{
			tcp(-10, false, ack, 900, 100, 1400), tcp(-9, true, ack, 100, 2300, 0),
			tcp(10, false, ack, 2300, 100, 1400), tcp(11, true, ack, 100, 3700, 0)}, 11},
		"a session goes on, over the end of the numbers": {[]packet{
			tcp(-10, true, ack, 0xfffffff0, 900, 10), tcp(-9, false, ack, 900, 0xfffffffa, 0),
			tcp(10, true, ack, 0xfffffffa, 900, 10), tcp(12, false, ack, 900, 4, 0)}, 12},
		"a new session": {[]packet{
			tcp(10, true, syn, 100, 0, 0), tcp(12, false, syn|ack, 900, 101, 0), tcp(13, true, ack, 101, 901, 0),
			tcp(14, true, ack, 101, 901, 50), tcp(16, false, ack, 901, 151, 0)}, 16},
		"an answer to the handshake that does not come through": {[]packet{
			tcp(-1, true, syn, 100, 0, 0), tcp(1, false, syn|ack, 900, 101, 0),
			tcp(1000, true, syn, 100, 0, 0), tcp(1001, false, syn|ack, 900, 101, 0), tcp(3000, false, syn|ack, 900, 101, 0)}, -1},
		"a reset":                    {[]packet{tcp(1, true, ack, 100, 900, 10), tcp(2, false, rst|ack, 900, 110, 0), tcp(3, false, rst|ack, 900, 120, 0)}, -1},
		"forwarded":                  {[]packet{tcp(3, true, syn, 100, 0, 0), out(tcp(3, true, syn, 100, 0, 0))}, 3},
		"forwarded before the order": {[]packet{out(tcp(-3, true, syn, 100, 0, 0)), tcp(3, true, syn, 100, 0, 0)}, -1},
		"DNS answered":               {[]packet{udp(5, true, 50002, 53), udp(9, false, 50002, 53)}, 9},
		"DNS asked again and again":  {[]packet{udp(5, true, 50002, 53), udp(1005, true, 50002, 53)}, -1},
		"a late answer, then a retry": {[]packet{
			udp(-9, true, 50002, 53), udp(2, false, 50002, 53), udp(1005, true, 50002, 53)}, -1},
		"both keep talking into the void": {[]packet{
			udp(-9, true, 50002, 443), out(udp(-9, true, 50002, 443)), udp(5, true, 50002, 443), udp(9, false, 50002, 443)}, -1},
		"ping answered":              {[]packet{ping(5, true, 8), ping(6, false, 0)}, 6},
		"ping not answered":          {[]packet{ping(5, true, 8), ping(1005, true, 8)}, -1},
		"pinged by another":          {[]packet{ping(5, false, 8), ping(6, true, 0)}, 6},
		"unreachable, says a router": {[]packet{ping(5, true, 8), ping(6, false, 3)}, -1},
		"DHCP":                       {[]packet{udp(5, true, 68, 67), udp(6, false, 68, 67)}, -1},
	} {
		w := newWatch(event.Order{IPs: []netip.Addr{machine}})
		w.applied = t0
		for _, p := range c.story {
			s := p.sighting()
			if from, ok := w.mine(s); ok && counts(s, from, nil) {
				w.see(from, s)
			}
		}
		got := -1
		if !w.lastPass.IsZero() {
			got = int(w.lastPass.Sub(t0).Milliseconds())
		}
		if got != c.last {
			t.Errorf("%s: last passed at %d ms, want %d", name, got, c.last)
		}
	}
}

func TestAllowedPeersDoNotCount(t *testing.T) {
	s := tcp(5, true, syn, 1, 0, 0).sighting()
	for _, c := range []struct {
		allow Allow
		want  bool
	}{{Allow{IP: server}, false}, {Allow{IP: server, Port: 443}, false}, {Allow{IP: server, Port: 80}, true}, {Allow{IP: machine}, true}} {
		if got := counts(s, own, []Allow{c.allow}); got != c.want {
			t.Errorf("%v: counts %v", c.allow, got)
		}
	}
}

func TestFramesWithoutAddressesDoNotCount(t *testing.T) {
	mac := event.MAC{2, 0, 0, 0, 0, 3}
	if counts(event.Sighting{Src: event.Endpoint{MAC: mac}, Outgoing: true}, own, nil) {
		t.Error("a frame that is no IP packet counts")
	}
}

func TestTheMACFindsNewAddresses(t *testing.T) {
	mac := event.MAC{2, 0, 0, 0, 0, 3}
	w := newWatch(event.Order{IPs: []netip.Addr{machine}, MAC: mac})
	s := event.Sighting{Src: event.Endpoint{IP: netip.MustParseAddr("2001:db8::feed"), MAC: mac}, Dst: event.Endpoint{IP: server}}
	if side, ok := w.mine(s); !ok || side != own {
		t.Error("a privacy address of the machine was not recognised")
	}
	s.Src, s.Dst = s.Dst, s.Src
	if side, ok := w.mine(s); !ok || side != peer {
		t.Error("traffic to it was not recognised")
	}
}

func TestMemoryOfOneMachineIsBounded(t *testing.T) {
	w := newWatch(event.Order{IPs: []netip.Addr{machine}})
	w.begin(t0)
	for n := range 3 * maxFlows {
		p := udp(1, true, uint16(n), 53)
		s := p.sighting()
		s.Dst.IP = netip.AddrFrom4([4]byte{203, 0, byte(n >> 8), byte(n)})
		w.see(own, s)
	}
	if len(w.flows) != maxFlows || w.untold != 2*maxFlows || len(w.tries) > maxFlows {
		t.Errorf("%d flows, %d untold, %d named", len(w.flows), w.untold, len(w.tries))
	}
}
