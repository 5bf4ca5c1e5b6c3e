package dcerpc

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// wide is a conformant varying string as it lies on the wire.
func wide(s string) (b []byte) {
	u := utf16.Encode([]rune(s + "\x00"))
	for _, n := range []uint32{uint32(len(u)), 0, uint32(len(u))} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	for _, c := range u {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return b
}

// TestCanonical measures a path that climbs, as attacks on CVE-2008-4250 send it.
func TestCanonical(t *testing.T) {
	c := &call{stub: append(make([]byte, 4), wide(`\x\..\..\y`)...), out: event.DCERPC{Interface: "srvsvc", Operation: "NetprPathCanonicalize"}}
	if d := cmp.Diff(args{"path_length": "11", "climbs": "2"}, arguments(c)); d != "" {
		t.Error(d)
	}
	c.stub = append(make([]byte, 4), wide(`\x\..\a\..\b\..\y`)...)
	if a := arguments(c); a["climbs"] != "3" {
		t.Errorf("climbs %q, want 3", a["climbs"])
	}
}

// TestActivated measures the machine's name in an activation.
func TestActivated(t *testing.T) {
	name := make([]rune, 300)
	for i := range name {
		name[i] = 'a'
	}
	c := &call{stub: append(make([]byte, 52), wide(`\\`+string(name)+`\C$\x`)...), out: event.DCERPC{Interface: "IActivation", Operation: "RemoteActivation"}}
	if a := arguments(c); a["server_length"] != "300" {
		t.Errorf("%v, want 300 characters", a)
	}
	c.stub = append(make([]byte, 52), wide(`\\srv1\C$\x`)...)
	if a := arguments(c); a != nil {
		t.Errorf("an ordinary name gives %v", a)
	}
}

// TestEmptyAddress: the answer to a bind in big-endian that names no address, whose bind was missed.
func TestEmptyAddress(t *testing.T) {
	for _, big := range []bool{true, false} {
		b := make([]byte, 60)
		b[0], b[2], b[3], b[4] = 5, ptBindAck, 3, 0x10
		order := binary.ByteOrder(binary.LittleEndian)
		if big {
			b[4], order = 0, binary.BigEndian
		}
		order.PutUint16(b[8:], uint16(len(b)))
		order.PutUint32(b[12:], 1)
		var got []*event.DCERPC
		s := Session{Emit: func(r *event.DCERPC) { got = append(got, r) }}
		if err := s.Feed(dissect.Resp, b); err != nil {
			t.Fatal(err)
		}
		if odd := len(got) == 1 && got[0].Args["odd"] == "no_address"; odd != big {
			t.Errorf("big-endian %v: %+v", big, got)
		}
	}
}
