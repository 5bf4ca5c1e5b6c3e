package mail

import (
	"bytes"
	b64 "encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// told gives the files of a message in short, read in pieces of a byte and of many.
func told(t *testing.T, msg string) (out []string) {
	t.Helper()
	for _, size := range []int{1, 1000} {
		_, files := read(msg, func(most int) int { return min(most, size) })
		var got []string
		for _, f := range files {
			got = append(got, fmt.Sprint(f.File.Name, " ", f.File.Size, " ", f.Whole, " ", f.File.Type))
		}
		if out != nil {
			if d := cmp.Diff(out, got); d != "" {
				t.Errorf("in pieces of %d bytes: %s", size, d)
			}
		}
		out = got
	}
	return out
}

// exe is what uuencode (GNU sharutils 4.15.2) makes of "MZ\x90\x00" and 46 letters "x".
const exe = "M35J0`'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX\r\n%>'AX>'@`\r\n"

// TestUuencode reads files that stand in the text of a mail, as programs before MIME sent them, and where MIME says that they are coded so.
func TestUuencode(t *testing.T) {
	const head, file = "From: a@b\r\n\r\n", "old tool.exe 50 true exe"
	uu := "begin 644 old tool.exe\r\n" + exe + "`\r\nend\r\n"
	for name, c := range map[string]struct {
		msg  string
		want []string
	}{
		"in text":       {head + "see below\r\n\r\n" + uu + "bye\r\n", []string{file}},
		"two":           {head + uu + "and\r\n" + strings.ReplaceAll(uu, "old tool", "b"), []string{file, "b.exe 50 true exe"}},
		"spaces":        {head + strings.NewReplacer("0`'", "0 '", "\r\n`\r\n", "\r\n\r\nend of it\r\n", "'@`", "'@").Replace(uu), []string{"old tool.exe 50 false exe"}},
		"with a sum":    {head + strings.ReplaceAll(uu, "'AX\r\n", "'AX^\r\n"), []string{file}},
		"no empty line": {head + strings.ReplaceAll(uu, "`\r\nend", "end"), []string{file}},
		"cut":           {head + strings.TrimSuffix(uu, "end\r\n"), []string{"old tool.exe 50 false exe"}},
		"base64":        {head + "begin-base64 755 b.exe\r\nTVqQAA==\r\n====\r\n", []string{"b.exe 4 true exe"}},
		"coded part":    {"Content-Type: application/x-msdownload; name=\"p.exe\"\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n" + uu, []string{"p.exe 50 true exe"}},
		"coded text":    {"Content-Type: text/plain\r\nContent-Transfer-Encoding: uuencode\r\n\r\n" + uu, []string{file}},
		"in a part": {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + uu + "--b\r\nContent-Disposition: attachment; filename=c.txt\r\n\r\n" + uu + "--b--\r\n",
			[]string{file, "c.txt " + fmt.Sprint(len(uu)-2) + " true text"}},
		"prose":      {head + "begin 2024 with us\r\nand the rest\r\nend\r\n", nil},
		"no mode":    {head + "begin 849 x\r\n" + exe + "end\r\n", nil},
		"no content": {head + "begin 644 x\r\nend\r\n", nil},
	} {
		if d := cmp.Diff(c.want, told(t, c.msg)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// attribute is one of a TNEF stream, with its sum.
func attribute(level byte, id, kind uint16, b string) string {
	sum := uint16(0)
	for i := range len(b) {
		sum += uint16(b[i])
	}
	out := binary.LittleEndian.AppendUint16([]byte{level}, id)
	out = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(out, kind), uint32(len(b)))
	return string(binary.LittleEndian.AppendUint16(append(out, b...), sum))
}

// property is one of MAPI with one value of no fixed size.
func property(kind, id uint16, value string) string {
	out := binary.LittleEndian.AppendUint16(nil, kind)
	out = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(out, id), 1)
	out = append(binary.LittleEndian.AppendUint32(out, uint32(len(value))), value...)
	return string(append(out, make([]byte, -len(value)&3)...))
}

func wide(s string) string {
	var b []byte
	for _, c := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return string(b)
}

// stream is a TNEF stream with an attached file, whose properties say more of it.
func stream(title, content, properties string) string {
	return "\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x9006, 8, "\x00\x00\x01\x00") + attribute(2, attRendering, 6, strings.Repeat("\x01", 14)) +
		attribute(2, attTitle, 1, title+"\x00") + attribute(2, attData, 6, content) + attribute(2, attProperties, 6, properties)
}

// face is a storage of OLE.
const face = "\x0b\x00\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"

// TestTNEF takes the files out of winmail.dat.
func TestTNEF(t *testing.T) {
	const content = "MZ\x90\x00 and more"
	long := "\x02\x00\x00\x00" + "\x03\x00\x05\x37\x01\x00\x00\x00" + property(propUnicode, propLongName, wide("請求書.exe"))
	inner := stream("INNER.EXE", content, "")
	object := "\x01\x00\x00\x00" + property(propObject, 0x3701, strings.Repeat("i", 16)+inner)
	deep := inner
	for range 40 {
		deep = stream("x", "", "\x01\x00\x00\x00"+property(propObject, 0x3701, deep))
	}
	ole := property(propObject, propAttached, face+"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 storage")
	cut := stream("Sheet", "", "\x01\x00\x00\x00"+ole)
	for name, c := range map[string]struct {
		stream string
		want   []string
	}{
		"short name":    {stream("\x90\xbf\x8b\x81\x8f\x91.EXE", content, ""), []string{"請求書.EXE 13 true exe"}},
		"long name":     {stream("SEIKYU~1.EXE", content, long), []string{"請求書.exe 13 true exe"}},
		"two":           {stream("A.EXE", content, "") + attribute(2, attRendering, 6, "") + attribute(2, attData, 6, "x") + attribute(2, attTitle, 1, "B.TXT"), []string{"A.EXE 13 true exe", "B.TXT 1 true text"}},
		"attached mail": {stream("Untitled", "", object), []string{"INNER.EXE 13 true exe"}},
		"OLE":           {stream("Sheet", "", "\x03\x00\x00\x00"+"\x03\x00\x05\x37\x06\x00\x00\x00"+ole+property(propUnicode, propLongName, wide("表.xls"))), []string{"表.xls 16 true ole"}},
		"OLE, no name":  {stream("Sheet", "", "\x02\x00\x00\x00"+"\x02\x00\x10\x80"+strings.Repeat("g", 16)+"\x01\x00\x00\x00\x06\x00\x00\x00n\x00a\x00\x00\x00\x00\x00\x07\x00\x00\x00"+ole), []string{"Sheet 16 true ole"}},
		"no size":       {stream("Sheet", "", "\x02\x00\x00\x00"+"\x11\x10\x05\x37\x02\x00\x00\x00"+ole), nil},
		"OLE and data":  {stream("A.WMF", "picture", "\x01\x00\x00\x00"+ole), []string{"A.WMF 16 true ole", "A.WMF 7 true text"}},
		"OLE, cut":      {cut[:len(cut)-12], []string{"Sheet 6 false "}},
		"too deep":      {deep, nil},
		"cut":           {inner[:len(inner)-15], []string{"INNER.EXE 11 false exe"}},
		"nonsense":      {"\x78\x9f\x3e\x22\x01\x00" + strings.Repeat("\xff", 100), nil},
		"other":         {strings.Repeat("no such stream ", 3), nil},
	} {
		var b strings.Builder
		b.WriteString("Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		for s := b64.StdEncoding.EncodeToString([]byte(c.stream)); s != ""; s = s[min(76, len(s)):] {
			b.WriteString(s[:min(76, len(s))] + "\r\n")
		}
		got := told(t, b.String())
		if d := cmp.Diff(c.want, got[:max(0, len(got)-1):max(0, len(got)-1)], cmp.Transformer("", func(s []string) string { return strings.Join(s, "\n") })); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestOddMail: readers find the parts all the same.
func TestOddMail(t *testing.T) {
	const file = "Content-Type: application/zip; name=\"a.zip\"\r\n\r\nPK\x03\x04....\r\n"
	inner := "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n" + file + "--i--\r\n"
	var coded bytes.Buffer
	for s := b64.StdEncoding.EncodeToString([]byte(inner)); s != ""; s = s[min(60, len(s)):] {
		coded.WriteString(s[:min(60, len(s))] + "\r\n")
	}
	for name, c := range map[string]struct {
		msg  string
		want []string
	}{
		"message in base64":     {"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + coded.String() + "--o\r\n" + strings.ReplaceAll(file, "a.zip", "b.zip") + "--o--\r\n", []string{"a.zip 8 true zip", "b.zip 8 true zip"}},
		"two types":             {"Content-Type: multipart/mixed; boundary=i\r\nContent-Type: text/plain\r\n\r\n--i\r\n" + file + "--i--\r\n", []string{"a.zip 8 true zip"}},
		"two types, text first": {"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n" + file + "--i--\r\n", []string{"a.zip 8 true zip"}},
		"head ends with spaces": {"Content-Type: multipart/mixed; boundary=i\r\n \r\n--i\r\n" + file + "--i--\r\n", []string{"a.zip 8 true zip"}},
		"picture without name":  {"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", []string{" 16 true png"}},
	} {
		if d := cmp.Diff(c.want, told(t, c.msg)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
