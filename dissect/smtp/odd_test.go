package smtp

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestAnomaliesOfASession(t *testing.T) {
	const greeting, hello = "220 a ESMTP\r\n", "250-a\r\n250 PIPELINING\r\n"
	for name, says := range map[string][]flowtest.Say{
		"":                               {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Up("QUIT\r\n"), flowtest.Down("221 Bye\r\n")},
		"smtp.no_server_welcome_message": {flowtest.Up("EHLO b\r\n"), flowtest.Down(hello)},
		"smtp.unable_to_match_reply_with_request": {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Down("250 what\r\n")},
	} {
		got := flowtest.Odd(t, 25, false, says, Protocol)
		if want := name != ""; slices.Contains(got, name) != want || len(got) > 1 {
			t.Errorf("%q: %q", name, got)
		}
	}
}
