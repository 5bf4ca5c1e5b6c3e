package coap

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x40\x01\x12\x34\xb4test"),
	flowtest.Down("\x60\x45\x12\x34\xffok"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "coap", 5683, true, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"\x80\x01\x12\x34", "\x4f\x01\x12\x34", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 5683); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
