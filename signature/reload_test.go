package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

const (
	seenRule  = `alert tcp any any -> any 8080 (content:"evil"; sid:1;)`
	twoRule   = `alert tcp any any -> any 8080 (content:"first"; content:"second"; distance:0; sid:2;)`
	otherRule = `alert tcp any any -> any 8080 (content:"other"; sid:3;)`
	plainRule = `alert tcp any any -> any 8080 (pcre:"/e.il/"; sid:4;)`
)

// TestReloadTellsNothingTwice exchanges the rules within connections: what was told of a stream is not told once more, although its bytes
// are still at hand, whatever number a rule has got among the others.
func TestReloadTellsNothingTwice(t *testing.T) {
	r := newRig(t, seenRule, plainRule)
	f := r.tcp(8080, "")
	r.say(f, wire.Orig, "GET evil things ")
	r.want(1, 4)
	r.say(f, wire.Orig, "and more ")
	r.want()
	for range 3 {
		r.use(otherRule, plainRule, seenRule)
		r.say(f, wire.Orig, "and more ")
		r.want()
	}
	r.say(f, wire.Orig, "and other")
	r.want(3)
}

// TestReloadForgetsNoHalf exchanges the rules between the two halves of what a rule waits for.
func TestReloadForgetsNoHalf(t *testing.T) {
	r := newRig(t, twoRule)
	f := r.tcp(8080, "")
	r.say(f, wire.Orig, "the first ")
	r.want()
	r.use(otherRule, seenRule, twoRule)
	r.say(f, wire.Orig, "then the second ")
	r.want(2)
}

// TestReloadTellsAddressesOnce has rules that ask for addresses only told once of each flow, and new or changed ones of flows that go on.
func TestReloadTellsAddressesOnce(t *testing.T) {
	r := newRig(t, `alert ip any any -> 192.0.2.80 any (sid:1;)`)
	f := r.tcp(8080, "")
	r.say(f, wire.Orig, "a")
	r.want(1)
	r.use(`alert ip any any -> 192.0.2.80 any (sid:2;)`, `alert ip any any -> 192.0.2.80 any (sid:1;)`)
	r.say(f, wire.Orig, "b")
	r.want(2)
	r.use(`alert ip any any -> 192.0.2.80 any (sid:2;)`)
	r.say(f, wire.Orig, "c")
	r.want()
	r.use(`alert ip any any -> 192.0.2.80 any (sid:2; rev:2;)`, `alert ip any any -> 192.0.2.80 any (sid:3;)`)
	r.use(`alert ip any any -> 192.0.2.80 any (sid:2; rev:2;)`, `alert ip any any -> 192.0.2.80 any (sid:3;)`)
	r.say(f, wire.Orig, "d")
	r.want(2, 3)
	r.say(r.tcp(8080, ""), wire.Orig, "e")
	r.want(2, 3)
}
