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

// TestAlone: a response without its initiation is known by its look, on a port where nobody expects it; other datagrams of its size are not.
func TestAlone(t *testing.T) {
	var noise strings.Builder
	for i := range 88 {
		noise.WriteByte(byte(i*37 + 11))
	}
	for name, c := range map[string]struct{ b, want string }{
		"response":      {"\x02\x00\x00\x00" + noise.String()[:72] + strings.Repeat("\x00", 16), "wireguard"},
		"cookie":        {"\x03\x00\x00\x00" + noise.String()[:60], "wireguard"},
		"a counter":     {"\x02\x00\x00\x00" + strings.Repeat("\x00\x00\x00\x07", 22), ""},
		"words":         {"\x03\x00\x00\x00" + strings.Repeat("state=ok; ", 6), ""},
		"another size":  {"\x02\x00\x00\x00" + noise.String()[:80], ""},
		"not the zeros": {"\x02\x00\x01\x00" + noise.String(), ""},
	} {
		if got := flowtest.App(40000, true, []flowtest.Say{flowtest.Up(c.b)}, Protocol); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
