package signature_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature"
)

func TestAlertsTellWhatRulesRemember(t *testing.T) {
	rules := lines(`
		alert tcp any any -> any any (content:"one"; flowbits:set,first; flowint:seen,+,1; noalert; sid:1;)
		alert tcp any any -> any any (content:"one"; flowbits:set,traffic/label/chat; flowbits:set,traffic/id/irc; noalert; sid:2;)
		alert tcp any any -> any any (content:"two"; flowbits:unset,first; sid:3;)
		alert tcp any any -> any any (content:"one"; xbits:set,host,track ip_src; sid:4;)`)
	r := newRig(t, rules...)
	r.holder.Set(signature.NewRuleset(compiled(r, rules...)).Named(r.env.Names))
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "one")
	traffic := tree.Of("traffic", tree.All("id", tree.Str("", "irc")), tree.All("label", tree.Str("", "chat")))
	counters := tree.Of("flowints", tree.Num("seen", 1))
	want := []tree.Node{traffic, tree.Of("metadata", tree.All("flowbits", tree.Str("", "first")), counters)}
	if d := cmp.Diff(want, r.alerts[0].Facts); d != "" {
		t.Error(d)
	}
	r.want(4)
	r.say(f, wire.Orig, "two")
	if d := cmp.Diff([]tree.Node{traffic, tree.Of("metadata", counters)}, r.alerts[0].Facts); d != "" {
		t.Error(d)
	}
	r.want(3)
	r.say(r.tcp(80, ""), wire.Orig, "two")
	if len(r.alerts[0].Facts) != 0 {
		t.Errorf("another flow: %v", r.alerts[0].Facts)
	}
}
