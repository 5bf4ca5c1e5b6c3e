package ike

import (
	"testing"

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

func Fuzz(f *testing.F) {
	flowtest.Fuzz(f, Protocol, says, []flowtest.Say{flowtest.Down(taken), flowtest.Down(refusal), flowtest.Down(aggressive)})
}
