package git

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("0033git-upload-pack /project.git\x00host=town.lg.jp\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "git", 9000, false, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"0033x", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 9000); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
