package dcerpc

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
)

// text is a conformant varying string in big-endian, on a boundary of 4 bytes.
func text(b []byte, s string) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	u := utf16.Encode([]rune(s + "\x00"))
	for _, n := range []int{len(u), 0, len(u)} {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	for _, c := range u {
		b = binary.BigEndian.AppendUint16(b, c)
	}
	return b
}

// TestBigEndian reads the arguments of a client that sends them in big-endian, which servers must take (C706 §14.2.5).
func TestBigEndian(t *testing.T) {
	auth := text([]byte{0, 2, 0, 0}, `\\DC1`)
	auth = append(text(auth, "DC1$"), 0, 6)
	auth = append(text(auth, "DC1"), make([]byte, 12)...)
	service := text(make([]byte, 20), "evil")
	service = text(append(service, 0, 0, 0, 0, 0, 0, 0, 0xf, 0, 1, 0, 0, 0, 0x10, 0, 0, 0, 3, 0, 0, 0, 0), `%COMSPEC% /c whoami`)
	for _, c := range []struct {
		iface, operation string
		stub             []byte
		want             map[string]string
	}{
		{"netlogon", "NetrServerAuthenticate2", auth, map[string]string{"account": "DC1$", "computer": "DC1", "zero_credential": "true"}},
		{"svcctl", "CreateServiceW", service, map[string]string{"service": "evil", "binpath": `%COMSPEC% /c whoami`}},
		{"srvsvc", "NetprPathCanonicalize", text([]byte{0, 0, 0, 0}, `\x\..\..\y`), map[string]string{"path_length": "11", "climbs": "2"}},
	} {
		_, opnum, _ := Numbers(c.iface, c.operation)
		b := []byte{5, 0, ptRequest, flagFirst | flagLast, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, byte(opnum)}
		b = append(b, c.stub...)
		binary.BigEndian.PutUint16(b[8:], uint16(len(b)))
		l := newListener(t)
		l.s.contexts.keep(0, context{iface: ByName(c.iface)})
		l.hear(dissect.Orig, b)
		l.s.Close()
		if len(l.told) != 1 {
			t.Fatalf("%d events", len(l.told))
		}
		if d := cmp.Diff(c.want, l.told[0].Args); d != "" {
			t.Errorf("%s: %s", c.operation, d)
		}
	}
}
