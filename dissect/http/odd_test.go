package http

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ulikunitz/xz/lzma"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

func TestAnomaliesOfMessages(t *testing.T) {
	const get, ok = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
	for name, says := range map[string][]flowtest.Say{
		"":                                {flowtest.Up(get), flowtest.Down("HTTP/1.1 100 Continue\r\n\r\n" + ok)},
		"http.response_chunk_extension":   {flowtest.Up(get), flowtest.Down("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n")},
		"http.100_continue_already_seen":  {flowtest.Up(get), flowtest.Down("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok)},
		"http.range_invalid":              {flowtest.Up(get), flowtest.Down("HTTP/1.1 206 Partial\r\nContent-Range: bytes a-b/c\r\nContent-Length: 1\r\n\r\nx")},
		"http.method_delim_non_compliant": {flowtest.Up(get), flowtest.Down(ok), flowtest.Up("GET\v / HTTP/1.1\r\nHost: a\r\n\r\n"), flowtest.Down(ok)},
		"http.request_server_port_tcp_port_mismatch": {flowtest.Up("GET / HTTP/1.1\r\nHost: a:8081\r\n\r\n"), flowtest.Down(ok)},
		"http.multipart_no_filedata": {flowtest.Up("POST / HTTP/1.1\r\nHost: a:80\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 69\r\n\r\n" +
			"--b\r\nContent-Disposition: form-data; name=f; filename=g\r\n\r\n\r\n--b--\r\n"), flowtest.Down(ok)},
		"http.double_encoded_uri":       {flowtest.Up("GET /a%2527b HTTP/1.1\r\nHost: a\r\n\r\n"), flowtest.Down(ok)},
		"http.request_line_incomplete":  {flowtest.Up("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), flowtest.Down(ok), flowtest.Up("GET /cut off")},
		"http.file_name_too_long":       {flowtest.Up("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: " + strconv.Itoa(len(longNamed)) + "\r\n\r\n" + longNamed), flowtest.Down(ok)},
		"http.invalid_authority_port":   {flowtest.Up("GET http://a:99999/ HTTP/1.1\r\nHost: a:99999\r\n\r\n"), flowtest.Down(ok)},
		"http.request_too_many_headers": {flowtest.Up("GET / HTTP/1.1\r\nHost: a\r\n" + numbered(manyHeaders) + "\r\n"), flowtest.Down(ok)},
	} {
		got := flowtest.Odd(t, 80, false, says, Protocol)
		if want := name != ""; slices.Contains(got, name) != want || len(got) > 1 {
			t.Errorf("%q: %q", name, got)
		}
	}
}

// longNamed is a form whose file has a name of 5,000 bytes.
var longNamed = "--x\r\nContent-Disposition: form-data; name=f; filename=" + strings.Repeat("a", 5000) + "\r\n\r\nhi\r\n--x--\r\n"

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("X-" + strings.Repeat("a", i%50) + strings.Repeat("b", i/50) + ": 1\r\n")
	}
	return b.String()
}

// packed is content in the format .lzma with a dictionary of a size.
func packed(t *testing.T, text string, dictionary int) string {
	t.Helper()
	var b bytes.Buffer
	w, err := lzma.WriterConfig{DictCap: dictionary}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestContentInLZMA(t *testing.T) {
	text := strings.Repeat("hello world ", 1000)
	for dictionary, want := range map[int]string{1 << 16: text, 8 << 20: ""} {
		body := packed(t, text, dictionary)
		says := []flowtest.Say{flowtest.Up("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
			flowtest.Down("HTTP/1.0 200 OK\r\nContent-Encoding: lzma\r\n\r\n" + body)}
		var got string
		for _, x := range flowtest.Shown(80, false, says, Protocol) {
			for _, f := range x.Fields {
				if f.Buffer == wire.HTTPResponseBody {
					got = string(f.B)
				}
			}
		}
		if want != "" && got != want || want == "" && got == text {
			t.Errorf("dictionary of %d bytes: %d bytes", dictionary, len(got))
		}
		odd := flowtest.Odd(t, 80, false, says, Protocol)
		if slices.Contains(odd, "http.lzma_memlimit_reached") != (want == "") {
			t.Errorf("dictionary of %d bytes: %q", dictionary, odd)
		}
	}
}

func TestAllFilesOfAForm(t *testing.T) {
	var b strings.Builder
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		b.WriteString("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" + name + "\"\r\n\r\ncontent of " + name + "\r\n")
	}
	b.WriteString("--x--\r\n")
	says := []flowtest.Say{
		flowtest.Up("POST /up HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: " + strconv.Itoa(b.Len()) + "\r\n\r\n" + b.String()),
		flowtest.Down("HTTP/1.1 204 No Content\r\n\r\n"),
	}
	var names []string
	for _, e := range flowtest.Detailed(80, false, says, Protocol) {
		if a, ok := e.(*event.HTTPActivity); ok {
			names = append(names, a.RequestFile.Name)
			for _, f := range a.MoreFiles {
				names = append(names, f.Name)
			}
		}
	}
	if want := []string{"a.txt", "b.txt", "c.txt"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}

// TestStray gives answers behind content that is longer than it says: they are answers all the same, however the bytes are cut.
func TestStray(t *testing.T) {
	const get, next = "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
	for name, between := range map[string]string{
		"nothing": "", "zeros": "\x00\x00\r\n", "a line": "more\n", "lines": "HTT\nP\n\n", "no line": "more", "almost an answer": "see HTTP/1.1 20x HTTP/1.",
		"long": strings.Repeat("x", 3*maxLine-5), "long zeros": strings.Repeat("\x00", 2*maxLine), "much": strings.Repeat("y\nz", maxLine),
	} {
		for _, size := range []int{1 << 20, 7, 1} {
			steps := []step{{dissect.Orig, get, 0}}
			for b := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nMZ" + between + next; b != ""; {
				n := min(size, len(b))
				steps, b = append(steps, step{dissect.Resp, b[:n], 0}), b[n:]
			}
			got, err := talk(t, false, steps...)
			if want := []string{"GET /1 2xx exe 1", "GET /2 4xx"}; err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, in pieces of %d: %q %v", name, size, got, err)
			}
		}
	}
}
