package nbdgm

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x11\x02\x00\x01\xc0\x00\x02\x01\x00\x8a\x00\x48\x00\x00 " + strings.Repeat("A", 32) + "\x00 " + strings.Repeat("B", 32) + "\x00\xffSMB"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "nbdgm", 138, true, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"", "\x10\x02", "\x17\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\x11\x02\x00\x01\xc0\x00\x02\x01\x00\x8a\xff\xff\x00\x00"} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 138); got != dissect.No {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
