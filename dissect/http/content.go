package http

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"mime"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
)

// sniffed is how many first bytes of a body are kept to tell its type.
const sniffed = 2 * truetype.Need

// content is a body passing by: its first bytes are kept, the rest is counted, and hashed where the type
// is one that can do harm.
type content struct {
	first       []byte
	judged      bool
	request     bool   // its text is kept for judgement
	words       string // that text
	typ, name   string
	sum         hash.Hash // nil when not hashed
	encoding    string
	mime        string
	disposition string
}

func newContent(h *head, dir dissect.Dir) *content {
	return &content{request: dir == dissect.Orig, encoding: strings.ToLower(h.encoding), mime: h.typ, disposition: h.disposition}
}

// harmful types are hashed, so that indicators can be held against them.
var harmful = map[string]bool{
	"exe": true, "elf": true, "ole": true, "zip": true, "rar": true, "7z": true, "cab": true, "lnk": true, "script": true, "hta": true,
	"pdf": true, "rtf": true, "chm": true, "onenote": true, "macho": true, "class": true,
}

func (c *content) add(b []byte) {
	if c.judged {
		if c.sum != nil {
			c.sum.Write(b)
		}
		return
	}
	n := min(len(b), sniffed-len(c.first))
	c.first = append(c.first, b[:n]...)
	if len(c.first) == sniffed {
		c.judge()
		if c.sum != nil {
			c.sum.Write(b[n:])
		}
	}
}

// judge tells the type from the first bytes.
func (c *content) judge() {
	c.judged = true
	b := decoded(c.encoding, c.first)
	if strings.HasPrefix(strings.ToLower(c.mime), "multipart/form-data") {
		c.name, b = part(b)
	}
	c.typ = truetype.Of(b)
	if c.request && readable[c.typ] {
		c.words = string(b[:min(len(b), maxValue)])
	}
	if harmful[c.typ] && c.plain() {
		c.sum = sha256.New()
		c.sum.Write(c.first)
	}
	c.first = nil
}

// readable types may carry what a form or a program sends.
var readable = map[string]bool{"text": true, "json": true, "xml": true, "html": true, "script": true}

// text is the beginning of a request's readable body.
func (c *content) text() string {
	if !c.judged {
		c.judge()
	}
	return c.words
}

// plain reports whether the bytes that pass by are the file's own.
func (c *content) plain() bool {
	return (c.encoding == "" || c.encoding == "identity") && !strings.HasPrefix(strings.ToLower(c.mime), "multipart/")
}

// broken says that bytes are missing from here on.
func (c *content) broken() {
	if !c.judged {
		c.judge()
	}
	c.sum = nil
}

// describe ends the body.
func (c *content) describe(uri string, size uint64, dir dissect.Dir) *event.File {
	if !c.judged {
		c.judge()
	}
	f := &event.File{Type: c.typ, Size: size, Name: c.name}
	if c.sum != nil {
		f.SHA256 = hex.EncodeToString(c.sum.Sum(nil))
	}
	if f.Name == "" {
		f.Name = named(c.disposition)
	}
	if f.Name == "" && dir == dissect.Resp {
		f.Name = fromURI(uri)
	}
	return f
}

// unzippers are kept, for each holds a window of 40 KiB.
var unzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// decoded undoes gzip and deflate (RFC 9110 §8.4.1) as far as the first bytes allow.
func decoded(encoding string, b []byte) []byte {
	out := make([]byte, truetype.Need)
	n := 0
	switch encoding {
	case "gzip", "x-gzip":
		z := unzippers.Get().(*gzip.Reader)
		defer unzippers.Put(z)
		if z.Reset(bytes.NewReader(b)) == nil {
			n, _ = io.ReadFull(z, out) // the input is cut: an error is expected
		}
	case "deflate":
		if z, err := zlib.NewReader(bytes.NewReader(b)); err == nil {
			n, _ = io.ReadFull(z, out)
		}
	default:
		return b
	}
	return out[:n]
}

// part gives the file name and the content of the first part that is a file (RFC 7578 §4.2).
func part(b []byte) (name string, content []byte) {
	for {
		head, rest, ok := bytes.Cut(b, []byte("\r\n\r\n"))
		if !ok {
			return "", nil
		}
		for line := range bytes.Lines(head) {
			if key, value, ok := bytes.Cut(line, []byte(":")); ok && is(key, "content-disposition") {
				name = named(string(bytes.TrimSpace(value)))
			}
		}
		if name != "" {
			return name, rest
		}
		b = rest
	}
}

// named reads the file name of a Content-Disposition (RFC 6266 §4.3), as a base name.
func named(disposition string) string {
	if disposition == "" {
		return ""
	}
	_, params, err := mime.ParseMediaType(disposition)
	name := params["filename"]
	if err != nil && name == "" {
		if _, rest, ok := strings.Cut(disposition, "filename="); ok {
			rest, _, _ = strings.Cut(rest, ";")
			name = strings.Trim(rest, "\" ")
		}
	}
	return base(name)
}

// fromURI is the last part of the path, decoded.
func fromURI(uri string) string {
	uri, _, _ = strings.Cut(uri, "?")
	uri, _, _ = strings.Cut(uri, "#")
	if _, rest, ok := strings.Cut(uri, "://"); ok {
		_, uri, _ = strings.Cut(rest, "/")
	}
	if plain, err := url.PathUnescape(uri); err == nil {
		uri = plain
	}
	if strings.HasSuffix(uri, "/") {
		return ""
	}
	return base(uri)
}

func base(name string) string {
	if name == "" {
		return ""
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		return ""
	}
	return strings.ToValidUTF8(name[:min(len(name), 255)], "")
}
