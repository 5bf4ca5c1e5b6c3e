package imap

import (
	"fmt"
	"strings"
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

func FuzzIMAP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, flowtest.Captures+"mail-boxes.pcap.gz")...)
}

// talk gives a session, lines of the client marked by ">", and tells its messages in short.
func talk(t *testing.T, lines ...string) (out []string) {
	t.Helper()
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.EmailActivity); ok {
			out = append(out, flowtest.Mail(a))
		}
	}})
	if err := flowtest.Session(t, p, lines...); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPieces puts messages together that clients fetch in pieces, as Thunderbird does with large ones.
func TestPieces(t *testing.T) {
	const msg = "Subject: a\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n0123456789" // 73 bytes
	fetch := func(at, n int) string { return fmt.Sprintf(">1 UID FETCH 7 (UID BODY.PEEK[]<%d.%d>)\r\n", at, n) }
	piece := func(number, at, n int) string {
		end := min(len(msg), at+n)
		return fmt.Sprintf("* %d FETCH (UID 7 BODY[]<%d> {%d}\r\n%s)\r\n1 OK done\r\n", number, at, end-at, msg[at:end])
	}
	const whole, cut = "a 73 true a.txt 10 false", "a 70 false a.txt 7 true"
	for name, c := range map[string]struct{ lines, want []string }{
		"three":      {[]string{fetch(0, 35), piece(3, 0, 35), fetch(35, 35), piece(3, 35, 35), fetch(70, 35), piece(3, 70, 35)}, []string{whole}},
		"one":        {[]string{fetch(0, 100), piece(3, 0, 100)}, []string{whole}},
		"exactly":    {[]string{fetch(0, 73), piece(3, 0, 73), fetch(73, 73), piece(3, 73, 73)}, []string{whole}},
		"its size":   {[]string{fetch(0, 73), "* 3 FETCH (RFC822.SIZE 73 BODY[]<0> {73}\r\n" + msg + ")\r\n"}, []string{whole}},
		"first only": {[]string{fetch(0, 70), piece(3, 0, 70)}, []string{cut}},
		"previews":   {[]string{fetch(0, 70), piece(3, 0, 70), fetch(0, 70), piece(4, 0, 70)}, []string{cut, cut}},
		"other's":    {[]string{fetch(0, 70), piece(3, 0, 70), fetch(70, 70), piece(4, 70, 70)}, []string{cut}},
		"between":    {[]string{fetch(0, 70), piece(3, 0, 70), "* 9 FETCH (BODY[1] {3}\r\nabc)\r\n", fetch(70, 70), piece(3, 70, 70)}, []string{whole}},
		"whole":      {[]string{">1 FETCH 3 BODY[]\r\n", "* 3 FETCH (BODY[] {73}\r\n" + msg + ")\r\n"}, []string{whole}},
		"envelope":   {[]string{">1 FETCH 3 RFC822\r\n", "* 3 FETCH (ENVELOPE (NIL \"<a@b>\") RFC822 {73}\r\n" + msg + ")\r\n"}, []string{whole}},
		"gap":        {[]string{fetch(0, 70), piece(3, 0, 70), "gap", fetch(70, 70), piece(3, 70, 70)}, []string{cut}},
		"mailbox":    {[]string{">1 APPEND {5}\r\n", "+ go\r\n", ">INBOX (\\Seen) {73}\r\n", "+ go\r\n", ">" + msg + "\r\n"}, []string{whole}},
		"several":    {[]string{">1 APPEND INBOX {73+}\r\n" + msg + " {73+}\r\n" + msg + "\r\n"}, []string{whole, whole}},
	} {
		if d := cmp.Diff(c.want, talk(t, c.lines...)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestLongLines passes over a line of any length, whatever it is cut into; what stands behind it is read.
func TestLongLines(t *testing.T) {
	const msg = "* 3 FETCH (BODY[] {14}\r\nSubject: a\r\n\r\n)\r\n"
	for name, long := range map[string]string{
		"numbers": "* SEARCH" + strings.Repeat(" 123456", 20000) + "\r\n",
		"literal": "* 2 FETCH (X " + strings.Repeat("x", 100<<10) + " {9}\r\n* BODY[] {)\r\n",
		"edge":    strings.Repeat("x", maxLine-1) + "\r\n" + strings.Repeat("x", maxLine) + "\r\n" + strings.Repeat("x", maxLine+1) + "\r\n",
	} {
		for _, size := range []int{1400, 65536, 1 << 20} {
			var got []string
			p := newParser(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e.(*event.EmailActivity).Subject) }})
			held := ""
			for rest := long + msg; rest != ""; {
				k := min(size, len(rest))
				held, rest = held+rest[:k], rest[k:]
				n, err := p.Data(dissect.Resp, []byte(held))
				if held = held[n:]; err != nil || len(held) > maxLine {
					t.Fatalf("%s: %v, %d are held", name, err, len(held))
				}
			}
			if len(got) != 1 || got[0] != "a" {
				t.Errorf("%s in pieces of %d: %q", name, size, got)
			}
		}
	}
}
