package signature_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

func TestOrderWithinAPacket(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (msg:"late"; content:"evil"; priority:3; sid:1;)
		alert tcp any any -> any any (msg:"grave"; content:"evil"; priority:1; sid:2;)
		alert tcp any any -> any any (msg:"reads"; content:"evil"; flowbits:isset,seen; priority:1; sid:3;)
		alert tcp any any -> any any (msg:"sets"; content:"evil"; flowbits:set,seen; priority:4; sid:4;)`)...)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "some evil bytes")
	r.want(2, 1, 4, 3)
	if !f.Alerted {
		t.Error("the flow is not told of its alerts")
	}
}

func TestPassEndsAlertsOfItsFlow(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (content:"evil"; sid:1;)
		pass tcp any any -> any any (content:"friend"; sid:2;)`)...)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "evil friend")
	r.say(f, wire.Orig, "evil")
	r.want()
	r.say(r.tcp(80, ""), wire.Orig, "evil")
	r.want(1)
}

func TestAtMostFifteenAlertsAPacket(t *testing.T) {
	var rules []string
	var want []uint32
	for i := range uint32(20) {
		rules = append(rules, fmt.Sprintf(`alert udp any any -> any any (content:"x"; sid:%d;)`, i+1))
		if i < 15 {
			want = append(want, i+1)
		}
	}
	r := newRig(t, rules...)
	f := r.tcp(53, "")
	f.Proto = 17
	r.say(f, wire.Orig, "x")
	r.want(want...)
	if s := r.shared.Stats(); s.Overflow != 5 || s.Alerts != 15 {
		t.Errorf("stats %+v", s)
	}
}

func TestMatchCrossesSegments(t *testing.T) {
	r := newRig(t, `alert tcp any any -> any any (content:"abcdef"; content:"xyz"; distance:2; within:3; sid:1;)`)
	f := r.tcp(9000, "")
	for _, s := range []string{"..ab", "c", "def--x", "y"} {
		r.say(f, wire.Orig, s)
		r.want()
	}
	r.say(f, wire.Orig, "z")
	r.want(1)
	r.say(f, wire.Orig, "nothing new")
	r.want()
	g := r.tcp(9000, "")
	r.say(g, wire.Orig, "..abc")
	r.engine.Gap(g, wire.Orig, 10)
	r.say(g, wire.Orig, "def--xyz")
	r.want()
}

func TestOncePerChunk(t *testing.T) {
	r := newRig(t, `alert tcp any any -> any any (content:"evil"; sid:1;)`)
	f := r.tcp(9000, "")
	r.say(f, wire.Orig, "evil")
	r.say(f, wire.Orig, "evil")
	r.want(1)
	r.say(f, wire.Orig, strings.Repeat(".", 2600))
	r.say(f, wire.Orig, "evil")
	r.want(1)
}

func TestPacketsAlone(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp-pkt any any -> any any (content:"evil"; sid:1;)
		alert tcp any any -> any any (content:"bad"; depth:3; sid:2;)
		alert tcp-stream any any -> any any (content:"both"; sid:3;)`)...)
	f := r.tcp(9000, "")
	r.say(f, wire.Orig, "ev")
	r.say(f, wire.Orig, "il evil both")
	r.want(1, 3)
	r.say(f, wire.Orig, "bad") // not at the beginning of the stream, but of the packet
	r.want(2)
	p := r.packet(f, wire.Orig, "evil both bad")
	r.engine.Packet(p, f, wire.Orig, r.at, 9, false) // sent again: went to nobody
	r.want(1)
}

func TestAddressesOncePerDirection(t *testing.T) {
	r := newRig(t, lines(`
		alert ip 10.0.0.5 any -> any any (sid:1;)
		alert ip any any -> 10.0.0.5 any (sid:2;)
		alert tcp any any -> any 80 (flow:established; sid:3;)
		alert ip 10.9.0.0/16 any -> any any (sid:4;)`)...)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "")
	r.want(1, 3)
	r.say(f, wire.Orig, "")
	r.want(3)
	r.say(f, wire.Resp, "")
	r.want(2)
	r.say(f, wire.Resp, "")
	r.want()
}

func TestEventsOfPackets(t *testing.T) {
	r := newRig(t, lines(`
		alert pkthdr any any -> any any (decode-event:ipv4.trunc_pkt; sid:1;)
		alert tcp any any -> any any (stream-event:est_packet_out_of_window; sid:2;)`)...)
	p := &wire.Packet{Kind: wire.None, Events: []wire.Event{"ipv4.trunc_pkt"}}
	r.engine.Packet(p, nil, wire.Orig, r.at, 1, false)
	r.want(1)
	if !r.engine.WantsStreamEvents() {
		t.Error("nobody waits for events of streams")
	}
	f := r.tcp(80, "")
	p = r.packet(f, wire.Orig, "")
	p.Events = []wire.Event{"stream.est_packet_out_of_window"}
	r.engine.Packet(p, f, wire.Orig, r.at, 2, false)
	r.want(2)
}

func TestBits(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (content:"login"; flowbits:set,in; flowbits:noalert; sid:1;)
		alert tcp any any -> any any (content:"drop"; flowbits:isset,in; sid:2;)
		alert tcp any any -> any any (content:"mark"; xbits:set,bad,track ip_src,expire 10; noalert; sid:3;)
		alert tcp any any -> any any (content:"seen"; xbits:isset,bad,track ip_src; sid:4;)
		alert tcp any any -> any any (content:"count"; flowint:n,+,1; noalert; sid:5;)
		alert tcp any any -> any any (content:"enough"; flowint:n,>,1; sid:6;)`)...)
	r.say(r.tcp(1, ""), wire.Orig, "drop")
	r.want()
	f := r.tcp(1, "")
	r.say(f, wire.Orig, strings.Repeat("login ", 1)+strings.Repeat(".", 2600))
	r.say(f, wire.Orig, "drop")
	r.want(2)
	r.say(f, wire.Orig, "mark")
	g := r.tcp(2, "")
	r.say(g, wire.Orig, "seen")
	r.want(4)
	r.at += 11e9
	r.say(r.tcp(2, ""), wire.Orig, "seen")
	r.want()
	h := r.tcp(3, "")
	for range 3 {
		r.say(h, wire.Orig, "count"+strings.Repeat(".", 2600))
	}
	r.say(h, wire.Orig, "enough")
	r.want(6)
}

