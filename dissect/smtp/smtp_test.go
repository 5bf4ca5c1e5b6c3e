package smtp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// talk gives a session, lines of the client marked by ">", and tells its messages in short.
func talk(t *testing.T, lines ...string) (out []string, last error) {
	t.Helper()
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.EmailActivity); ok {
			s := fmt.Sprintf("%s → %s %d %d", a.MailFrom, strings.Join(a.RcptTo, ","), a.Size, a.Status)
			for _, f := range a.Attachments {
				s += fmt.Sprintf(" %s %d", f.Name, f.Size)
			}
			out = append(out, s)
		}
	}})
	last = flowtest.Session(t, p, lines...)
	return out, last
}

func TestSessions(t *testing.T) {
	const file = "Content-Disposition: attachment; filename=a.txt\r\n\r\nhi\r\n..dot\r\n"
	for name, c := range map[string]struct {
		lines []string
		want  []string
		err   error
	}{
		"two messages": {[]string{"220 x ESMTP\r\n", ">EHLO a\r\n", "250-x\r\n250 OK\r\n", ">MAIL FROM:<a@x> SIZE=1\r\n", "250 ok\r\n", ">RCPT TO: <b@y>\r\n", "250 ok\r\n",
			">DATA\r\n", "354 go\r\n", ">" + file + ".\r\n", "250 ok\r\n", ">MAIL FROM:<>\r\n", "250 ok\r\n", ">DATA\r\n", "354 go\r\n", ">x\r\n.\r\n", "550 no\r\n", ">QUIT\r\n"},
			[]string{"a@x → b@y 61 250 a.txt 8", " →  3 550"}, nil},
		"pipelined": {[]string{"220 x\r\n", ">EHLO a\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n", "250 x\r\n250 x\r\n250 x\r\n354 x\r\n", ">a\r\n.", ">\r\nMAIL FROM:<c@x>\r\n", "250 x\r\n"},
			[]string{"a@x → b@y 3 250"}, nil},
		"refused": {[]string{"220 x\r\n", ">MAIL FROM:<a@x>\r\n", "250 x\r\n", ">DATA\r\n", "503 no\r\n", ">RSET\r\n", "250 x\r\n", ">MAIL FROM:<b@x>\r\nDATA\r\n", "250 x\r\n354 x\r\n", ">z\r\n.\r\n", "250 x\r\n"},
			[]string{"b@x →  3 250"}, nil},
		"chunks": {[]string{"220 x\r\n", ">MAIL FROM:<a@x>\r\nBDAT 3\r\nabcBDAT 4 LAST\r\n.\r\nx", "250 x\r\n250 x\r\n250 x\r\n"}, []string{"a@x →  7 250"}, nil},
		"password": {[]string{"220 x\r\n", ">AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n", ">YQ==\r\n", "334 UGFzc3dvcmQ6\r\n", ">DATA\r\n", "235 ok\r\n", ">MAIL FROM:<a@x>\r\n", "250 x\r\n", ">DATA\r\n", "354 x\r\n", ">.\r\n", "250 x\r\n"},
			[]string{"a@x →  0 250"}, nil},
		"tls": {[]string{"220 x\r\n", ">STARTTLS\r\n", "220 go\r\n"}, nil, dissect.ErrNext},
		// What was lost held the end of a message; the server tells so, before or behind the gap.
		"end lost": {[]string{"220 x\r\n", ">EHLO a\r\nMAIL FROM:<a@x>\r\nDATA\r\n", "250 x\r\n250 x\r\n354 x\r\n", ">abc\r\n", ">gap", "250 queued\r\n", ">MAIL FROM:<b@x>\r\n", "250 x\r\n", ">DATA\r\n", "354 x\r\n", ">x\r\n.\r\n", "250 x\r\n"},
			[]string{"a@x →  105 250", "b@x →  3 250"}, nil},
		"end lost, told later": {[]string{"220 x\r\n", ">EHLO a\r\nMAIL FROM:<a@x>\r\nDATA\r\n", "250 x\r\n250 x\r\n354 x\r\n", ">abc\r\n", "250 queued\r\n", ">gap", ">MAIL FROM:<b@x>\r\n", "250 x\r\n", ">DATA\r\n", "354 x\r\n", ">x\r\n.\r\n", "250 x\r\n"},
			[]string{"a@x →  105 250", "b@x →  3 250"}, nil},
		"middle lost": {[]string{"220 x\r\n", ">MAIL FROM:<a@x>\r\nDATA\r\n", "250 x\r\n354 x\r\n", ">abc\r\n", ">gap", ">x\r\n.\r\n", "250 x\r\n", ">MAIL FROM:<b@x>\r\nDATA\r\n", "250 x\r\n354 x\r\n", ">x\r\n.\r\n", "250 x\r\n"},
			[]string{"a@x →  108 250", "b@x →  3 250"}, nil},
		"one-sided": {[]string{">EHLO a\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nabc\r\n.\r\nQUIT\r\n"}, []string{"a@x → b@y 5 0"}, nil},
	} {
		got, err := talk(t, c.lines...)
		if d := cmp.Diff(c.want, got); d != "" || err != c.err {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

// TestGolden holds what rules see of curl's messages, and their events.
func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"smtp-mail.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"smtp-mail.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"smtp-mail.pcap.gz", Protocol)
}

// TestWithoutMessage: readers of EVE are told of sessions, and of envelopes, of which no message comes.
func TestWithoutMessage(t *testing.T) {
	want := []string{
		"> {helo:'a' mail_from:'<a@x>'}",
		"> {helo:'a' mail_from:'<b@x>' rcpt_to:['<c@y>']}",
	}
	got := flowtest.Records(25, false, flowtest.Turns("220 x ESMTP\r\n", ">EHLO a\r\n", "250 x\r\n", ">MAIL FROM:<a@x>\r\n", "250 x\r\n", ">RSET\r\n", "250 x\r\n",
		">MAIL FROM:<b@x>\r\nRCPT TO:<c@y>\r\n", "250 x\r\n550 nobody\r\n", ">QUIT\r\n", "221 x\r\n"), Protocol)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func FuzzSMTP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, flowtest.Captures+"smtp-mail.pcap.gz"),
		flowtest.Turns("220 x ESMTP\r\n", ">EHLO a\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n", "250-a\r\n250 b\r\n250 x\r\n250 x\r\n354 c\r\n",
			">Subject: x\r\n\r\n..a\r\n.\r\nBDAT 3 LAST\r\nabcRSET\r\nQUIT\r\n", "250 x\r\n"),
		flowtest.Turns("220 x\r\n", ">AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n", ">YQ==\r\n", "334 UGFzc3dvcmQ6\r\n", ">DATA\r\n", "235 ok\r\n", ">STARTTLS\r\n", "220 go\r\n"))...)
}

