package krb5

import (
	"encoding/hex"
	"testing"
)

// bare is a token of SPNEGO that holds an AP-REQ without the frame of RFC 4121 §4.1, as the LDAP and SQL clients of impacket 0.10 send it:
// made by its SPNEGO_NegTokenInit with a ticket in RC4 for ldap/dc1.machi.example.
const bare = "6081d506062b0601050502a081ca3081c7a00d300b06092a864882f712010202a281b50481b26e81af3081aca003020105a10302010ea20703050000000000" +
	"a3726170306ea003020105a10f1b0d4d414348492e4558414d504c45a2243022a003020102a11b30191b046c6461701b116463312e6d616368692e6578616d706c65" +
	"a330302ea003020117a103020102a22204205a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a" +
	"a4233021a003020117a21a0418333333333333333333333333333333333333333333333333"

// TestFindBare finds the ticket also where nothing stands around it.
func TestFindBare(t *testing.T) {
	b, err := hex.DecodeString(bare)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := FindAPReq(b)
	if !ok || m.Service != "ldap/dc1.machi.example" || m.Realm != "MACHI.EXAMPLE" || m.TicketEType != 23 {
		t.Errorf("%v %+v", ok, m)
	}
	for i := range b {
		if m, ok := FindAPReq(b[:i]); ok {
			t.Errorf("cut at %d gives %+v", i, m)
		}
	}
	if m, ok := FindAPReq([]byte("\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0e")); ok {
		t.Errorf("no message gives %+v", m)
	}
}
