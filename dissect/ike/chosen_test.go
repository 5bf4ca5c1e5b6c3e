package ike

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// chosen are the attributes that a message of the responder brings.
func chosen(version byte, sa string) (out []uint64) {
	t := &wire.Tx{}
	m := message{t: t, dir: dissect.Resp, version: version}
	kind := byte(sa1)
	if version == 2 {
		kind = sa2
	}
	m.payload(kind, []byte(sa))
	for _, f := range t.Fields {
		if f.Buffer == wire.IKEChosen {
			out = append(out, f.N)
		}
	}
	return out
}

func TestChosenAttributes(t *testing.T) {
	first := "\x00\x00\x00\x01\x00\x00\x00\x01" + // domain, situation
		"\x00\x00\x00\x28\x01\x01\x00\x01" + "\x00\x00\x00\x20\x01\x01\x00\x00" +
		"\x80\x01\x00\x07\x80\x0e\x01\x00\x80\x02\x00\x02\x80\x04\x00\x0e" + "\x00\x0c\x00\x04\x00\x00\x70\x80"
	want := []uint64{1<<32 | 7, 14<<32 | 256, 2<<32 | 2, 4<<32 | 14, 12<<32 | 28800}
	if d := cmp.Diff(want, chosen(1, first)); d != "" {
		t.Error(d)
	}
	for i := range first {
		chosen(1, first[:i]) // cut anywhere, it must be borne
	}
	second := "\x00\x00\x00\x18\x01\x01\x00\x02" + "\x03\x00\x00\x08\x01\x00\x00\x0c" + "\x00\x00\x00\x08\x04\x00\x00\x0e"
	if d := cmp.Diff([]uint64{1<<32 | 12, 4<<32 | 14}, chosen(2, second)); d != "" {
		t.Error(d)
	}
}
