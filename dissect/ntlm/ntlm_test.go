package ntlm

import (
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The examples of MS-NLMP §4.2.4 (NTLMv2) and §4.2.2 (NTLMv1), with the messages cut to what is read.
const (
	challenge = "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000" +
		"060070170000000f" + "53006500720076006500720002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000"
	authenticate = "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c" +
		"00000010001000d8000000358288e20501280a0000000f44006f006d00610069006e00550073006500720043004f004d0050005500540045005200"
)

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Message
	}{
		{"challenge", challenge, Message{Type: Challenge, Flags: 0xe28a8233, Domain: "Domain", Server: "Server"}},
		{"authenticate", authenticate, Message{Type: Authenticate, Flags: 0xe2888235, Domain: "Domain", User: "User", Workstation: "COMPUTER", Version: Version{5, 1, 2600, 15}}},
	} {
		got, ok := Find(append([]byte{0x60, 0x48, 0x06}, decode(t, c.in)...))
		if d := cmp.Diff(c.want, got); !ok || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, ok, d)
		}
	}
}

func TestCut(t *testing.T) {
	b := decode(t, authenticate)
	for i := range b {
		if m, ok := Parse(b[:i]); ok && m.User != "" && m.User != "User" {
			t.Errorf("cut at %d: user %q", i, m.User)
		}
	}
	if _, ok := Find([]byte("NTLMSSP\x00\x09\x00\x00\x00")); ok {
		t.Error("a message of type 9 passes")
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{challenge, authenticate} {
		b, _ := hex.DecodeString(s)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, ok := Find(b); ok && len(m.User) > 3*maxName {
			t.Errorf("user of %d bytes", len(m.User))
		}
	})
}
