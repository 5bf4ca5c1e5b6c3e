package enip

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestTooMany asks, and is not answered.
func TestTooMany(t *testing.T) {
	ask := string(append([]byte{register, 0, 4, 0}, make([]byte, header)...))
	for n, want := range map[int][]string{1024: nil, 3000: {"enip.too_many_transactions"}} {
		if got := flowtest.Odd(t, 44818, false, []flowtest.Say{flowtest.Up(strings.Repeat(ask, n))}, Protocol); !slices.Equal(got, want) {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// TestOddMessage follows a message with what is none.
func TestOddMessage(t *testing.T) {
	first := append([]byte{register, 0, 4, 0}, make([]byte, header)...)
	for what, want := range map[string][]string{string(first): nil, "GET / HTTP/1.1\r\nHost: plant\r\n\r\n": {"enip.invalid_pdu"}} {
		if got := flowtest.Odd(t, 44818, false, []flowtest.Say{flowtest.Up(string(first)), flowtest.Up(what)}, Protocol); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", what, got, want)
		}
	}
}
