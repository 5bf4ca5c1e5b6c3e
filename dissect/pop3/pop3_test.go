package pop3

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden holds events and what rules see of curl's sessions with dovecot.
func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"mail-boxes.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"mail-boxes.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"mail-boxes.pcap.gz", Protocol)
}

func FuzzPOP3(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, flowtest.Captures+"mail-boxes.pcap.gz")...)
}

// talk gives a session, lines of the client marked by ">", and tells its log-ons and messages in short.
func talk(t *testing.T, lines ...string) (out []string) {
	t.Helper()
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		switch a := e.(type) {
		case *event.EmailActivity:
			out = append(out, flowtest.Mail(a))
		case *event.Authentication:
			out = append(out, fmt.Sprint("login ", a.User, " ", a.Success))
		}
	}})
	if err := flowtest.Session(t, p, lines...); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSessions(t *testing.T) {
	const file = "Subject: a\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhi\r\n"
	for name, c := range map[string]struct{ lines, want []string }{
		"first lines":    {[]string{"+OK x\r\n", ">TOP 1 2\r\n", "+OK\r\n" + file + ".\r\n", ">RETR 1\r\n", "+OK\r\n" + file + ".\r\n"}, []string{"a 67 false a.txt 2 true", "a 67 true a.txt 2 false"}},
		"bare plus":      {[]string{"+OK x\r\n", ">AUTH PLAIN\r\n", "+\r\n", ">AGEAYg==\r\n", "+OK\r\n", ">RETR 1\r\n", "+OK\r\n" + file + ".\r\n"}, []string{"login a true", "a 67 true a.txt 2 false"}},
		"languages":      {[]string{"+OK x\r\n", ">LANG\r\n", "+OK\r\nja x\r\nen x\r\n.\r\n", ">RETR 1\r\n", "+OK\r\n" + file + ".\r\n"}, []string{"a 67 true a.txt 2 false"}},
		"end is lost":    {[]string{"+OK x\r\n", ">RETR 1\r\n", "+OK\r\n" + file[:65], "gap", ">RETR 2\r\n", "+OK\r\n" + file + ".\r\n"}, []string{"a 165 false a.txt 102 true", "a 67 true a.txt 2 false"}},
		"middle is lost": {[]string{"+OK x\r\n", ">RETR 1\r\n", ">RETR 2\r\n", "+OK\r\n" + file[:65], "gap", "x\r\n.\r\n", "+OK\r\n" + file + ".\r\n"}, []string{"a 168 false a.txt 103 true", "a 67 true a.txt 2 false"}},
	} {
		if d := cmp.Diff(c.want, talk(t, c.lines...)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
