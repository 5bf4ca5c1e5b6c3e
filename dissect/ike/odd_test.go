package ike

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

func TestOddProposals(t *testing.T) {
	const strong = "\x03\x00\x00\x08\x01\x00\x00\x14" + "\x00\x00\x00\x08\x04\x00\x00\x0e" // AES-GCM and the 2048-bit group
	of := func(last, protocol byte) string { return string([]byte{last, 0, 0, 0x18, 1, protocol, 0, 2}) + strong }
	for want, sa := range map[string]string{
		"":                             of(0, 1),
		"ike.no_encryption":            of(0, 2),
		"ike.unknown_proposal":         of(0, 9),
		"ike.multiple_server_proposal": of(2, 1) + of(0, 1),
		"ike.invalid_proposal":         "\x00\x00\x00\x99\x01\x01\x00\x02" + strong,
	} {
		tx := &wire.Tx{}
		m := message{t: tx, dir: dissect.Resp, version: 2}
		m.payload(sa2, []byte(sa))
		var got []string
		for _, f := range tx.Fields {
			if f.Buffer == wire.AppEvent {
				got = append(got, string(f.B))
			}
		}
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q", want, got)
		}
	}
}
