package wireguard

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x01\x00\x00\x00" + strings.Repeat("\xa5", 144)),
	flowtest.Down("\x02\x00\x00\x00" + strings.Repeat("\x5a", 88)),
	flowtest.Up("\x04\x00\x00\x00" + strings.Repeat("\x77", 44)),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "wireguard", 40000, true, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
