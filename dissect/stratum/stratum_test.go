package stratum

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a log-on by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up(`{"id":1,"method":"mining.subscribe","params":["miner/1.0"]}` + "\n"),
	flowtest.Down(`{"id":1,"result":[[["mining.notify","ae6812eb4cd7735a302a8a9dd95cf71f"]],"08000002",4],"error":null}` + "\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "stratum", 4444, false, says, Protocol) }

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		`{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"48edf","pass":"x","agent":"XMRig/6.2"}}`: dissect.Yes,
		`{"worker":"eth1.0","jsonrpc":"2.0","params":["0x12","x"],"id":2,"method":"eth_submitLogin"}`:         dissect.Yes,
		`{"method":"getUser","params":{"id":7},"id":1,"jsonrpc":"2.0","session":"0123456789abcdef"}` + "\n":   dissect.No,
		"\xf9\xbe\xb4\xd9version\x00": dissect.Yes,
		"GET / HTTP/1.1\r\n":          dissect.No,
	} {
		if got := probe(dissect.Orig, []byte(b), false, 8080); got != want {
			t.Errorf("%q: %d, want %d", b, got, want)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
