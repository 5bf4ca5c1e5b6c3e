package radius

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x01\x07\x00\x1c0123456789abcdef\x01\x08tanaka"),
	flowtest.Down("\x03\x07\x00\x1e0123456789abcdef\x12\x0anot here"),
	flowtest.Up("\x01\x07\x00\x290123456789abcdef\x01\x08suzuki\x5f\x0d0123456789a"),
	flowtest.Down("\x02\x07\x00\x1a0123456789abcdef\x51\x06\x01110"),
	flowtest.Up("\x04\x08\x00\x4d0123456789abcdef\x28\x06\x00\x00\x00\x01\x01\x08tanaka\x1f\x1302-00-00-00-00-0a\x04\x06\x0a\x01\x00\x07\x05\x06\x00\x00\x00\x0e\x57\x09Gi1/0/2\x02\x03x"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "radius", 1812, true, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
