package forge

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// request is an HTTP/1.1 request (RFC 9112).
func request(h *event.HTTPActivity) []byte {
	var b bytes.Buffer
	version := h.Version
	if !strings.HasPrefix(version, "1.") {
		version = "1.1"
	}
	fmt.Fprintf(&b, "%s %s HTTP/%s\r\n", h.Method, h.URI, version)
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	field("Host", h.Host)
	field("User-Agent", h.UserAgent)
	field("Referer", h.Referer)
	field("X-Forwarded-For", h.XFF)
	field("Content-Type", h.RequestType)
	for line := range strings.Lines(h.Fields) {
		b.WriteString(strings.TrimRight(line, "\r\n") + "\r\n")
	}
	body := content(h.RequestFile, h.Body, h.RequestLen)
	if len(body) > 0 {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

func response(h *event.HTTPActivity) []byte {
	var b bytes.Buffer
	body := content(h.ResponseFile, "", h.ResponseLen)
	fmt.Fprintf(&b, "HTTP/1.1 %d Status\r\nContent-Length: %d\r\n", h.Status, len(body))
	if h.ResponseType != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", h.ResponseType)
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// beginnings by which the true type of a file is told; nothing behind them works.
var beginnings = map[string]string{
	"exe": "MZ" + strings.Repeat("\x00", 58) + "\x40\x00\x00\x00PE\x00\x00", "pdf": "%PDF-1.4\n", "zip": "PK\x03\x04", "elf": "\x7fELF", "png": "\x89PNG\r\n\x1a\n",
	"jpeg": "\xff\xd8\xff\xe0", "gif": "GIF89a", "html": "<!doctype html><html>", "ole": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}

// content is a body of n bytes: the text that is known of it, or the beginning of its type, and filling.
func content(f *event.File, text string, n uint64) []byte {
	if f != nil && text == "" {
		text = beginnings[f.Type]
		n = max(n, f.Size)
	}
	n = min(n, maxPayload)
	b := []byte(text)
	if uint64(len(b)) < n {
		b = append(b, bytes.Repeat([]byte("a"), int(n)-len(b))...)
	}
	return b
}
