package telnet

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Down("\xff\xfd\x18\xff\xfd\x20"),
	flowtest.Up("\xff\xfb\x18"),
	flowtest.Down("\xff\xfa\x18\x01\xff\xf0login: "),
	flowtest.Up("root\r\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "telnet", 2300, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
