package snmp

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// TestPollsCostNothing wants a poll that was told of to be passed over without a word: they come without end.
func TestPollsCostNothing(t *testing.T) {
	m := message{version: 2, trap: -1, community: []byte("public")}
	p := parser{told: map[deed]bool{deedOf(&m): true}}
	if n := testing.AllocsPerRun(100, func() { p.tell(dissect.Orig, &m) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
