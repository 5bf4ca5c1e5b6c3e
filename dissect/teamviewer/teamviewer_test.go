package teamviewer

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x17\x24\x0a\x20\x00\x00\x00\x00\x00\x48"),
	flowtest.Down("\x11\x30\x36\x00\x18\x00\x00\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "teamviewer", 443, false, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"\x17\x03\x03\x00\x10", "\x11\x31", "GET /", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 443); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
