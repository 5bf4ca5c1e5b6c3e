package mail

import (
	"bytes"
	"crypto/sha256"
	b64 "encoding/base64"
	"encoding/hex"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// read gives a message in pieces as cut by sizes.
func read(msg string, size func(max int) int) (*event.EmailActivity, []*event.FileActivity) {
	var files []*event.FileActivity
	f := &dissect.Flow{Emit: func(e event.Event) { files = append(files, e.(*event.FileActivity)) }}
	m := Begin(f, nil, dissect.Orig, "smtp")
	for len(msg) > 0 {
		n := size(len(msg))
		m.Write([]byte(msg[:n]))
		msg = msg[n:]
	}
	return m.Close(true), files
}

// TestAttachments sends random files in each coding, cut anywhere: they come out byte for byte.
func TestAttachments(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var want []string
		var b strings.Builder
		b.WriteString("From: a@example.jp\r\nSubject: =?ISO-2022-JP?B?GyRCRk89UBsoQg==?=\r\nContent-Type: multipart/mixed;\r\n boundary=\"=_b\"\r\n\r\npreamble\r\n")
		for i := range rapid.IntRange(1, 4).Draw(r, "parts") {
			content := append([]byte("MZ"), rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(r, "content")...)
			sum := sha256.Sum256(content)
			want = append(want, fmt.Sprintf("f%d.exe %s", i, hex.EncodeToString(sum[:])))
			coding, coded := "base64", new(bytes.Buffer)
			if rapid.Bool().Draw(r, "quoted") {
				coding = "quoted-printable"
				w := quotedprintable.NewWriter(coded)
				w.Binary = true
				_, _ = w.Write(content)
				_ = w.Close()
			} else {
				for s := b64.StdEncoding.EncodeToString(content); s != ""; {
					n := min(76, len(s))
					coded.WriteString(s[:n] + "\r\n")
					s = s[n:]
				}
			}
			fmt.Fprintf(&b, "\r\n--=_b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n\tfilename=f%d.exe\r\nContent-Transfer-Encoding: %s\r\n\r\n%s", i, coding, coded)
		}
		b.WriteString("\r\n--=_b--\r\n")
		a, files := read(b.String(), func(max int) int { return rapid.IntRange(1, max).Draw(r, "piece") })
		var got []string
		for _, f := range files {
			got = append(got, f.File.Name+" "+f.File.SHA256)
		}
		if d := cmp.Diff(want, got); d != "" || a.Subject != "届出" || len(a.Attachments) != len(want) {
			r.Fatal(d, a.Subject)
		}
	})
}

// TestParts finds what is within nested parts and messages, whatever stands around them.
func TestParts(t *testing.T) {
	const inner = "Content-Type: text/plain; name*0*=UTF-8''%E5%8A; name*1*=%B9.txt\r\n\r\nhello http://example.jp/a?b=1.\r\nend"
	for name, c := range map[string]struct {
		msg   string
		files []string
		urls  []string
	}{
		"single":  {"Content-Disposition: attachment; filename=\"a;b.txt\"\n\nhello\n", []string{"a;b.txt 5"}, nil},
		"nested":  {"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n" + inner + "\r\n--i--\r\n--o--\r\n", []string{"効.txt 35"}, []string{"http://example.jp/a?b=1"}},
		"message": {"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nSubject: x\r\n" + inner + "\r\n", []string{"効.txt 35"}, []string{"http://example.jp/a?b=1"}},
		"unended": {"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" + inner, []string{"効.txt 35"}, []string{"http://example.jp/a?b=1"}},
		"coded":   {"Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html\r\n\r\n<a href=3D\"HTTPS://evil.exa=\r\nmple/x\">", nil, []string{"https://evil.example/x"}},
		"nothing": {"", nil, nil},
	} {
		a, files := read(c.msg, func(int) int { return 1 })
		var got []string
		for _, f := range files {
			got = append(got, fmt.Sprint(f.File.Name, " ", f.File.Size))
		}
		if d := cmp.Diff(c.files, got) + cmp.Diff(c.urls, a.URLs); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func FuzzMail(f *testing.F) {
	f.Add("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=x\r\n\r\nTVo=\r\n--b--\r\n")
	f.Add("Content-Type: message/rfc822\r\n\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41=\r\n=4")
	f.Add("\r\nbegin 644 a b\r\n" + exe + "`\r\nend\r\nbegin-base64 644 c\r\nTVqQAA==\r\n====\r\n")
	f.Add("Content-Type: application/ms-tnef\r\n\r\n" + stream("A.EXE", "MZ", "\x01\x00\x00\x00"+property(propObject, 0x3701, stream("b", "x", ""))))
	f.Add("Content-Type: application/ms-tnef\r\n\r\n" + stream("A.EXE", "MZ", "\x01\x00\x00\x00"+property(propObject, propAttached, face+"\xd0\xcf\x11\xe0")))
	f.Add("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQ29udGVudC1UeXBlOiBpbWFnZS9wbmcNCg0KeA==\r\n")
	f.Fuzz(func(t *testing.T, msg string) {
		whole, _ := read(msg, func(max int) int { return max })
		bits, _ := read(msg, func(max int) int { return min(max, 7) })
		if d := cmp.Diff(whole, bits, cmpopts.IgnoreFields(event.EmailActivity{}, "Header", "Conn")); d != "" && len(msg) < maxLine {
			t.Error(d)
		}
	})
}
