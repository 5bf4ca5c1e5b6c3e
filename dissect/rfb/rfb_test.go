package rfb

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Down("RFB 003.008\n"),
	flowtest.Up("RFB 003.008\n"),
	flowtest.Down("\x01\x02"),
	flowtest.Up("\x02"),
	flowtest.Down("challenge16bytes"),
	flowtest.Up("response16bytes."),
	flowtest.Down("\x00\x00\x00\x00"),
	flowtest.Up("\x01"),
	flowtest.Down("\x04\x00\x03\x00" + strings.Repeat("\x00", 16) + "\x00\x00\x00\x08DESKTOP1"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "rfb", 5999, false, says, Protocol) }

// TestRefused tells why a client was turned away, wherever the protocol has a place for it (§7.1.2, §7.1.3).
func TestRefused(t *testing.T) {
	down := flowtest.Down
	hello := func(v string) []flowtest.Say {
		return []flowtest.Say{down("RFB 003.008\n"), flowtest.Up("RFB 003." + v + "\n")}
	}
	const why = "\x00\x00\x00\x08too many"
	wrong := []flowtest.Say{down("\x01\x02"), flowtest.Up("\x02"), down("challenge16bytes"), flowtest.Up("response16bytes."), down("\x00\x00\x00\x01" + why)}
	flowtest.Talk(t, "wrong-password", 5999, false, append(hello("008"), wrong...), Protocol)
	flowtest.Talk(t, "no-way-in", 5999, false, append(hello("007"), down("\x00"+why)), Protocol)
	flowtest.Talk(t, "no-way-in-3.3", 5999, false, append(hello("003"), down("\x00\x00\x00\x00"+why)), Protocol)
}

// TestRealVNC reads versions beyond 3.8, which go on alike.
func TestRealVNC(t *testing.T) {
	flowtest.Talk(t, "version5", 5999, false, append([]flowtest.Say{flowtest.Down("RFB 005.000\n"), flowtest.Up("RFB 005.000\n"), flowtest.Down("\x02\x0d\x02"), flowtest.Up("\x02")}, says[4:]...), Protocol)
}

func Fuzz(f *testing.F) {
	talks := append(flowtest.Talks(f, Protocol, flowtest.Captures+"rfb-vnc.pcap.gz"), says)
	flowtest.Fuzz(f, Protocol, slices.AppendSeq(talks, maps.Values(others))...)
}

// TestGolden reads TightVNC and TigerVNC as the lab recorded them: see lab/record/recipes/rfb-vnc.sh.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, flowtest.Captures+"rfb-vnc.pcap.gz", Protocol)
}

// accepted is what comes after every log-on that succeeded.
var accepted = []flowtest.Say{flowtest.Down("\x00\x00\x00\x00"), flowtest.Up("\x01"), says[8]}

// by is a log-on by one security type, which the server offers alone.
func by(sectype string, log ...flowtest.Say) []flowtest.Say {
	out := []flowtest.Say{flowtest.Down("RFB 003.008\n"), flowtest.Up("RFB 003.008\n"), flowtest.Down("\x01" + sectype), flowtest.Up(sectype)}
	return append(append(out, log...), accepted...)
}

// others are log-ons of which no program of Debian's is a server: Apple's and UltraVNC's; and of VeNCrypt and Tight what the recording has not.
var others = map[string][]flowtest.Say{
	"apple": by("\x1e", flowtest.Down("\x00\x02\x00\x80"+strings.Repeat("p", 128)+strings.Repeat("k", 128)), flowtest.Up(strings.Repeat("c", 128)+strings.Repeat("k", 128))),
	"ultra": by("\x71", flowtest.Down(strings.Repeat("g", 24)), flowtest.Up(strings.Repeat("k", 8+256+64))),
	"vencrypt-plain": by("\x13", flowtest.Down("\x00\x02"), flowtest.Up("\x00\x02"), flowtest.Down("\x00"), flowtest.Down("\x02\x00\x00\x01\x02\x00\x00\x01\x00"),
		flowtest.Up("\x00\x00\x01\x00"), flowtest.Up("\x00\x00\x00\x04\x00\x00\x00\x06satosecret")),
	"vencrypt-refused": by("\x13", flowtest.Down("\x00\x02"), flowtest.Up("\x00\x01"), flowtest.Down("\x01")),
	"tight-tunnel": by("\x10", flowtest.Down("\x00\x00\x00\x01\x00\x00\x00\x00TGHTNOTUNNEL"), flowtest.Up("\x00\x00\x00\x00"),
		flowtest.Down("\x00\x00\x00\x01\x00\x00\x00\x01STDVNOAUTH__"), flowtest.Up("\x00\x00\x00\x01")),
}

func TestOthers(t *testing.T) {
	for name, says := range others {
		flowtest.Talk(t, name, 5999, false, says, Protocol)
	}
}
