package http2

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/http"
)

func TestOddities(t *testing.T) {
	const get = "\x82\x84\x86" // GET, /, http of the static table
	head := func(fields ...string) string {
		return newWriter(string(preface)).head(endStream, 1, append([]string{":method", "GET", ":path", "/", ":authority", "a"}, fields...)...).String()
	}
	var bomb bytes.Buffer
	w := brotli.NewWriterLevel(&bomb, 9)
	if _, err := w.Write(make([]byte, 16<<20)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	answer := func(content string, fields ...string) string {
		return newWriter("").head(0, 1, append([]string{":status", "200"}, fields...)...).frame(data, endStream, 1, content).String()
	}
	for want, says := range map[string][]flowtest.Say{
		"":                               {flowtest.Up(head()), flowtest.Down(answer("hi"))},
		"http2.invalid_frame_length":     {flowtest.Up(newWriter(string(preface)).frame(settings, 0, 0, "\x00\x03\x00\x00\x00").String())},
		"http2.invalid_frame_data":       {flowtest.Up(newWriter(string(preface)).frame(goAway, 0, 0, "\x00").String())},
		"http2.long_frame_data":          {flowtest.Up(head()), flowtest.Down(answer(strings.Repeat("x", longFrame+1)))},
		"http2.invalid_range":            {flowtest.Up(head()), flowtest.Down(answer("hi", "content-range", "bytes a-b/c"))},
		"http2.failed_decompression":     {flowtest.Up(head()), flowtest.Down(answer("not packed", "content-encoding", "gzip"))},
		"http2.compression_bomb":         {flowtest.Up(head()), flowtest.Down(answer(bomb.String(), "content-encoding", "br"))},
		"http2.extra_header_data":        {flowtest.Up(newWriter(string(preface)).frame(headers, endHeaders|endStream, 1, get+"\x40\x05cut").String())},
		"http2.reassembly_limit_reached": {flowtest.Up(newWriter(string(preface)).frame(headers, 0, 1, strings.Repeat("x", 100<<10)).frame(continuation, 0, 1, strings.Repeat("x", 100<<10)).String())},
		"http2.header_integer_overflow":  {flowtest.Up(newWriter(string(preface)).frame(headers, endHeaders|endStream, 1, "\x82\x84\x86\x7f"+strings.Repeat("\xff", 12)+"\x01").String())},
		"http2.stream_id_reuse": {flowtest.Up(head()), flowtest.Down(answer("hi")), flowtest.Up(newWriter("").head(endStream, 3, ":method", "GET", ":path", "/", ":authority", "a").String()),
			flowtest.Up(newWriter("").head(endStream, 1, ":method", "GET", ":path", "/", ":authority", "a").String())},
		"http2.invalid_client_magic": {flowtest.Down(newWriter("").frame(settings, 0, 0, "\x00\x03\x00\x00\x00\x64").String()), flowtest.Up(newWriter("").frame(headers, endHeaders|endStream, 1, get).String())},
	} {
		got := flowtest.Odd(t, 8080, false, says, Protocol)
		if !slices.Contains(got, want) && want != "" || len(got) > 0 && want == "" {
			t.Errorf("%q: %q", want, got)
		}
	}
}

// TestOddSettings asks HTTP/1 for HTTP/2 with settings of six bytes each, in base64url, and with others.
func TestOddSettings(t *testing.T) {
	for settings, odd := range map[string]bool{"AAMAAABkAAQAAP__": false, "": false, "AAMAAABk": false, "AAMAAAA": true, "A*": true} {
		says := []flowtest.Say{
			flowtest.Up("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: " + settings + "\r\n\r\n"),
			flowtest.Down("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
			flowtest.Up(newWriter(string(preface)).frame(4, 0, 0, "").String()),
		}
		if got := flowtest.Odd(t, 80, false, says, http.Protocol, Protocol); slices.Contains(got, "http2.invalid_http1_settings") != odd {
			t.Errorf("%q: %q", settings, got)
		}
	}
}
