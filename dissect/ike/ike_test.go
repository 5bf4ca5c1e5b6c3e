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

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
