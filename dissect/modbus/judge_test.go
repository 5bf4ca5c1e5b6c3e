package modbus

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// A request of three registers, and its answer (§6.3 of the application protocol).
const (
	ask    = "\x00\x01\x00\x00\x00\x06\x11\x03\x00\x6b\x00\x03"
	answer = "\x00\x01\x00\x00\x00\x09\x11\x03\x06\x02\x2b\x00\x00\x00\x64"
)

func TestOddities(t *testing.T) {
	for _, c := range []struct {
		want string
		says []flowtest.Say
	}{
		{"", []flowtest.Say{flowtest.Up(ask), flowtest.Down(answer)}},
		{"", []flowtest.Say{flowtest.Up(ask), flowtest.Down("\x00\x01\x00\x00\x00\x03\x11\x83\x02")}},
		{badException, []flowtest.Say{flowtest.Up(ask), flowtest.Down("\x00\x01\x00\x00\x00\x03\x11\x83\x0c")}},
		{mismatch, []flowtest.Say{flowtest.Up(ask), flowtest.Down("\x00\x01\x00\x00\x00\x07\x11\x03\x04\x02\x2b\x00\x00")}},
		{mismatch, []flowtest.Say{flowtest.Up(ask), flowtest.Down("\x00\x01\x00\x00\x00\x06\x11\x05\x00\xac\xff\x00")}},
		{badLength, []flowtest.Say{flowtest.Up(ask), flowtest.Down("\x00\x01\x00\x00\x00\x05\x11\x03\x06\x02\x2b")}},
		{unsolicited, []flowtest.Say{flowtest.Up(ask), flowtest.Down(answer), flowtest.Down(answer)}},
		{badValue, []flowtest.Say{flowtest.Up("\x00\x01\x00\x00\x00\x06\x11\x03\x00\x6b\x00\x7e")}},
		{badValue, []flowtest.Say{flowtest.Up("\x00\x01\x00\x00\x00\x06\x11\x05\x00\xac\x00\x01")}},
		{badLength, []flowtest.Say{flowtest.Up("\x00\x01\x00\x00\x00\x08\x11\x10\x00\x01\x00\x01\x02\x00")}},
		{badFunction, []flowtest.Say{flowtest.Up("\x00\x01\x00\x00\x00\x02\x11\x90")}},
		{badLength, []flowtest.Say{flowtest.Up(ask), flowtest.Up("\x00\x02\x00\x00\x00\xff\x11\x03")}},
		{badProtocol, []flowtest.Say{flowtest.Up(ask), flowtest.Up("\x00\x02\x00\x01\x00\x06\x11\x03\x00\x6b\x00\x03")}},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := flowtest.Odd(t, 502, false, c.says, Protocol); !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", c.says, got, want)
		}
	}
}

func TestFlood(t *testing.T) {
	var says []flowtest.Say
	for i := range maxWaiting + 1 {
		says = append(says, flowtest.Up(string([]byte{byte(i >> 8), byte(i)})+ask[2:]))
	}
	if got := flowtest.Odd(t, 502, false, says, Protocol); !slices.Equal(got, []string{flooded}) {
		t.Errorf("%q", got)
	}
}
