package spotify

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("SpotUdp0\x12\x34"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "spotify", 57621, true, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"Spot", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 57621); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
