package stun

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x00\x01\x00\x00\x21\x12\xa4\x42transaction1"),
	flowtest.Down("\x01\x01\x00\x0c\x21\x12\xa4\x42transaction1\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "stun", 40000, true, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
