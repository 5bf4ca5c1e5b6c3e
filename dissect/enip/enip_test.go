package enip

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x65\x00\x04\x00" + strings.Repeat("\x00", 20) + "\x01\x00\x00\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "enip", 44818, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.FuzzTalk(f, says, Protocol) }
