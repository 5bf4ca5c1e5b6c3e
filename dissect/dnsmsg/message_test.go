package dnsmsg

import (
	"errors"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// build makes a message with an independent implementation.
func build(t *testing.T) []byte {
	t.Helper()
	n := dnsmessage.MustNewName
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: 7, Response: true, Authoritative: true, RCode: dnsmessage.RCodeNameError})
	b.EnableCompression()
	h := func(s string) dnsmessage.ResourceHeader {
		return dnsmessage.ResourceHeader{Name: n(s), Class: dnsmessage.ClassINET, TTL: 60}
	}
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(b.StartQuestions())
	check(b.Question(dnsmessage.Question{Name: n("WWW.Town.lg.jp."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}))
	check(b.StartAnswers())
	check(b.CNAMEResource(h("www.town.lg.jp."), dnsmessage.CNAMEResource{CNAME: n("cdn.example.jp.")}))
	check(b.AResource(h("cdn.example.jp."), dnsmessage.AResource{A: [4]byte{203, 0, 113, 9}}))
	check(b.AAAAResource(h("cdn.example.jp."), dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 1, 0xd, 0xb8, 15: 1}}))
	check(b.MXResource(h("town.lg.jp."), dnsmessage.MXResource{Pref: 10, MX: n("mail.town.lg.jp.")}))
	check(b.SRVResource(h("town.lg.jp."), dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 389, Target: n("dc.town.lg.jp.")}))
	check(b.TXTResource(h("town.lg.jp."), dnsmessage.TXTResource{TXT: []string{"v=spf1 ", "-all\x01"}}))
	check(b.StartAdditionals())
	var opt dnsmessage.ResourceHeader
	check(opt.SetEDNS0(1232, 16<<0, false))
	check(b.OPTResource(opt, dnsmessage.OPTResource{}))
	out, err := b.Finish()
	check(err)
	return out
}

func TestParse(t *testing.T) {
	m, err := Parse(build(t))
	if err != nil || m.Truncated || !m.Response || !m.AA || !m.EDNS || m.ID != 7 || m.RCode&0xf != 3 {
		t.Fatalf("%+v, %v", m, err)
	}
	if q := m.Questions[0]; q.Name != "www.town.lg.jp" || TypeName(q.Type) != "A" {
		t.Errorf("question %+v", q)
	}
	want := []string{"cdn.example.jp", "203.0.113.9", "2001:db8::1", "10 mail.town.lg.jp", "1 2 389 dc.town.lg.jp", `v=spf1 -all\001`}
	for i, w := range want {
		if got := m.Answers[i].Text; got != w {
			t.Errorf("answer %d = %q, want %q", i, got, w)
		}
	}
}

// TestCut checks that each cut gives an error or says that it is truncated.
func TestCut(t *testing.T) {
	b := build(t)
	for i := range b {
		if m, err := Parse(b[:i]); err == nil && !m.Truncated {
			t.Errorf("cut at %d of %d passes as whole", i, len(b))
		}
	}
}

func TestPointers(t *testing.T) {
	head := make([]byte, HeaderLen)
	for _, c := range []struct {
		name string
		wire []byte
		want error
	}{
		{"to itself", []byte{0xc0, 12}, ErrName},
		{"forward and back", []byte{0xc0, 14, 0xc0, 12}, ErrName},
		{"loop over a label", []byte{1, 'a', 0xc0, 12}, ErrName},
		{"past the end", []byte{5, 'a'}, ErrShort},
		{"reserved", []byte{0x80, 0}, ErrName},
	} {
		if _, _, err := Name(append(head[:HeaderLen:HeaderLen], c.wire...), HeaderLen); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if s, next, err := Name(append(head[:HeaderLen:HeaderLen], "\xc0\x0e\x02jp\x00"...), HeaderLen); s != "jp" || next != HeaderLen+2 || err != nil {
		t.Errorf("forward: %q %d %v", s, next, err)
	}
	b := append(head[:HeaderLen:HeaderLen], "\x04a\x00.\\\x01Z\x00"...)
	if s, next, err := Name(b, HeaderLen); s != `a\000\046\092.z` || next != len(b) || err != nil {
		t.Errorf("%q %d %v", s, next, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse(b)
		if err == nil && len(m.Answers) > MaxRecords {
			t.Error("too many records")
		}
	})
}

// TestReadable shows names as people gave them, and nothing else.
func TestReadable(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "printer": "printer", `\231\148\186\233\149\183pc`: "町長pc", `hp\032x\227\131\151`: `hp\032xプ`, `\231\148`: `\231\148`, `a\092\046`: `a\092\046`,
		`\194\133`: `\194\133`, `\255\231\148\186`: `\255\231\148\186`, `\2`: `\2`,
	} {
		if got := Readable(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
