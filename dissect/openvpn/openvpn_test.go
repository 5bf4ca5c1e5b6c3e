package openvpn

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x38session1\x00\x00\x00\x00\x00"),
	flowtest.Down("\x40session2\x01\x00\x00\x00\x00session1\x00\x00\x00\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "openvpn", 443, true, says, Protocol) }

// TestCrypt knows what --tls-crypt and --tls-crypt-v2 leave open, from either side alone, and takes nothing else for it.
func TestCrypt(t *testing.T) {
	const number, late, seconds = "\x00\x00\x00\x01", "\x0f\x00\x00\x01", "\x65\x53\xf1\x00"
	tag, wrapped := strings.Repeat("\xa5", 32), strings.Repeat("\x5a", 300)
	for name, x := range map[string]struct {
		say  flowtest.Say
		want string
	}{
		"client":           {flowtest.Up("\x38session1" + number + seconds + tag + "sealed"[:5]), "openvpn"},
		"client with keys": {flowtest.Up("\x50session1" + late + seconds + tag + "sealed"[:5] + wrapped), "openvpn"},
		"server":           {flowtest.Down("\x40session2" + number + seconds + tag + "seventeen bytes.."), "openvpn"},
		"no clock":         {flowtest.Up("\x38session1" + number + "\x00\x00\x00\x05" + tag + "sealed"[:5]), ""},
		"no such number":   {flowtest.Up("\x38session1" + "\x00\x00\x00\x07" + seconds + tag + "sealed"[:5]), ""},
		"too short":        {flowtest.Up("\x38session1" + number + seconds + tag), ""},
	} {
		if got := flowtest.App(8080, true, []flowtest.Say{x.say}, Protocol); got != x.want {
			t.Errorf("%s over UDP: %q, want %q", name, got, x.want)
		}
		x.say.B = string(binary.BigEndian.AppendUint16(nil, uint16(len(x.say.B)))) + x.say.B
		for _, says := range [][]flowtest.Say{{x.say}, {{Dir: x.say.Dir, B: x.say.B[:17]}, {Dir: x.say.Dir, B: x.say.B[17:]}}} {
			if got := flowtest.App(8080, false, says, Protocol); got != x.want {
				t.Errorf("%s over TCP in %d pieces: %q, want %q", name, len(says), got, x.want)
			}
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
