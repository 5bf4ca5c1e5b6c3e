package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// TestPartOfValues holds an index within a part of the values, known when the transaction is over.
func TestPartOfValues(t *testing.T) {
	r := newRig(t, lines(`
		alert enip any any -> any any (enip.cip_class:>2,all,2:4; sid:1;)
		alert enip any any -> any any (enip.cip_class:1,any,1:3; sid:2;)
		alert enip any any -> any any (enip.cip_class:5,0,-2:5; sid:3;)
		alert enip any any -> any any (enip.cip_class:>0,any,3:9; sid:4;)
		alert enip any any -> any any (cip_service:9,2; sid:5;)
		alert enip any any -> any any (cip_service:9,8; sid:6;)`)...)
	f := r.tcp(44818, "enip")
	x := &wire.Tx{}
	x.PutNumber(wire.CIPService, wire.Orig, 9)
	for _, n := range []uint64{1, 2, 3, 4} {
		x.PutNumber(wire.CIPClass, wire.Orig, n)
	}
	r.engine.Tx(f, x)
	r.say(f, wire.Orig, "x")
	r.want(5) // the number of values is not known yet
	x.PutNumber(wire.CIPClass, wire.Orig, 5)
	x.Done = [2]bool{true, true}
	r.engine.Tx(f, x)
	r.say(f, wire.Orig, "y")
	r.want(1)
}
