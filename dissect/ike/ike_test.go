package ike

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// proposal is IKE_SA_INIT (RFC 7296 §1.2) with 3DES, HMAC-MD5, HMAC-SHA1-96 and the 1024-bit group; then key, nonce and vendor.
const proposal = "initspi1" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x21\x20\x22\x08" + "\x00\x00\x00\x00" + "\x00\x00\x00\x71" +
	"\x22\x00\x00\x2c" + "\x00\x00\x00\x28\x01\x01\x00\x04" +
	"\x03\x00\x00\x08\x01\x00\x00\x03" + "\x03\x00\x00\x08\x02\x00\x00\x01" + "\x03\x00\x00\x08\x03\x00\x00\x02" + "\x00\x00\x00\x08\x04\x00\x00\x02" +
	"\x28\x00\x00\x11\x00\x02\x00\x00publickey" +
	"\x2b\x00\x00\x0cnonce..." + "\x00\x00\x00\x0cvendor!!"

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up(proposal),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "ike", 500, true, says, Protocol) }

// Messages by RFC 7296 §1.2 and §1.3 and RFC 2409 §5.4: what the responder took, a refusal, and version 1 in aggressive mode, which says who is there.
const (
	taken = "initspi1" + "respspi1" + "\x21\x20\x22\x20" + "\x00\x00\x00\x00" + "\x00\x00\x00\x58" +
		"\x29\x00\x00\x34" + "\x00\x00\x00\x30\x01\x01\x00\x04" +
		"\x03\x00\x00\x0c\x01\x00\x00\x0c\x80\x0e\x01\x00" + "\x03\x00\x00\x08\x02\x00\x00\x05" + "\x03\x00\x00\x08\x03\x00\x00\x0c" + "\x00\x00\x00\x0c\x04\x00\x00\x0epad!" +
		"\x00\x00\x00\x08\x00\x00\x40\x04"
	refusal    = "initspi2" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x29\x20\x22\x20" + "\x00\x00\x00\x00" + "\x00\x00\x00\x24" + "\x00\x00\x00\x08\x00\x00\x00\x0e"
	aggressive = "initspi3" + "respspi3" + "\x01\x10\x04\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x64" +
		"\x05\x00\x00\x38" + "\x00\x00\x00\x01\x00\x00\x00\x01" + "\x00\x00\x00\x2c\x01\x01\x00\x01" +
		"\x00\x00\x00\x24\x01\x01\x00\x00" + "\x80\x01\x00\x07" + "\x80\x0e\x01\x00" + "\x80\x02\x00\x02" + "\x80\x03\x00\x01" + "\x80\x04\x00\x02" + "\x80\x0b\x00\x01" + "\x80\x0c\x70\x80" +
		"\x00\x00\x00\x10\x02\x11\x01\xf4vpn.jp\x00\x00"
)

// TestAgreed tells what both sides agree on, what is refused, and who says that they are there, each once.
func TestAgreed(t *testing.T) {
	flowtest.Talk(t, "agreed", 500, true, []flowtest.Say{flowtest.Up(proposal), flowtest.Down(taken), flowtest.Down(taken), flowtest.Down(refusal)}, Protocol)
	flowtest.Talk(t, "aggressive", 500, true, []flowtest.Say{flowtest.Down(aggressive)}, Protocol)
}

// TestElsewhere knows IKE by its content on other ports, behind the marker of port 4500, too, and nothing that only begins alike.
func TestElsewhere(t *testing.T) {
	const sealed = "initspi1" + "respspi1" + "\x2e\x20\x23\x08" + "\x00\x00\x00\x01" + "\x00\x00\x00\x2c" + "\x23\x00\x00\x10" + "encrypted..."
	const quick = "initspi1" + "respspi1" + "\x08\x10\x20\x01" + "\x12\x34\x56\x78" + "\x00\x00\x00\x2c" + "encrypted block!"
	for name, b := range map[string]string{"version 2": proposal, "its answer": taken, "its refusal": refusal, "version 1": aggressive, "sealed": sealed, "quick mode": quick} {
		for _, b := range []string{b, "\x00\x00\x00\x00" + b} {
			if Protocol.Probe(dissect.Orig, []byte(b), true, 40500) != dissect.Yes {
				t.Errorf("%s: not known", name)
			}
		}
		for i := range header {
			broken := []byte(b)
			broken[i] ^= 0x81
			if i >= 17 && (i < 20 || i >= 24) && Protocol.Probe(dissect.Orig, broken, true, 40500) != dissect.No {
				t.Errorf("%s: known although byte %d is another", name, i)
			}
		}
		if Protocol.Probe(dissect.Orig, []byte(b[:len(b)-1]), true, 40500) != dissect.No || Protocol.Probe(dissect.Orig, []byte(b+"x"), true, 40500) != dissect.No {
			t.Errorf("%s: known in another length", name)
		}
	}
	flowtest.Talk(t, "elsewhere", 40500, true, []flowtest.Say{flowtest.Up("\x00\x00\x00\x00" + proposal), flowtest.Down("\x00\x00\x00\x00" + taken), flowtest.Up("\x12\x34\x56\x78" + "ESP")}, Protocol)
}

func Fuzz(f *testing.F) {
	flowtest.Fuzz(f, Protocol, says, []flowtest.Say{flowtest.Down(taken), flowtest.Down(refusal), flowtest.Down(aggressive)})
}

func TestNamesOfNotices(t *testing.T) {
	var m message
	for _, n := range []string{"\x40\x14", "\x40\x17", "\x40\x09", "\x40\x22", "\x4f\xff"} {
		m.note([]byte("\x00\x00"+n), 0)
	}
	if got := strings.Join(m.notes, " "); got != "MULTIPLE_AUTH_SUPPORTED REDIRECT REKEY_SA CHILDLESS_IKEV2_SUPPORTED 20479" {
		t.Error(got)
	}
}

// FuzzElsewhere bears any datagram on any port.
func FuzzElsewhere(f *testing.F) {
	for _, b := range []string{proposal, taken, refusal, aggressive} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if Protocol.Probe(dissect.Orig, b, true, 40500) == dissect.Yes && Protocol.Probe(dissect.Orig, b, true, 500) != dissect.Yes {
			t.Error("known elsewhere, but not at its port")
		}
	})
}
