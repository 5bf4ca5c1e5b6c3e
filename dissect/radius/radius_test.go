package radius

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x01\x07\x00\x1c0123456789abcdef\x01\x08tanaka"),
	flowtest.Down("\x03\x07\x00\x140123456789abcdef"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "radius", 1812, true, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
