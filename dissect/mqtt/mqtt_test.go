package mqtt

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x10\x1c\x00\x04MQTT\x04\xc2\x00\x3c\x00\x04cam1\x00\x04user\x00\x04pass"),
	flowtest.Down("\x20\x02\x00\x00"),
	flowtest.Up("\x82\x0a\x00\x01\x00\x05a/b/c\x01"),
	flowtest.Down("\x90\x03\x00\x01\x01"),
	flowtest.Up("\x30\x0a\x00\x03a/bhello"),
	flowtest.Up("\xe0\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "mqtt", 8800, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says, says[2:]) }
