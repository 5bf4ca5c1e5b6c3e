package smtp

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestAnomaliesOfASession(t *testing.T) {
	const greeting, hello = "220 a ESMTP\r\n", "250-a\r\n250 PIPELINING\r\n"
	for name, says := range map[string][]flowtest.Say{
		"":                               {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Up("QUIT\r\n"), flowtest.Down("221 Bye\r\n")},
		"smtp.no_server_welcome_message": {flowtest.Up("EHLO b\r\n"), flowtest.Down(hello)},
		"smtp.unable_to_match_reply_with_request": {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Down("250 what\r\n")},
		"smtp.max_reply_line_len_exceeded":        {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down("250-a" + strings.Repeat("x", 5000) + "\r\n250 b\r\n")},
		"smtp.invalid_pipelined_sequence":         {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Up("STARTTLS\r\nNOOP\r\n")},
		"smtp.invalid_bdat":                       {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Up("BDAT 5 X\r\n"), flowtest.Down("521 no\r\n")},
		"smtp.duplicate_fields":                   {flowtest.Down(greeting), flowtest.Up("EHLO b\r\n"), flowtest.Down(hello), flowtest.Up("HELO b\r\n"), flowtest.Down("250 a\r\n")},
		"smtp.mime_long_header_name":              letter(strings.Repeat("N", 76) + ": v\r\n\r\nhi\r\n"),
		"smtp.mime_long_line":                     letter("Subject: a\r\n\r\n" + strings.Repeat("x", 999) + "\r\n"),
		"smtp.mime_long_enc_line":                 letter("Content-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("QUJD", 20) + "\r\n"),
		"smtp.mime_long_filename":                 letter("Content-Disposition: attachment;\r\n filename=" + strings.Repeat("f", 256) + "\r\n\r\nhi\r\n"),
		"smtp.mime_long_header_value":             letter("Subject: " + strings.Repeat("a\r\n ", 1001) + "\r\n\r\nhi\r\n"),
		"smtp.mime_long_boundary":                 letter("Content-Type: multipart/mixed;\r\n boundary=" + strings.Repeat("b", 255) + "\r\n\r\nhi\r\n"),
	} {
		got := flowtest.Odd(t, 25, false, says, Protocol)
		if want := name != ""; slices.Contains(got, name) != want || len(got) > 1 {
			t.Errorf("%q: %q", name, got)
		}
	}
}

// letter sends one message, and hears that it was taken.
func letter(content string) []flowtest.Say {
	return []flowtest.Say{flowtest.Down("220 a ESMTP\r\n"), flowtest.Up("HELO b\r\n"), flowtest.Down("250 a\r\n"), flowtest.Up("MAIL FROM:<a@b>\r\n"), flowtest.Down("250 ok\r\n"),
		flowtest.Up("DATA\r\n"), flowtest.Down("354 go\r\n"), flowtest.Up(content + ".\r\n"), flowtest.Down("250 ok\r\n")}
}

func TestFramesOfContent(t *testing.T) {
	says := letter("Subject: a\r\n\r\n..hi\r\n")
	says = append(says, flowtest.Turns(">MAIL FROM:<b@c>\r\n", "250 ok\r\n", ">RCPT TO:<d@e>\r\n", "250 ok\r\n", ">BDAT 10\r\nSubject: bBDAT 6 LAST\r\n\r\n\r\nhiQUIT\r\n", "250 ok\r\n", "250 taken\r\n", "221 bye\r\n")...)
	flowtest.Talk(t, "frames", 25, false, says, Protocol)
}
