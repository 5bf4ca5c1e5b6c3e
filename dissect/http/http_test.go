package http

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden replays recordings of curl, and of requests written by hand.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, flowtest.Captures+"http-curl.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"http-pipeline.pcap.gz", Protocol)
	flowtest.GoldenFields(t, flowtest.Captures+"http-curl.pcap.gz", Protocol)
	flowtest.GoldenFields(t, flowtest.Captures+"http-pipeline.pcap.gz", Protocol)
}

// step is bytes of one direction; a gap when gap is set.
type step struct {
	dir dissect.Dir
	b   string
	gap int
}

// talk feeds a conversation and gives its exchanges in short: "METHOD uri status reqlen resplen type name".
func talk(t *testing.T, midstream bool, steps ...step) (out []string, last error) {
	t.Helper()
	p := newParser(&dissect.Flow{Midstream: midstream, Emit: func(e event.Event) {
		h, ok := e.(*event.HTTPActivity)
		if !ok {
			return // files are told of twice
		}
		line := []string{h.Method, h.URI, string(rune('0'+h.Status/100)) + "xx"}
		for _, f := range []*event.File{h.RequestFile, h.ResponseFile} {
			if f != nil {
				line = append(line, f.Type, f.Name)
			}
		}
		out = append(out, strings.Join(line, " "))
	}})
	var pending [2]string
	for _, s := range steps {
		if s.gap > 0 {
			pending[s.dir] = ""
			last = p.Gap(s.dir, s.gap)
			continue
		}
		b := pending[s.dir] + s.b
		n, err := p.Data(s.dir, []byte(b))
		pending[s.dir], last = b[n:], err
	}
	p.Close()
	return out, last
}

