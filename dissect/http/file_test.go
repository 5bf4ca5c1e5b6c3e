package http

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// sent gives the files that requests and answers carry, in short.
func sent(says ...flowtest.Say) (out []string) {
	for _, e := range flowtest.Events(80, says, nil, Protocol) {
		if f, ok := e.(*event.FileActivity); ok {
			out = append(out, fmt.Sprint(f.File.Name, " ", f.File.Size, " ", f.Whole, " ", f.File.SHA256 != ""))
		}
	}
	return out
}

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestCodedFiles undoes what real clients undo: gzip of several members, zstd of several frames, and codings of the transfer.
func TestCodedFiles(t *testing.T) {
	file := []byte("MZ\x90\x00")
	for r := rand.New(rand.NewPCG(1, 1)); len(file) < 30000; {
		file = append(file, "town hall "[r.IntN(10)])
	}
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var deflated bytes.Buffer
	w := zlib.NewWriter(&deflated)
	if _, err := w.Write(file); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	members := bytes.Join([][]byte{gzipped(t, file[:9000]), gzipped(t, nil), gzipped(t, file[9000:20000]), gzipped(t, file[20000:])}, nil)
	frames := append(z.EncodeAll(file[:20000], nil), z.EncodeAll(file[20000:], nil)...)
	chunked := func(b []byte) string { return fmt.Sprintf("%x;a=\"b\"\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n", len(b), b) }
	for name, c := range map[string]struct{ head, body string }{
		"members":          {"Content-Encoding: gzip\r\n", string(members)},
		"padded":           {"Content-Encoding: gzip\r\n", string(members) + strings.Repeat("\x00", 512)},
		"zstd":             {"Content-Encoding: zstd\r\n", string(frames)},
		"zstd and deflate": {"Content-Encoding: zstd, deflate\r\nTransfer-Encoding: chunked\r\n", ""},
		"transfer":         {"Transfer-Encoding: gzip, chunked\r\n", chunked(gzipped(t, file))},
		"transfer in two":  {"Transfer-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", chunked(deflated.Bytes())},
	} {
		if c.body == "" {
			var both bytes.Buffer
			w := zlib.NewWriter(&both)
			if _, err := w.Write(frames); err != nil || w.Close() != nil {
				t.Fatal(err)
			}
			c.body = chunked(both.Bytes())
		}
		got := sent(flowtest.Up("GET /a.exe HTTP/1.1\r\nHost: a\r\n\r\n"), flowtest.Down("HTTP/1.1 200 OK\r\nConnection: close\r\n"+c.head+"\r\n"+c.body))
		if want := "a.exe 30000 true true"; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if n := zstdBusy.Load(); n != 0 {
		t.Errorf("%d decoders are still in use", n)
	}
}

// TestManyInZstd: what one sender makes others wait for is bounded, and let go of again.
func TestManyInZstd(t *testing.T) {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := z.EncodeAll([]byte(strings.Repeat("town ", 1000)), nil)
	var open []*decoder
	for range maxZstds + 3 {
		d := newDecoder([]string{"zstd"})
		d.write(packed[:len(packed)-1], func([]byte) {})
		open = append(open, d)
	}
	plain := 0
	for _, d := range open {
		d.write(packed[len(packed)-1:], func([]byte) {})
		if d.finish(func([]byte) {}); d.plain {
			plain++
		}
	}
	if plain != 3 || zstdBusy.Load() != 0 {
		t.Errorf("%d were not decoded, %d are in use", plain, zstdBusy.Load())
	}
}

// TestNamesOfDownloads reads names as servers write them and browsers take them.
func TestNamesOfDownloads(t *testing.T) {
	for disposition, want := range map[string]string{
		"attachment; filename=\"a 1.pdf\"":                                 "a 1.pdf",
		"attachment; filename=a b.pdf":                                     "a b.pdf",
		"attachment; filename=\"x.pdf\"; filename*=utf-8'ja'%E5%A0%B1.pdf": "報.pdf",
		"attachment; filename*=\"UTF-8''%E5%A0%B1.pdf\"":                   "報.pdf",
		"attachment; filename*=Shift_JIS''%95%F1%8D%90.pdf":                "報告.pdf",
		"attachment; filename*=EUC-JP''%CA%F3%B9%F0.pdf":                   "報告.pdf",
		"attachment; filename*=ISO-8859-1''caf%E9.pdf":                     "café.pdf",
		"attachment; filename*=UTF-8''報.pdf":                               "報.pdf",
		"attachment; filename=\"=?UTF-8?B?5aCx5ZGKLnBkZg==?=\"":            "報告.pdf",
		"attachment; filename=\"%E5%A0%B1%E5%91%8A.pdf\"":                  "報告.pdf",
		"attachment; filename=\"100%25.pdf\"":                              "100%25.pdf",
		"attachment; filename=\"\x95\xf1\x8d\x90.pdf\"":                    "報告.pdf",
		"attachment; filename=\x95\x5c\x8e\xa6.pdf":                        "表示.pdf",
		"attachment; filename=\"\x95\x5c\"":                                "表",
		"attachment; filename=\"a.pdf\"; filename=\"b.pdf\"":               "a.pdf",
		"attachment; filename*0=\"long\"; filename*1=\"name.pdf\"":         "longname.pdf",
		"attachment; filename=\"C:\\Users\\x\\evil.exe\"":                  "evil.exe",
		"filename=\"only.pdf\"":                                            "only.pdf",
		"attachment;filename=x;y.pdf":                                      "x",
		"inline":                                                           "page",
	} {
		got := sent(flowtest.Up("GET /dir/page HTTP/1.1\r\nHost: a\r\n\r\n"),
			flowtest.Down("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Disposition: "+disposition+"\r\n\r\n%PDF"))
		if want += " 4 true true"; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", disposition, got)
		}
	}
}

