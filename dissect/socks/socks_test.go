package socks

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x05\x02\x00\x02"),
	flowtest.Down("\x05\x02"),
	flowtest.Up("\x01\x06tanaka\x06geheim"),
	flowtest.Down("\x01\x00"),
	flowtest.Up("\x05\x01\x00\x03\x0bexample.com\x01\xbb"),
	flowtest.Down("\x05\x00\x00\x01\xc0\x00\x02\x09\x01\xbb"),
	flowtest.Up("then another protocol"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "socks", 8443, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
