package openvpn

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x38session1\x00\x00\x00\x00\x00"),
	flowtest.Down("\x40session2\x01\x00\x00\x00\x00session1\x00\x00\x00\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "openvpn", 443, true, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