func TestLimits(t *testing.T) {
	r := newRig(t, lines(`
		alert udp any any -> any any (content:"x"; threshold:type limit,track by_src,count 1,seconds 60; sid:1;)
		alert udp any any -> any any (content:"x"; detection_filter:track by_dst,count 2,seconds 60; sid:2;)`)...)
	f := r.tcp(53, "")
	f.Proto = 17
	for range 4 {
		r.say(f, wire.Orig, "x")
	}
	r.want(1, 2, 2)
	if s := r.shared.Stats(); s.Suppressed != 5 {
		t.Errorf("%d suppressed", s.Suppressed)
	}
}

func TestReloadBetweenPackets(t *testing.T) {
	limited := `alert tcp any any -> any any (content:"evil"; threshold:type limit,track by_src,count 1,seconds 60; sid:1;)`
	r := newRig(t, limited)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "ev")
	r.use(limited, `alert tcp any any -> any any (content:"evil"; sid:2;)`)
	r.say(f, wire.Orig, "il")
	r.want(1, 2) // the packet before stands in the window still
	r.use(limited)
	r.say(r.tcp(80, ""), wire.Orig, "evil")
	r.want() // limits live on
}

func TestCloseLooksOnceMore(t *testing.T) {
	r := newRig(t, `alert tcp any any -> any any (content:"hello"; content:!"world"; isdataat:!20; sid:1;)`)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "hello there")
	n := len(r.alerts)
	r.engine.Close(f, r.at)
	if n+len(r.alerts) == 0 || f.Mine != nil {
		t.Errorf("%d alerts, state %v", len(r.alerts), f.Mine)
	}
}

func TestMidstreamIsLeftAlone(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (flow:established; content:"evil"; sid:1;)
		alert tcp any any -> any any (content:"evil"; sid:2;)`)...)
	f := r.tcp(80, "")
	f.Midstream = true
	r.say(f, wire.Orig, "ev")
	r.say(f, wire.Orig, "il")
	r.want()
	r.say(f, wire.Orig, "evil")
	r.want(2)
}

func TestAlertSaysWhoAndWhat(t *testing.T) {
	r := newRig(t, `reject tcp any any -> any 80 (msg:"m"; flow:to_server; content:"evil"; classtype:trojan-activity; reference:url,example.org/x; metadata:tag a, tag b; target:src_ip; gid:7; sid:1; rev:3;)`)
	f := r.tcp(80, "http")
	r.say(f, wire.Orig, "evil")
	if len(r.alerts) != 1 {
		t.Fatalf("%d alerts", len(r.alerts))
	}
	a := r.alerts[0]
	if a.Action != "blocked" || a.GID != 7 || a.SID != 1 || a.Rev != 3 || a.Message != "m" || a.Priority != 1 || !a.ToServer || !a.Stream ||
		a.Src.IP != client || a.Dst.Port != 80 || a.Proto != event.ProtoTCP || a.App != "http" || a.TxID != -1 || a.Target != "src_ip" ||
		len(a.Metadata["tag"]) != 2 || len(a.Refs) != 1 || a.Category == "" || a.Packet != r.number {
		t.Errorf("%+v", a)
	}
}

func TestNoAllocationPerPacket(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (content:"never there"; sid:1;)
		alert tcp any any -> any 80 (flags:S; sid:2;)
		alert ip 203.0.113.0/24 any -> any any (sid:3;)
		alert tcp any any -> any any (content:"abc"; depth:3; content:"nope"; sid:4;)
		alert http any any -> any any (http.uri; content:"/x"; sid:5;)`)...)
	f := r.tcp(80, "http")
	p := r.packet(f, wire.Orig, strings.Repeat("abc GET / HTTP/1.1 never ", 50))
	one := func() {
		r.number++
		r.engine.Stream(f, wire.Orig, p.Payload)
		r.engine.Packet(p, f, wire.Orig, r.at, r.number, true)
	}
	for range 20 {
		one()
	}
	if n := testing.AllocsPerRun(200, one); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func TestFirstPacketOfAFlow(t *testing.T) {
	r := newRig(t, `alert tcp:flow_start any any -> any any (content:"a"; sid:1;)`)
	f := r.tcp(80, "")
	f.Packets[wire.Orig] = 1
	r.say(f, wire.Orig, "a")
	f.Packets[wire.Orig] = 2
	r.say(f, wire.Orig, "a")
	f.Packets[wire.Resp] = 1 // the answer begins the other side
	r.say(f, wire.Resp, "a")
	r.want(1, 1)
}