func TestTalk(t *testing.T) {
	const o, r = dissect.Orig, dissect.Resp
	for _, c := range []struct {
		name  string
		mid   bool
		steps []step
		want  []string
		err   error
	}{
		{"type against name", false, []step{
			{o, "GET /a/logo.png HTTP/1.1\r\nHost: x\r\n\r\n", 0},
			{r, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nMZ\x90\x00", 0},
		}, []string{"GET /a/logo.png 2xx exe logo.png"}, nil},
		{"disposition", false, []step{
			{o, "GET /get?id=1 HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 200 OK\r\ncontent-disposition: attachment; filename*=UTF-8''%E5%88%B8.zip\r\nContent-Length: 4\r\n\r\nPK\x03\x04", 0},
		}, []string{"GET /get?id=1 2xx zip 券.zip"}, nil},
		{"interim answers", false, []step{
			{o, "PUT /f HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 0},
			{r, "HTTP/1.1 100 Continue\r\n\r\n", 0},
			{o, "ab", 0},
			{r, "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", 0},
			{o, "HEAD /g HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 0},
		}, []string{"PUT /f 2xx text f", "HEAD /g 2xx"}, nil},
		{"upload", false, []step{
			{o, "POST /up HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 98\r\n\r\n" +
				"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\\b.pdf\"\r\n\r\n%PDF-1.7 ..........\r\n--B--", 0},
			{r, "HTTP/1.0 201 Created\r\n\r\n", 0},
		}, []string{"POST /up 2xx pdf b.pdf"}, nil},
		{"tunnel", false, []step{
			{o, "CONNECT a:443 HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 200 Connection established\r\n\r\n", 0},
		}, []string{"CONNECT a:443 2xx"}, dissect.ErrNext},
		{"gap within content", false, []step{
			{o, "GET /big HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nMZ", 0}, {r, "", 90}, {r, "12345678", 0},
			{o, "GET /next HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 0},
		}, []string{"GET /big 2xx exe big", "GET /next 4xx"}, nil},
		{"gap within fields", false, []step{
			{o, "GET /1 HTTP/1.1\r\nHo", 0}, {o, "", 40},
			{o, "rest\r\nGET /2 HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 0},
		}, []string{"GET /1 2xx", "GET /2 3xx"}, nil},
		{"midstream", true, []step{
			{r, "binary HTTP/1.1 200\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
			{o, "body\nPOST /c HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 0},
		}, []string{"  2xx", "POST /c 0xx"}, nil},
		{"broken chunk", false, []step{
			{o, "GET / HTTP/1.1\r\n\r\n", 0},
			{r, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nHTTP/1.1 500 E\r\n\r\n", 0},
		}, []string{"GET / 2xx text "}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := talk(t, c.mid, c.steps...)
			if diff := cmp.Diff(c.want, got); diff != "" || err != c.err {
				t.Error(diff, err)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	for name, c := range map[string]struct {
		b    string
		want error
	}{
		"line":  {"GET /" + strings.Repeat("a", maxLine), errLine},
		"head":  {"GET / HTTP/1.1\r\n" + strings.Repeat("A: b\r\n", maxLines+1), errHead},
		"other": {"GET lost\r\n", dissect.ErrNotMine},
		"http2": {"PRI * HTTP/2.0\r\n", dissect.ErrNotMine},
	} {
		if _, err := talk(t, false, step{dissect.Orig, c.b, 0}); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	many := strings.Repeat("GET / HTTP/1.1\r\n\r\n", 3*maxExchanges)
	if got, err := talk(t, false, step{dissect.Orig, many, 0}); len(got) != 3*maxExchanges || err != nil {
		t.Errorf("%d requests, %v", len(got), err)
	}
}

func TestConform(t *testing.T) {
	flowtest.Conform(t, flowtest.Captures+"http-curl.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"http-pipeline.pcap.gz", Protocol)
}

func FuzzHTTP(f *testing.F) {
	talks := append(flowtest.Talks(f, Protocol, flowtest.Captures+"http-curl.pcap.gz", flowtest.Captures+"http-pipeline.pcap.gz"), ranges())
	for _, c := range severalRanges {
		talks = append(talks, c.says)
	}
	flowtest.Fuzz(f, Protocol, talks...)
}

// TestWords keeps what a request says in its other fields and its body, for judgement, and nothing of an answer.
func TestWords(t *testing.T) {
	var got *event.HTTPActivity
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if h, ok := e.(*event.HTTPActivity); ok {
			got = h
		}
	}})
	for dir, b := range []string{
		"POST /login HTTP/1.1\r\nHost: a\r\nX-Api-Version: ${x}\r\nContent-Length: 6\r\n\r\nu=${y}",
		"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2\r\n\r\nok",
	} {
		if _, err := p.Data(dissect.Dir(dir), []byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	if p.Close(); got == nil || got.Fields != "X-Api-Version: ${x}\n" || got.Body != "u=${y}" {
		t.Errorf("%+v", got)
	}
}

// TestLeads keeps where an answer sends the client, and which part of a file it brings; not what a request says under these names.
func TestLeads(t *testing.T) {
	var got *event.HTTPActivity
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if h, ok := e.(*event.HTTPActivity); ok {
			got = h
		}
	}})
	for dir, b := range []string{
		"GET /a HTTP/1.1\r\nHost: a\r\nLocation: /mine\r\nContent-Range: bytes 7-8/9\r\n\r\n",
		"HTTP/1.1 206 Partial\r\nLocation: /b\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok",
	} {
		if _, err := p.Data(dissect.Dir(dir), []byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	if p.Close(); got == nil || got.Location != "/b" || got.Range != "bytes 0-1/9" || got.Fields != "Location: /mine\n" {
		t.Errorf("%+v", got)
	}
}

// TestUnsized gives a request that has content but does not say so: it is content all the same, unless another request follows.
func TestUnsized(t *testing.T) {
	const post = "POST /f HTTP/1.1\r\nHost: a\r\n\r\n"
	for name, c := range map[string]struct {
		steps []step
		want  []string
	}{
		"content":  {[]step{{0, post + "login=foo\r\n", 0}, {1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0}}, []string{"POST /f 2xx text f"}},
		"nothing":  {[]step{{0, post, 0}, {1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0}}, []string{"POST /f 2xx"}},
		"pipeline": {[]step{{0, post + "GET /g HTTP/1.1\r\n\r\n", 0}, {1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0}}, []string{"POST /f 2xx", "GET /g 0xx"}},
	} {
		if got, err := talk(t, false, c.steps...); err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v %s", name, err, cmp.Diff(c.want, got))
		}
	}
}

// TestOld gives requests of HTTP/0.9, and what only looks like one.
func TestOld(t *testing.T) {
	for name, c := range map[string]struct {
		steps []step
		want  []string
	}{
		"content":   {[]step{{0, "GET /a\r\n", 0}, {1, "<html>hello", 0}}, []string{"GET /a 0xx html a"}},
		"no line":   {[]step{{0, "GET /a\r\n", 0}, {1, "MZ\x90\n", 0}}, []string{"GET /a 0xx exe a"}},
		"junk":      {[]step{{0, "GET /a\r\n", 0}, {1, "junk\n", 0}, {1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0}}, []string{"GET /a 2xx"}},
		"short":     {[]step{{0, "GET /a\r\n", 0}, {1, "MZ", 0}}, []string{"GET /a 0xx exe a"}},
		"gap":       {[]step{{0, "GET /a\r\n", 0}, {1, "MZ\x90", 0}, {1, "", 10}, {1, "more", 0}}, []string{"GET /a 0xx exe a"}},
		"with head": {[]step{{0, "GET /a\r\nUser-Agent: x\r\n\r\n", 0}, {1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0}}, []string{"GET /a 2xx"}},
	} {
		if got, err := talk(t, false, c.steps...); err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v %s", name, err, cmp.Diff(c.want, got))
		}
	}
}

// TestURI cleans targets as rules expect them.
func TestURI(t *testing.T) {
	for in, want := range map[string]string{
		"/a/./b/../c//d?x=%41%2f+%zz#f":  "/a/c/d?x=A/+%zz#f",
		"http://user@h.example:80/p%20q": "/p q",
		"/%2e%2e/%5cetc/passwd":          "/etc/passwd",
		"/..":                            "/",
		"/a/..":                          "/",
		"/.hidden/..x/...":               "/.hidden/..x/...",
		"*":                              "*",
		"//":                             "/",
		"":                               "",
	} {
		to := split("GET", []byte(in))
		if got := string(to.normal()); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if to := split("CONNECT", []byte("h:443")); string(to.host) != "h:443" || len(to.normal()) != 0 {
		t.Error(to)
	}
}

// TestFields joins and folds field lines.
func TestFields(t *testing.T) {
	f := fieldsOf([]byte("Host: a\r\nX-A: 1\r\n two\r\nCookie: c=1\r\nx-a: 3\r\nNoColon\r\n"))
	if got := string(f.write(nil, "cookie")); got != "Host: a\r\nX-A: 1 two, 3\r\n: NoColon\r\n" || !f.noColon || !f.repeated {
		t.Errorf("%q", got)
	}
	if got := string(f.names()); got != "\r\nHost\r\nX-A\r\nCookie\r\n\r\n\r\n" {
		t.Errorf("%q", got)
	}
}

// TestForeign leaves requests of SIP and RTSP whose methods are of HTTP, too, to those who read them, however they are cut.
func TestForeign(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		"OPTIONS rtsp://cam/ RTSP/1.0\r\n": dissect.No, "OPTIONS sip:100@town SIP/2.0\r\n": dissect.No, "OPTIONS * RTSP/1.0\r\n": dissect.No, "NOTIFY sips:a SIP/2.0": dissect.No,
		"OPTIONS ": dissect.Maybe, "OPTIONS rts": dissect.Maybe, "OPTIONS * ": dissect.Maybe, "OPTIONS * HTTP/1.1\r\n": dissect.Yes, "GET /sip: HTTP/1.1": dissect.Yes,
		"GET http://sip:80/ HTTP/1.1": dissect.Yes, "GET s HTTP/1.1": dissect.Yes, "CONNECT sip:443 HTTP/1.1": dissect.Yes,
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 8080); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}
