package signature_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// TestDocumentedRates counts which of a row of matches, one second apart, raise an alert.
func TestDocumentedRates(t *testing.T) {
	for _, c := range []struct {
		options string
		matches int
		want    []int
	}{
		{`threshold:type limit,track by_src,count 2,seconds 5;`, 8, []int{1, 2, 7, 8}},
		{`threshold:type threshold,track by_src,count 3,seconds 60;`, 7, []int{3, 6}},
		{`threshold:type threshold,track by_src,count 3,seconds 1;`, 7, nil},
		{`threshold:type both,track by_dst,count 3,seconds 60;`, 7, []int{3}},
		{`threshold:type both,track by_flow,count 2,seconds 4;`, 9, []int{2, 7}},
		{`threshold:type backoff,track by_flow,count 1,multiplier 2;`, 9, []int{1, 2, 4, 8}},
		{`threshold:type backoff,track by_flow,count 2,multiplier 3;`, 9, []int{2, 6}},
		{`detection_filter:track by_src,count 3,seconds 60;`, 6, []int{4, 5, 6}},
		{`detection_filter:track by_rule,count 2,seconds 60;`, 4, []int{3, 4}},
		{`detection_filter:track by_both,count 2,seconds 60;`, 4, []int{3, 4}},
	} {
		r := newRig(t, `alert udp any any -> any any (content:"x"; `+c.options+` sid:1;)`)
		f := r.tcp(53, "")
		f.Proto = 17
		var got []int
		for i := range c.matches {
			r.say(f, wire.Orig, "x")
			if len(r.alerts) > 0 {
				got, r.alerts = append(got, i+1), nil
			}
			r.at += 1e9
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.options, got, c.want)
		}
	}
}

// TestDistinctPorts counts ports, not packets.
func TestDistinctPorts(t *testing.T) {
	r := newRig(t, `alert udp any any -> any any (content:"x"; detection_filter:track by_src,count 2,seconds 60,unique_on dst_port; sid:1;)`)
	for i, port := range []uint16{1, 1, 2, 2, 1, 3, 4} {
		f := r.tcp(port, "")
		f.Proto = 17
		r.say(f, wire.Orig, "x")
		if want := i >= 5; (len(r.alerts) == 1) != want {
			t.Errorf("packet %d to port %d: %d alerts", i, port, len(r.alerts))
		}
		r.alerts = nil
	}
}

// TestDistinctAddresses counts addresses, also where packets have no ports.
func TestDistinctAddresses(t *testing.T) {
	r := newRig(t, `alert ip any any -> any any (content:"x"; detection_filter:track by_dst,count 1,seconds 60,unique_on src_ip; sid:1;)`)
	for i, last := range []byte{1, 1, 1, 2, 1, 3} {
		f := r.tcp(80, "")
		f.Proto, f.Src = 17, netip.AddrFrom4([4]byte{10, 0, 0, last})
		r.say(f, wire.Orig, "x")
		if want := i == 3 || i == 5; (len(r.alerts) == 1) != want {
			t.Errorf("packet %d from host %d: %d alerts", i, last, len(r.alerts))
		}
		r.alerts = nil
	}
}

// TestBitsOfPairs holds that a pair is the same both ways, and that the other tracks are one-sided.
func TestBitsOfPairs(t *testing.T) {
	r := newRig(t, lines(`
		alert tcp any any -> any any (content:"set"; xbits:set,p,track ip_pair,expire 60; noalert; sid:1;)
		alert tcp any any -> any any (content:"set"; xbits:set,s,track ip_src,expire 60; noalert; sid:2;)
		alert tcp any any -> any any (content:"set"; xbits:set,d,track ip_dst,expire 60; noalert; sid:3;)
		alert tcp any any -> any any (content:"ask"; xbits:isset,p,track ip_pair; sid:4;)
		alert tcp any any -> any any (content:"ask"; xbits:isset,s,track ip_src; sid:5;)
		alert tcp any any -> any any (content:"ask"; xbits:isset,s,track ip_dst; sid:6;)
		alert tcp any any -> any any (content:"ask"; xbits:isset,d,track ip_src; sid:7;)
		alert tcp any any -> any any (content:"ask"; xbits:isset,d,track ip_dst; sid:8;)
		alert tcp any any -> any any (content:"ask"; xbits:isnotset,p,track ip_pair; sid:9;)
		alert tcp any any -> any any (content:"flip"; xbits:toggle,p,track ip_pair; noalert; sid:10;)`)...)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "set")
	r.say(f, wire.Resp, "ask")
	r.want(4, 6, 7)
	r.say(r.tcp(80, ""), wire.Orig, "ask")
	r.want(4, 5, 8)
	r.say(r.tcp(80, ""), wire.Orig, "flip")
	r.say(r.tcp(80, ""), wire.Orig, "ask")
	r.want(5, 8, 9)
}

