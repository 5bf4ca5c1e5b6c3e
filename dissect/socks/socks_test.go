package socks

import (
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x05\x02\x00\x02"),
	flowtest.Down("\x05\x02"),
	flowtest.Up("\x01\x06tanaka\x06geheim"),
	flowtest.Down("\x01\x00"),
	flowtest.Up("\x05\x01\x00\x03\x0bexample.com\x01\xbb"),
	flowtest.Down("\x05\x00\x00\x01\xc0\x00\x02\x09\x01\xbb"),
	flowtest.Up("then another protocol"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "socks", 8443, false, says, Protocol) }

// eager is a client that does not wait for answers.
var eager = []flowtest.Say{
	flowtest.Up("\x05\x02\x00\x02\x01\x06tanaka\x06geheim\x05\x01\x00\x04" + string(netip.MustParseAddr("2001:db8::9").AsSlice()) + "\x01\xbb" + "hello"),
	flowtest.Down("\x05\x02\x01\x00\x05\x00\x00\x01\xc0\x00\x02\x09\x01\xbb" + "hello to you"),
}

// TestEager holds that a conversation is the same whoever waits for whom, and that one side alone tells where it goes.
func TestEager(t *testing.T) {
	flowtest.Talk(t, "eager", 8443, false, eager, Protocol)
	flowtest.Talk(t, "refused", 8443, false, []flowtest.Say{flowtest.Up("\x05\x01\x02\x01\x06tanaka\x06falsch\x05\x01\x00\x01\xc0\x00\x02\x09\x01\xbb"), flowtest.Down("\x05\x02\x01\x01")}, Protocol)
	flowtest.Talk(t, "one-sided", 8443, false, []flowtest.Say{flowtest.Up("\x05\x01\x00"), flowtest.Up("\x05\x01\x00\x01\xc0\x00\x02\x09\x01\xbb"), flowtest.Up("hello")}, Protocol)
}

// TestTurnedAway tells of clients that may not even say where they want to go: a wrong password, and no way to log on that will do.
func TestTurnedAway(t *testing.T) {
	flowtest.Talk(t, "wrong-password", 8443, false, []flowtest.Say{flowtest.Up("\x05\x01\x02"), flowtest.Down("\x05\x02"), flowtest.Up("\x01\x06tanaka\x06falsch"), flowtest.Down("\x01\x01")}, Protocol)
	flowtest.Talk(t, "no-method", 8443, false, []flowtest.Say{flowtest.Up("\x05\x01\x00"), flowtest.Down("\x05\xff")}, Protocol)
	flowtest.Talk(t, "version4", 1080, false, []flowtest.Say{flowtest.Up("\x04\x01\x01\xbb\xc0\x00\x02\x09tanaka\x00"), flowtest.Down("\x00\x5b\x01\xbb\xc0\x00\x02\x09")}, Protocol)
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		"\x05\x01\x00": dissect.Yes, "\x05\x01": dissect.Maybe, "\x05\x01\x00\x05\x01": dissect.Maybe, "\x05\x01\x00\x05\x01\x00\x03": dissect.Yes,
		"\x05\x01\x00\x05\x01\x00\x07": dissect.No, "\x05\x01\x00\x01\x03": dissect.No, "\x05\x02\x00\x02\x01\x03": dissect.Yes, "\x05\x01\x00 ": dissect.No,
	} {
		if got := probe(dissect.Orig, []byte(b), false, 8080); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says, eager) }
