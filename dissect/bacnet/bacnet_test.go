package bacnet

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x81\x0b\x00\x0c\x01\x20\xff\xff\x00\xff\x10\x08"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "bacnet", 47808, true, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"\x81\x0b\x00\x0d\x01\x20\xff\xff\x00\xff\x10\x08", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 47808); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
