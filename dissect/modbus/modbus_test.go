package modbus

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x00\x01\x00\x00\x00\x06\x11\x03\x00\x6b\x00\x03\x00\x02\x00\x00\x00\x06\x11\x05\x00\xac\xff\x00"),
	flowtest.Down("\x00\x01\x00\x00\x00\x09\x11\x03\x06\x02\x2b\x00\x00\x00\x64"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "modbus", 502, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
