package irc

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("NICK bot4711\r\nUSER bot 0 * :bot\r\n"),
	flowtest.Down(":irc.example 001 bot4711 :Welcome\r\n"),
	flowtest.Up("JOIN #orders secret\r\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "irc", 443, false, says, Protocol) }

// disguised says the same with what a server takes as well: small letters, a prefix, tags, more than one space.
var disguised = []flowtest.Say{
	flowtest.Up("nick bot4711\r\nuser bot 0 * :bot\r\n"),
	flowtest.Down(":irc.example 001 bot4711 :Welcome\r\n"),
	flowtest.Up("@label=1 :bot4711!bot@host  join  :#orders\r\n"),
}

func TestDisguised(t *testing.T) { flowtest.Talk(t, "disguised", 443, false, disguised, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says, disguised) }
