package rfb

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Down("RFB 003.008\n"),
	flowtest.Up("RFB 003.008\n"),
	flowtest.Down("\x01\x02"),
	flowtest.Up("\x02"),
	flowtest.Down("challenge16bytes"),
	flowtest.Up("response16bytes."),
	flowtest.Down("\x00\x00\x00\x00"),
	flowtest.Up("\x01"),
	flowtest.Down("\x04\x00\x03\x00" + strings.Repeat("\x00", 16) + "\x00\x00\x00\x08DESKTOP1"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "rfb", 5999, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