// pieces says it byte by byte.
func pieces(b string) (out []flowtest.Say) {
	for i := range len(b) {
		out = append(out, flowtest.Up(b[i:i+1]))
	}
	return out
}

// TestNamesOfUploads reads forms as programs send them: names in the character set of the page, and lines that end with a line feed alone.
func TestNamesOfUploads(t *testing.T) {
	for name, c := range map[string]struct{ field, end, want string }{
		"Shift_JIS":  {"filename=\"\x95\x5c.pdf\"", "\r\n", "表.pdf"},
		"EUC-JP":     {"filename=\"\xca\xf3\xb9\xf0.pdf\"", "\r\n", "報告.pdf"},
		"UTF-8":      {"filename=\"表.pdf\"", "\r\n", "表.pdf"},
		"extended":   {"filename*=UTF-8''%E5%A0%B1.pdf", "\r\n", "報.pdf"},
		"old path":   {"filename=\"C:\\Documents\\old.pdf\"", "\r\n", "old.pdf"},
		"line feeds": {"filename=\"lf.pdf\"", "\n", "lf.pdf"},
		"mixed":      {"filename=\"mixed.pdf\"\nContent-Type: a/b", "\r\n", "mixed.pdf"},
	} {
		body := strings.ReplaceAll("--b\nContent-Disposition: form-data; name=a; "+c.field+"\n\n%PDF\n--b\nContent-Disposition: form-data; name=b; filename=2\n\nx\n\n--b--\n", "\n", c.end)
		if name == "mixed" {
			body = strings.Replace(body, "\r\nContent-Type", "\nContent-Type", 1)
		}
		head := fmt.Sprintf("POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n", len(body))
		for _, says := range [][]flowtest.Say{{flowtest.Up(head + body)}, pieces(head + body)} {
			got := sent(append(says, flowtest.Down("HTTP/1.1 204 No\r\n\r\n"))...)
			if want := []string{c.want + " 4 true true", fmt.Sprintf("2 %d true true", 1+len(c.end))}; strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}
