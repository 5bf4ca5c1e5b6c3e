package imap

import (
	"bytes"
	"compress/flate"
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
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, flowtest.Captures+"mail-boxes.pcap.gz"), squeezed(f, 300))...)
}

// squeezed is a session that goes on compressed, as dovecot and clients that ask for it speak (RFC 4978).
func squeezed(t testing.TB, size int) []flowtest.Say {
	t.Helper()
	msg := "Subject: a\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nMZ" + strings.Repeat("x", size)
	says := flowtest.Turns("* OK IMAP4rev1 ready\r\n", ">a LOGIN u p\r\n", "a OK in\r\n", ">b COMPRESS DEFLATE\r\n")
	var up, down bytes.Buffer
	zip := func(b *bytes.Buffer) func(string) string {
		w, err := flate.NewWriter(b, 6)
		if err != nil {
			t.Fatal(err)
		}
		return func(s string) string {
			b.Reset()
			if _, err := w.Write([]byte(s)); err != nil || w.Flush() != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	u, d := zip(&up), zip(&down)
	answer := fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s)\r\nd OK done\r\n", len(msg), msg)
	return append(says, flowtest.Down("b OK now\r\n"+d("* 1 EXISTS\r\n")), flowtest.Up(u("c SELECT INBOX\r\n")), flowtest.Down(d("c OK done\r\n")),
		flowtest.Up(u("d FETCH 1 BODY[]\r\n")), flowtest.Down(d(answer)), flowtest.Up(u("e LOGOUT\r\n")), flowtest.Down(d("* BYE\r\ne OK\r\n")))
}

// TestCompressed reads the messages of such a session, whole and byte by byte, and lets go of what it takes.
func TestCompressed(t *testing.T) {
	var single []flowtest.Say
	says := squeezed(t, 200000)
	for _, s := range squeezed(t, 300) {
		for i := range len(s.B) {
			single = append(single, flowtest.Say{Dir: s.Dir, B: s.B[i : i+1]})
		}
	}
	for want, says := range map[string][]flowtest.Say{"a.exe 200002 true": says, "a.exe 302 true": single} {
		var got []string
		for _, e := range flowtest.Events(143, says, nil, Protocol) {
			if f, ok := e.(*event.FileActivity); ok {
				got = append(got, fmt.Sprint(f.File.Name, " ", f.File.Size, " ", f.Whole))
			}
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q, not %s", got, want)
		}
	}
	if n := packedOpen.Load(); n != 0 {
		t.Errorf("%d directions are still open", n)
	}
}

// TestCompressedGap: behind a hole nothing can be undone, and nothing is kept.
func TestCompressedGap(t *testing.T) {
	p := newParser(&dissect.Flow{Emit: func(event.Event) {}})
	for i, s := range squeezed(t, 300) {
		if n, err := p.Data(s.Dir, []byte(s.B)); n != len(s.B) || err != nil {
			t.Fatal(i, n, err)
		}
		if i == 7 {
			if err := p.Gap(dissect.Resp, 100); err != nil || packedOpen.Load() != 1 {
				t.Errorf("%v, %d directions are open", err, packedOpen.Load())
			}
		}
	}
	if p.Close(); packedOpen.Load() != 0 {
		t.Errorf("%d directions are still open", packedOpen.Load())
	}
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

// TestParts reads files that are fetched by themselves, named and coded as the server has described them.
func TestParts(t *testing.T) {
	const (
		text  = `("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "7BIT" 5 1 NIL NIL NIL NIL)`
		pdf   = `("APPLICATION" "PDF" ("NAME" "a \"b\".pdf") NIL NIL "BASE64" 16 NIL ("ATTACHMENT" ("FILENAME" "a \"b\".pdf")) NIL NIL)`
		log   = `("TEXT" "PLAIN" NIL NIL NIL "QUOTED-PRINTABLE" 7 1 NIL ("ATTACHMENT" ("FILENAME*" "UTF-8''%E8%A8%98.txt")) NIL NIL)`
		inner = `("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 99 ("d" {10}` + "\r\n" + `BODY[] {5} NIL NIL NIL NIL NIL NIL NIL "<x>") (` + text + pdf + ` "MIXED") 9 NIL NIL NIL NIL)`
		alone = `("APPLICATION" "ZIP" NIL NIL NIL "BASE64" 8)`
		asked = ">1 UID FETCH 7 (UID BODY.PEEK[2])\r\n"
		bytes = "MDEyMzQ1\r\nNjc4OQ==\r\n" // 0123456789
	)
	told := func(structure string) string {
		return "* 3 FETCH (FLAGS (\\Seen) UID 7 BODYSTRUCTURE (" + structure + ` "MIXED" ("BOUNDARY" "x") NIL NIL))` + "\r\n1 OK done\r\n"
	}
	part := func(items, b string) string {
		return fmt.Sprintf("* 3 FETCH (%s {%d}\r\n%s)\r\n1 OK done\r\n", items, len(b), b)
	}
	const got = ` 20 true a "b".pdf 10 false`
	for name, c := range map[string]struct{ lines, want []string }{
		"by UID":     {[]string{told(text + pdf), asked, part("UID 7 BODY[2]", bytes)}, []string{got}},
		"by number":  {[]string{told(text + pdf), part("BODY[2]", bytes)}, []string{got}},
		"same line":  {[]string{part("UID 7 BODYSTRUCTURE ("+text+pdf+` "MIXED") BODY[2]`, bytes)}, []string{got}},
		"text":       {[]string{told(text + pdf), part("UID 7 BODY[1]", "hello")}, nil},
		"quoted":     {[]string{told(text + log), part("UID 7 BODY[2]", "=3D=\r\n=3D")}, []string{" 9 true 記.txt 2 false"}},
		"nested":     {[]string{told(text + inner), part("UID 7 BODY[2.2]", bytes)}, []string{got}},
		"alone":      {[]string{"* 3 FETCH (UID 7 BODYSTRUCTURE " + alone + ")\r\n", part("UID 7 BODY[1]", "UEsDBA==")}, []string{" 8 true  4 false"}},
		"binary":     {[]string{told(text + pdf), "* 3 FETCH (UID 7 BINARY[2] ~{10}\r\n0123456789)\r\n"}, []string{` 10 true a "b".pdf 10 false`}},
		"pieces":     {[]string{told(text + pdf), ">1 UID FETCH 7 BODY[2]<0.9>\r\n", part("UID 7 BODY[2]<0>", bytes[:9]), ">2 UID FETCH 7 BODY[2]<9.99>\r\n", part("UID 7 BODY[2]<9>", bytes[9:])}, []string{got}},
		"other's":    {[]string{told(text + pdf), part("UID 8 BODY[2]", bytes)}, nil},
		"untold":     {[]string{part("UID 7 BODY[2]", bytes)}, nil},
		"moved":      {[]string{told(text + pdf), "* 1 EXPUNGE\r\n", part("BODY[2]", bytes), part("UID 7 BODY[2]", bytes)}, []string{got}},
		"left":       {[]string{told(text + pdf), ">2 SELECT other\r\n", part("UID 7 BODY[2]", bytes)}, nil},
		"its fields": {[]string{part("UID 7 RFC822.HEADER", "Subject: b\r\nContent-Disposition: attachment; filename=c\r\n\r\n"), part("UID 7 BODY[TEXT]", "0123")}, []string{"b 4 true c 4 false"}},
	} {
		if d := cmp.Diff(c.want, talk(t, c.lines...)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestStructure bounds what a hostile server can have remembered.
func TestStructure(t *testing.T) {
	p := newParser(&dissect.Flow{Emit: func(event.Event) {}}).(*parser)
	name := strings.Repeat("a", 900)
	for i := range 3 {
		line := fmt.Sprintf("* %d FETCH (BODYSTRUCTURE (%s \"MIXED\"))\r\n", i+1, strings.Repeat(`("A" "B" ("NAME" "`+name+`"))`, 60))
		deep := "* 9 FETCH (BODYSTRUCTURE " + strings.Repeat("(", 60000) + "\r\n"
		many := "* 9 FETCH (X " + strings.Repeat("BODY[2] {1}\r\nx", 4000) + ")\r\n*\r\n* 1\r\n"
		for _, l := range []string{line, deep, many} {
			if _, err := p.Data(dissect.Resp, []byte(l)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(p.known) != maxKnown || p.known[maxKnown-1].number != "3" {
		t.Errorf("%d parts are remembered", len(p.known))
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