// TestLastLine: some servers end a message at a dot between line feeds alone, others do not: what comes next tells.
func TestLastLine(t *testing.T) {
	const file = "Content-Type: multipart/mixed; boundary=b\r\n\r\nhi\n%s--b\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nMZ\r\n--b--\r\n"
	for name, c := range map[string]struct {
		says []flowtest.Say
		want []string
	}{
		"LF.LF within":   {letter(fmt.Sprintf(file, ".\n")), []string{"a.exe 2 true", "message true 250"}},
		"LF.CRLF within": {letter(fmt.Sprintf(file, ".\r\n")), []string{"a.exe 2 true", "message true 250"}},
		"LF.LF at last":  {flowtest.Turns("220 a ESMTP\r\n", ">HELO b\r\n", "250 a\r\n", ">MAIL FROM:<a@b>\r\n", "250 ok\r\n", ">DATA\r\n", "354 go\r\n", ">Subject: a\n\nhi\n.\n", "250 ok\r\n", ">QUIT\n", "221 bye\r\n"), []string{"message true 250"}},
		"at the end":     {flowtest.Turns("220 a ESMTP\r\n", ">HELO b\r\n", "250 a\r\n", ">MAIL FROM:<a@b>\r\n", "250 ok\r\n", ">DATA\r\n", "354 go\r\n", ">Subject: a\n\nhi\n.\n"), []string{"message true 0"}},
		"in a row": {flowtest.Turns("220 a ESMTP\r\n", ">HELO b\r\n", "250 a\r\n", ">MAIL FROM:<a@b>\r\nDATA\r\nSubject: a\n\nhi\n.\nmail from:<c@d>\r\nDATA\r\n"+strings.ReplaceAll(file, "%s", "")+".\r\nQUIT\r\n",
			"250 ok\r\n", "354 go\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "251 ok\r\n", "221 bye\r\n"), []string{"a.exe 2 true", "message true 250", "message true 251"}},
	} {
		for _, says := range [][]flowtest.Say{c.says, single(c.says)} {
			var got []string
			for _, e := range flowtest.Events(25, says, nil, Protocol) {
				switch x := e.(type) {
				case *event.FileActivity:
					got = append(got, fmt.Sprint(x.File.Name, " ", x.File.Size, " ", x.Whole))
				case *event.EmailActivity:
					got = append(got, fmt.Sprint("message ", x.Whole, " ", x.Status))
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

// single says all of it byte by byte.
func single(says []flowtest.Say) (out []flowtest.Say) {
	for _, s := range says {
		for i := range len(s.B) {
			out = append(out, flowtest.Say{Dir: s.Dir, B: s.B[i : i+1]})
		}
	}
	return out
}

// A file tells which message carried it, as far as that had come.
func TestFilesTellTheirMessage(t *testing.T) {
	var told []*event.EmailActivity
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.FileActivity); ok {
			told = append(told, a.Carrier.(*event.EmailActivity))
		}
	}})
	part := func(name string) string {
		return "--b\r\nContent-Disposition: attachment; filename=" + name + "\r\n\r\nhi\r\n"
	}
	if err := flowtest.Session(t, p, "220 x\r\n", ">EHLO a\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n", "250 x\r\n250 x\r\n250 x\r\n354 x\r\n",
		">From: A <a@x>\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+part("1.txt")+part("2.txt")+"--b--\r\n.\r\n", "250 ok\r\n"); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 {
		t.Fatalf("%d files", len(told))
	}
	for i, m := range told {
		if m.Helo != "a" || m.MailFrom != "a@x" || !slices.Equal(m.RcptTo, []string{"b@y"}) || m.From != "A <a@x>" || m.Subject != "s" {
			t.Errorf("%+v", m)
		}
		if len(m.Attachments) != i+1 || m.Attachments[i].Name != fmt.Sprint(i+1, ".txt") {
			t.Errorf("%d: files %v", i, m.Attachments)
		}
	}
}