// TestCountersOfFlows walks through what the documentation of flowint shows.
func TestCountersOfFlows(t *testing.T) {
	r := newRig(t, lines(`
		alert udp any any -> any any (content:"login"; flowint:fail,notset; flowint:fail,=,1; noalert; sid:1;)
		alert udp any any -> any any (content:"again"; flowint:fail,isset; flowint:fail,+,2; noalert; sid:2;)
		alert udp any any -> any any (content:"less"; flowint:fail,-,1; noalert; sid:3;)
		alert udp any any -> any any (content:"most"; flowint:most,=,3; noalert; sid:4;)
		alert udp any any -> any any (content:"ask"; flowint:fail,==,most; sid:5;)
		alert udp any any -> any any (content:"ask"; flowint:fail,>=,3; sid:6;)
		alert udp any any -> any any (content:"ask"; flowint:fail,<,3; sid:7;)
		alert udp any any -> any any (content:"ask"; flowint:fail,!=,3; sid:8;)
		alert udp any any -> any any (content:"ask"; flowint:never,<,3; sid:9;)`)...)
	f := r.tcp(80, "")
	f.Proto = 17 // each packet alone
	for _, c := range []struct {
		say  string
		want []uint32
	}{
		{"again", nil}, {"ask", nil}, {"most", nil}, {"login", nil}, {"login", nil}, {"ask", []uint32{7, 8}},
		{"again", nil}, {"ask", []uint32{5, 6}}, {"less", nil}, {"ask", []uint32{7, 8}},
	} {
		r.say(f, wire.Orig, c.say)
		r.want(c.want...)
	}
}

// TestElephants counts bytes of each direction within the last interval.
func TestElephants(t *testing.T) {
	r := newRig(t)
	r.env.Elephant = rule.Pace{Bytes: 1000, Interval: 8e9}
	r.use(lines(`
		alert udp any any -> any any (flow.elephant:toserver; sid:1;)
		alert udp any any -> any any (flow.elephant:toclient; sid:2;)
		alert udp any any -> any any (flow.elephant:both; sid:3;)
		alert udp any any -> any any (flow.elephant:either; sid:4;)`)...)
	f := r.tcp(53, "")
	f.Proto = 17
	for i, c := range []struct {
		d     wire.Dir
		bytes uint64
		pause int64
		want  []uint32
	}{
		{wire.Orig, 2000, 1e9, nil}, // where the looking begins
		{wire.Orig, 600, 1e9, nil},
		{wire.Orig, 600, 1e9, []uint32{1, 4}},
		{wire.Resp, 1100, 1e9, []uint32{1, 2, 3, 4}},
		{wire.Resp, 10, 6e9, []uint32{2, 4}},
		{wire.Resp, 10, 60e9, nil},
		{wire.Orig, 1001, 1e9, []uint32{1, 4}},
	} {
		r.at += c.pause
		f.Bytes[c.d] += c.bytes
		r.say(f, c.d, "x")
		var got []uint32
		for _, a := range r.alerts {
			got = append(got, a.SID)
		}
		if r.alerts = nil; !slices.Equal(got, c.want) {
			t.Errorf("packet %d: %v, want %v", i, got, c.want)
		}
	}
}
