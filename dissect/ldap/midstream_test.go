package ldap

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// wrap puts a token behind its length (RFC 4422 §3.7).
func wrap(token string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(token))), token...)
}

// TestSealedMidstream: a directory whose log-on was missed is known by the tokens that protect what follows, from both sides.
func TestSealedMidstream(t *testing.T) {
	rest := strings.Repeat("\x9c", 60)
	for name, token := range map[string]string{
		"Kerberos":        "\x05\x04\x06\xff\x00\x00\x00\x1c" + rest,
		"NTLM":            "\x01\x00\x00\x00" + rest,
		"Kerberos signed": "\x05\x04\x04\xff\x00\x0c\x00\x0c" + "\x00\x00\x00\x00\x00\x00\x00\x01" + "123456789012" + "\x30\x05\x02\x01\x07\x42\x00",
	} {
		for _, d := range []dissect.Dir{dissect.Orig, dissect.Resp} {
			b := wrap(token)
			if m := Protocol.Probe(d, b, false, 389); m != dissect.Yes {
				t.Errorf("%s: %v", name, m)
			}
			s := newStream(&dissect.Flow{Midstream: true, Emit: func(event.Event) {}})
			if n, err := s.Data(d, append(b, b...)); n != 2*len(b) || err != nil {
				t.Errorf("%s: consumed %d of %d bytes, %v", name, n, 2*len(b), err)
			}
		}
	}
	for _, b := range []string{string(wrap("\x05\x04\x06\x00" + rest)), string(wrap("\x02\x00\x00\x00" + rest)), "\x00\x00\x00\x04" + rest, "\xff\x00\x00\x10" + rest} {
		if m := Protocol.Probe(dissect.Orig, []byte(b), false, 389); m != dissect.No {
			t.Errorf("%q: %v", b[:8], m)
		}
	}
	if m := Protocol.Probe(dissect.Orig, wrap("\x01\x00\x00\x00"+rest), false, 4444); m != dissect.No {
		t.Errorf("on another port: %v", m)
	}
}
