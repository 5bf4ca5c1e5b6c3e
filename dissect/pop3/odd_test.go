package pop3

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestOddCommands(t *testing.T) {
	for line, want := range map[string]string{
		"PASS a b c": "", "LIST": "", "RETR 1": "", "HELO": "pop3.unknown_command", "RETR": "pop3.incorrect_argument_count",
		"STAT 1": "pop3.incorrect_argument_count", "USER " + strings.Repeat("a", 300): "pop3.request_too_long",
	} {
		got := flowtest.Odd(t, 110, false, []flowtest.Say{flowtest.Down("+OK ready\r\n"), flowtest.Up(line + "\r\n"), flowtest.Down("-ERR\r\n")}, Protocol)
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q", line, got)
		}
	}
	long := []flowtest.Say{flowtest.Down("+OK ready\r\n"), flowtest.Up("NOOP\r\n"), flowtest.Down("+OK " + strings.Repeat("a", 600) + "\r\n")}
	if got := flowtest.Odd(t, 110, false, long, Protocol); !slices.Equal(got, []string{"pop3.response_too_long"}) {
		t.Errorf("a long answer: %q", got)
	}
	many := []flowtest.Say{flowtest.Down("+OK ready\r\n"), flowtest.Up(strings.Repeat("NOOP\r\n", 3000))}
	if got := flowtest.Odd(t, 110, false, many, Protocol); !slices.Equal(got, []string{"pop3.too_many_transactions"}) {
		t.Errorf("3,000 commands: %q", got)
	}
}
