package signature_test

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/threshold"
)

// told counts alerts and tagged packets of a talk: an alert at the first packet, then packets both ways, and of another flow of the client.
func told(t *testing.T, text string) (alerts, tagged int) {
	t.Helper()
	r := newRig(t, text)
	r.engine = signature.NewEngine(&r.holder, r.shared, func(e event.Event) {
		switch e := e.(type) {
		case *event.Alert:
			alerts++
		case *event.TaggedPacket:
			tagged++
			if len(e.Frame) != 60 {
				t.Errorf("%d bytes", len(e.Frame))
			}
		}
	})
	f, other := r.tcp(80, ""), r.tcp(443, "")
	other.Dst = client.Next()
	show := func(f *wire.Flow, d wire.Dir, payload string) {
		r.number++
		p := r.packet(f, d, payload)
		p.L2 = make([]byte, 60)
		r.engine.Packet(p, f, d, r.at, r.number, false)
		r.at += 1e9
	}
	show(f, wire.Orig, "evil")
	for range 5 {
		show(f, wire.Resp, "x")
		show(other, wire.Orig, "x")
		show(f, wire.Orig, "x")
	}
	return alerts, tagged
}

func TestTagsTellOfLaterPackets(t *testing.T) {
	for tags, want := range map[string]int{
		"tag:session;":                         10,
		"tag:session,4,packets;":               3, // the packet of the alert counts, and is told by the alert
		"tag:session,200,bytes;":               2,
		"tag:session,6,seconds;":               4,
		"tag:host,100,packets,src;":            15,
		"tag:host,100,packets,dst;":            10,
		"tag:host;":                            10,
		"tag:host,3,seconds,src;":              3,
		"tag:session; tag:host,3,seconds,src;": 11,
	} {
		alerts, tagged := told(t, `alert tcp any any -> any any (content:"evil"; `+tags+` sid:1;)`)
		if alerts != 1 || tagged != want {
			t.Errorf("%s: %d alerts, %d packets, want %d", tags, alerts, tagged, want)
		}
	}
}

func TestRateFilterTurnsTheAction(t *testing.T) {
	r := newRig(t)
	sig := compiled(r, `alert tcp any any -> any any (content:"a"; sid:1;)`)
	f, err := threshold.Read(strings.NewReader("rate_filter gen_id 1, sig_id 1, track by_rule, count 2, seconds 60, new_action pass, timeout 10"), "t", r.env.Vars)
	if err != nil || len(f.Refused) > 0 {
		t.Fatal(err, f.Refused)
	}
	f.Apply(sig)
	r.holder.Set(signature.NewRuleset(sig))
	for range 5 {
		r.say(r.tcp(80, ""), wire.Orig, "a")
		r.at += 1e9
	}
	r.want(1, 1)
	r.at += 10e9
	r.say(r.tcp(80, ""), wire.Orig, "a")
	r.want(1)
}

func TestSuppressedRuleStillSetsBits(t *testing.T) {
	r := newRig(t)
	sigs := compiled(r, `alert tcp any any -> any any (content:"a"; flowbits:set,seen; sid:1;)`, `alert tcp any any -> any any (content:"b"; flowbits:isset,seen; sid:2;)`)
	f, err := threshold.Read(strings.NewReader("suppress gen_id 1, sig_id 1, track by_src, ip "+client.String()), "t", r.env.Vars)
	if err != nil || len(f.Refused) > 0 {
		t.Fatal(err, f.Refused)
	}
	f.Apply(sigs)
	r.holder.Set(signature.NewRuleset(sigs))
	flow := r.tcp(80, "")
	r.say(flow, wire.Orig, "a")
	r.say(flow, wire.Orig, "b")
	r.want(2)
}
