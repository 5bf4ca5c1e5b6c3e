package http2

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestOddities(t *testing.T) {
	const get = "\x82\x84\x86" // GET, /, http of the static table
	head := func(fields ...string) string {
		return newWriter(string(preface)).head(endStream, 1, append([]string{":method", "GET", ":path", "/", ":authority", "a"}, fields...)...).String()
	}
	answer := func(content string, fields ...string) string {
		return newWriter("").head(0, 1, append([]string{":status", "200"}, fields...)...).frame(data, endStream, 1, content).String()
	}
	for want, says := range map[string][]flowtest.Say{
		"":                              {flowtest.Up(head()), flowtest.Down(answer("hi"))},
		"http2.invalid_frame_length":    {flowtest.Up(newWriter(string(preface)).frame(settings, 0, 0, "\x00\x03\x00\x00\x00").String())},
		"http2.invalid_frame_data":      {flowtest.Up(newWriter(string(preface)).frame(goAway, 0, 0, "\x00").String())},
		"http2.long_frame_data":         {flowtest.Up(head()), flowtest.Down(answer(strings.Repeat("x", longFrame+1)))},
		"http2.invalid_range":           {flowtest.Up(head()), flowtest.Down(answer("hi", "content-range", "bytes a-b/c"))},
		"http2.failed_decompression":    {flowtest.Up(head()), flowtest.Down(answer("not packed", "content-encoding", "gzip"))},
		"http2.header_integer_overflow": {flowtest.Up(newWriter(string(preface)).frame(headers, endHeaders|endStream, 1, "\x82\x84\x86\x7f"+strings.Repeat("\xff", 12)+"\x01").String())},
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
