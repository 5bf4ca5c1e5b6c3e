package smb

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestOffers shows a server that offers to carry more at once than any does.
func TestOffers(t *testing.T) {
	for _, c := range []struct {
		read, write uint32
		want        []string
	}{
		{8 << 20, 8 << 20, nil},
		{manyBytes + 1, manyBytes, []string{"smb.negotiate_max_read_size_too_large"}},
		{1 << 20, 1 << 31, []string{"smb.negotiate_max_write_size_too_large"}},
	} {
		answer := make([]byte, 64)
		le.PutUint16(answer, 65)
		le.PutUint16(answer[4:], 0x0302)
		le.PutUint32(answer[32:], c.read)
		le.PutUint32(answer[36:], c.write)
		got := flowtest.Odd(t, 445, false, []flowtest.Say{
			flowtest.Up(string(compound(message(cmdNegotiate, 0, 0, 0, make([]byte, 38))))),
			flowtest.Down(string(compound(message(cmdNegotiate, flagResponse, 0, 0, answer)))),
		}, Protocol)
		if !slices.Equal(got, c.want) {
			t.Errorf("%d, %d: %q, want %q", c.read, c.write, got, c.want)
		}
	}
}
