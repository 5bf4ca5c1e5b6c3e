package signature_test

import (
	"fmt"
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

func TestKeywordsOfNamedNumbers(t *testing.T) {
	r := newRig(t, lines(`
		alert http2 any any -> any any (http2.settings:SETTINGS_ENABLE_PUSH=0; sid:1;)
		alert http2 any any -> any any (http2.settings:SETTINGS_MAX_CONCURRENT_STREAMS >50; sid:2;)
		alert http2 any any -> any any (http2.settings:SETTINGS_MAX_CONCURRENT_STREAMS 1-50; sid:3;)
		alert ike any any -> any any (ike.chosen_sa_attribute:alg_hash=2; sid:4;)
		alert ike any any -> any any (ike.chosen_sa_attribute:sa_key_length=128; sid:5;)
		alert tls any any -> any any (tls.store; tls.cert_subject; content:"x"; sid:6;)
	`)...)
	f := r.tcp(443, "http2")
	x := &wire.Tx{Done: [2]bool{true, true}}
	x.PutNumber(wire.HTTP2Setting, wire.Orig, 2<<32)
	x.PutNumber(wire.HTTP2Setting, wire.Orig, 3<<32|100)
	r.engine.Tx(f, x)
	r.say(f, wire.Orig, "")
	r.want(1, 2)
	f = r.tcp(500, "ike")
	x = &wire.Tx{Done: [2]bool{true, true}}
	x.PutNumber(wire.IKEChosen, wire.Resp, 2<<32|2)
	x.PutNumber(wire.IKEChosen, wire.Resp, 14<<32|256)
	r.engine.Tx(f, x)
	r.say(f, wire.Resp, "")
	r.want(4)
	f = r.tcp(443, "tls")
	x = &wire.Tx{Done: [2]bool{true, true}}
	x.PutString(wire.TLSCertSubject, wire.Resp, "x")
	r.engine.Tx(f, x)
	r.say(f, wire.Resp, "")
	r.want(6)
}

// TestManyPorts holds that each of more rules than there are sections, all with ports of their own, finds its flow and no other.
func TestManyPorts(t *testing.T) {
	var rules []string
	for i := range 1500 {
		rules = append(rules, fmt.Sprintf(`alert tcp any any -> any [%d:%d] (content:"abc"; depth:3; sid:%d;)`, 2*i+1, 2*i+2, i+1))
	}
	r := newRig(t, rules...)
	for _, port := range []uint16{1, 2, 3, 1000, 1001, 2999, 3000, 3001} {
		r.say(r.tcp(port, ""), wire.Orig, "abcdef")
		if port <= 3000 {
			r.want(uint32(port+1) / 2)
		} else {
			r.want()
		}
	}
}
