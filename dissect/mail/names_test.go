package mail

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNames reads the names of files as programs of mail write them.
func TestNames(t *testing.T) {
	for disposition, want := range map[string]string{
		"attachment; filename=plain.exe":           "plain.exe",
		"attachment; filename=\"a \\\"b\\\".exe\"": `a "b".exe`,
		"attachment; filename=\"C:\\dir\\x.exe\"":  "x.exe",
		"attachment; filename=\"open":              "open",
		"attachment; filename=two words.exe":       "two words.exe",
		// RFC 2231 in the character sets of Japanese mail, whole and in pieces that cut characters apart.
		"attachment; filename*=ISO-2022-JP'ja'%1B%24B%40A5a%3Dq%1B%28B.exe":                                                             "請求書.exe",
		"attachment; filename*=Shift_JIS''%90%BF%8B%81%8F%91.exe":                                                                       "請求書.exe",
		"attachment; filename*=UTF-8''%E8%AB%8B.exe; filename=plain.exe":                                                                "請.exe",
		"attachment;\r\n filename*0*=iso-2022-jp''%1B%24B%40A5;\r\n filename*1*=a%3Dq%1B%28B;\r\n filename*2=\".e\";\r\n filename*3=xe": "請求書.exe",
		"attachment; filename*1=b.exe; filename*0=a":                                                                                    "ab.exe",
		"attachment; filename*=us-ascii''%E8%AB%8B.exe":                                                                                 "請.exe", // mislabelled, as many are
		"attachment; filename*=iso-2022-kr''a%2Eexe":                                                                                    "a.exe",
		"attachment; filename*=unknown-set''a%2Eexe":                                                                                    "a.exe",
		"attachment; filename==?ISO-2022-JP?B?GyRCQEE1YT1xGyhCLmV4ZQ==?=":                                                               "請求書.exe",
		"attachment; filename=\"=?x-sjis?B?kL+LgY+RLmV4ZQ==?=\"":                                                                        "請求書.exe",
		"attachment; filename=\"=?gb2312?B?1cvLsC5leGU=?=\"":                                                                            "账税.exe",
		"attachment; filename=\"=?cp932?Q?=90=BF?=\r\n =?cp932?Q?.exe?=\"":                                                              "請.exe",
		// not encoded at all, as programs of Japanese offices write them; a backslash may be half of a character
		"attachment; filename=\"\x95\x5c\x8e\xa6.exe\"":             "表示.exe",
		"attachment; filename=\"\x88\xea\x97\x97\x95\x5c\"; size=1": "一覧表",
		"attachment; filename=\x95\x5c.exe":                         "表.exe",
		"attachment; filename=\"\xca\xf3\xb9\xf0.exe\"":             "報告.exe",
		"attachment; filename=\"\x1b$BJs9p\x1b(B.exe\"":             "報告.exe",
		"attachment; filename=\"caf\xe9.exe\"":                      "caf\uFFFD.exe",
		"attachment; filename=first.exe; filename=second.txt":       "first.exe",
	} {
		_, files := read("Content-Disposition: "+disposition+"\r\n\r\nx", func(max int) int { return max })
		if len(files) != 1 || files[0].File.Name != want {
			t.Errorf("%s: %+v", disposition, files)
		}
	}
}

// TestManyMessages: many messages that were forwarded in one, one behind the other, are all read; of a digest's parts nothing need say so.
func TestManyMessages(t *testing.T) {
	for kind, head := range map[string]string{"mixed": "Content-Type: message/rfc822\r\n", "digest": ""} {
		var b strings.Builder
		var want, got []string
		b.WriteString("Content-Type: multipart/" + kind + "; boundary=o\r\n\r\n")
		for i := range 40 {
			fmt.Fprintf(&b, "--o\r\n%s\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=i%d\r\n\r\n--i%d\r\nContent-Disposition: attachment; filename=f%d.exe\r\n\r\nMZ\r\n--i%d--\r\n", head, i, i, i, i)
			want = append(want, fmt.Sprintf("f%d.exe", i))
		}
		b.WriteString("--o--\r\n")
		_, files := read(b.String(), func(max int) int { return min(max, 1000) })
		for _, f := range files {
			got = append(got, f.File.Name)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", kind, d)
		}
	}
}

// TestLongHead: as many fields as mail servers take do not hide what the message is.
func TestLongHead(t *testing.T) {
	head := strings.Repeat("X-Padding: "+strings.Repeat("p", 900)+"\r\n", 100)
	_, files := read(head+"Content-Disposition: attachment; filename=a.exe\r\n\r\nMZ", func(max int) int { return min(max, 1460) })
	if len(files) != 1 || files[0].File.Name != "a.exe" {
		t.Errorf("%+v", files)
	}
}
