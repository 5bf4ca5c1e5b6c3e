package dnsmsg

import "testing"

// TestSent: a message reads once for comparing, in lower case, and once as it was sent, where that differs.
func TestSent(t *testing.T) {
	answer := func(question, target, text string) []byte {
		b := "\x00\x01\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00" + question + "\x00\x05\x00\x01" +
			"\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x09\x00" + string(rune(len(target))) + target +
			"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x09\x00" + string(rune(len(text)+1)) + string(rune(len(text))) + text
		return []byte(b)
	}
	r := TakeReader()
	defer r.Free()
	for _, c := range []struct {
		b                    []byte
		name, target, text   string // for comparing
		asName, to, asBroken string // as sent, "" where it reads alike
	}{
		{answer("\x01a\x02jp\x00", "\x01b\xc0\x0e", "x"), "a.jp", "b.jp", "x", "", "", ""},
		{answer("\x01A\x02jp\x00", "\x01b\xc0\x0e", "x"), "a.jp", "b.jp", "x", "A.jp", "b.jp", "x"},
		{answer("\x01a\x02jp\x00", "\x01B\xc0\x0e", "x"), "a.jp", "b.jp", "x", "a.jp", "B.jp", "x"},
		{answer("\x03a\xe4.\x02jp\x00", "\x01b\xc0\x10", "\x01\\"), `a\228\046.jp`, "b.jp", `\001\092`, "a\xe4..jp", "b.jp", "\x01\\"},
		{answer("\x02a \x02jp\x00", "\x01b\xc0\x0f", "x"), `a\032.jp`, "b.jp", "x", `a\032.jp`, "b.jp", "x"},
	} {
		m, err := r.Read(c.b)
		if err != nil {
			t.Fatal(err)
		}
		if m.Questions[0].Name != c.name || m.Answers[0].Text != c.target || m.Answers[1].Text != c.text {
			t.Errorf("%+v", m)
		}
		switch s := r.Sent(c.b); {
		case s == nil && c.asName != "", s != nil && c.asName == "":
			t.Errorf("%q: %v", c.b, s)
		case s != nil && (s.Questions[0].Name != c.asName || s.Answers[0].Text != c.to || s.Answers[1].Text != c.asBroken || s.Answers[0].Name != c.asName):
			t.Errorf("%q: %+v", c.b, s)
		}
	}
}
