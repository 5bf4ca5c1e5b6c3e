package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// TestNegatedAddresses holds that rules whose addresses exclude some are looked at with each packet (user guide, Rule Types).
func TestNegatedAddresses(t *testing.T) {
	r := newRig(t, lines(`
		alert ip any any -> any any (sid:1;)
		alert ip !10.9.0.0/16 any -> any any (sid:2;)
		alert ip [10.0.0.0/8,!10.9.0.0/16] any -> any any (sid:3;)
		alert ip any any -> !10.9.0.0/16 any (sid:4;)
		alert tcp-pkt any any -> any any (sid:5;)
		alert tcp-stream any any -> any any (sid:6;)`)...)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "")
	r.want(1, 2, 3, 4, 5, 6)
	r.say(f, wire.Orig, "")
	r.want(2, 3, 4)
}

// TestPassSpeaksOfTheFlow holds that rules which ask for a protocol, or for addresses, let the whole flow pass, also what comes with the
// very first transaction; those that ask for more let their packets pass.
func TestPassSpeaksOfTheFlow(t *testing.T) {
	for _, c := range []struct {
		pass string
		want []uint32
	}{
		{`pass http any any -> any any (sid:1;)`, nil},
		{`pass http any any -> any any (flow:to_server; sid:1;)`, nil},
		{`pass http any any -> any any (flow:established; sid:1;)`, nil},
		{`pass http any any -> any any (flow:to_server,established; sid:1;)`, []uint32{3}},
		{`pass tcp any any -> any any (app-layer-protocol:http; sid:1;)`, nil},
		{`pass ip !10.9.0.0/16 any -> any any (sid:1;)`, nil},
		{`pass tls any any -> any any (sid:1;)`, []uint32{2, 3}},
	} {
		r := newRig(t, c.pass, `alert http any any -> any any (http.uri; content:"/x"; sid:2;)`, `alert tcp any any -> any any (content:"answer"; depth:6; sid:3;)`)
		f := r.tcp(80, "http")
		x := &wire.Tx{Done: [2]bool{true}}
		x.PutString(wire.HTTPURI, wire.Orig, "/x")
		r.engine.Tx(f, x)
		r.say(f, wire.Orig, "GET /x")
		r.say(f, wire.Resp, "answer")
		t.Log(c.pass)
		r.want(c.want...)
	}
}

// TestProtocolOfEachSide holds that rules of one direction hear what the flow speaks when that side does.
func TestProtocolOfEachSide(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (app-layer-protocol:http; sid:1;)
		alert tcp any any -> any any (app-layer-protocol:http; flow:to_server; sid:2;)
		alert tcp any any -> any any (app-layer-protocol:http; flow:to_client; sid:3;)
		alert tcp any any -> any 80 (app-layer-protocol:!tls; sid:4;)`)...)
	f := r.tcp(80, "http")
	r.say(f, wire.Orig, "GET /")
	r.want(1, 2, 4)
	r.say(f, wire.Resp, "")
	r.want()
	r.say(f, wire.Resp, "HTTP/1.1 200 OK")
	r.want(3)
	r.say(f, wire.Resp, "more")
	r.want()
	g := r.tcp(80, "ssh") // the server speaks first
	r.say(g, wire.Resp, "SSH-2.0-x")
	r.want()
	r.say(g, wire.Orig, "SSH-2.0-y")
	r.want(4)
}

// TestLimitsKnowNoVLAN holds that limits count hosts and rules, whatever network they were seen in.
func TestLimitsKnowNoVLAN(t *testing.T) {
	for _, track := range []string{"by_rule", "by_src", "by_dst", "by_both"} {
		r := newRig(t, `alert udp any any -> any any (content:"x"; threshold:type limit,track `+track+`,count 1,seconds 60; sid:1;)`)
		for vlan := range uint16(3) {
			f := r.tcp(53, "")
			f.Proto, f.VLAN = 17, vlan
			p := r.packet(f, wire.Orig, "x")
			p.VLAN = vlan
			r.engine.Packet(p, f, wire.Orig, r.at, 1, true)
		}
		r.want(1)
	}
}

// TestNegatedOr holds that isnotset with several bits asks for one that is not set.
func TestNegatedOr(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp-pkt any any -> any any (content:"1"; flowbits:set,a; noalert; sid:1;)
		alert tcp-pkt any any -> any any (content:"2"; flowbits:set,b; noalert; sid:2;)
		alert tcp-pkt any any -> any any (content:"?"; flowbits:isnotset,a|b; sid:3;)
		alert tcp-pkt any any -> any any (content:"?"; flowbits:isset,a|b; sid:4;)`)...)
	f := r.tcp(80, "")
	for _, c := range []struct {
		say  string
		want []uint32
	}{{"?", []uint32{3}}, {"1", nil}, {"?", []uint32{3, 4}}, {"2", nil}, {"?", []uint32{4}}} {
		r.say(f, wire.Orig, c.say)
		r.want(c.want...)
	}
}

// TestFilestoreAlone holds that a rule with filestore alone speaks of each transaction that has a file, not of each packet.
func TestFilestoreAlone(t *testing.T) {
	r := newRig(t, `alert http any any -> any any (filestore; sid:1;)`, `alert http any any -> any any (flow:to_server; filestore; sid:2;)`)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPURI, wire.Orig, "/a")
	r.show(f, wire.Orig, x)
	r.want()
	file := &wire.File{Name: "a"}
	x.Fields = append(x.Fields, wire.Field{Buffer: wire.FileName, Dir: wire.Resp, B: []byte("a"), File: file})
	r.show(f, wire.Resp, x)
	r.want(1)
	r.say(f, wire.Resp, "more")
	r.want()
}

// TestBypass holds that nothing of a flow is looked at after a rule with bypass has matched in it; what else matches in that packet speaks.
func TestBypass(t *testing.T) {
	r := newRig(t, lines(`
		alert http any any -> any any (http.host; content:"video.example"; bypass; sid:1;)
		alert tcp any any -> any any (content:"GET"; depth:3; sid:2;)
		alert tcp any any -> any any (flags:A; sid:3;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPHost, wire.Orig, "video.example")
	r.engine.Tx(f, x)
	r.say(f, wire.Orig, "GET /")
	p := r.packet(f, wire.Resp, "more")
	p.Flags = 0x10
	r.engine.Packet(p, f, wire.Resp, r.at, 1, true)
	r.want(1, 2)
	g := r.tcp(80, "http")
	r.say(g, wire.Orig, "GET /")
	r.want(2)
}
