package mongodb

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x3a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00\x00\x00\x00\x00admin.$cmd"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "mongodb", 27017, false, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00", "",
		"\x3a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00", // an answer, of a client
		"\x3a\x00\x00\x00\x01\x00\x00\x00\x07\x00\x00\x00\xdd\x07\x00\x00", // to a question of the server
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 27017); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
