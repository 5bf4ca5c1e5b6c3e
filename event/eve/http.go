package eve

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

func (w *Encoder) http(e *event.HTTPActivity) {
	if w.begin(HTTP, &e.Header, &e.Conn, forward) {
		w.o.integer("tx_id", int64(max(e.Depth-1, 0)))
		w.httpObject(e)
		w.finish()
	}
	w.webFile(e, e.RequestFile, forward)
	for i := range e.MoreFiles {
		w.webFile(e, &e.MoreFiles[i], forward)
	}
	w.webFile(e, e.ResponseFile, back)
	for i := range e.MoreParts {
		w.webFile(e, &e.MoreParts[i], back)
	}
	w.webFile(e, e.WholeFile, back)
}

func (w *Encoder) webFile(e *event.HTTPActivity, f *event.File, d way) {
	if f == nil || !w.begin(FileInfo, &e.Header, &e.Conn, d) {
		return
	}
	w.httpObject(e)
	w.o.str("app_proto", "http")
	w.fileObject(f, webName(e, f.Name), !f.Partial, uint64(max(e.Depth-1, 0)))
	w.finish()
}

func (w *Encoder) httpObject(e *event.HTTPActivity) {
	o := &w.o
	o.open("http")
	host, port := splitHost(e.Host)
	from := len(o.b)
	o.text("hostname", strings.TrimRight(host, "."))
	lower(o.b[from:])
	o.some("http_port", port)
	o.str("url", e.URI)
	o.text("http_user_agent", e.UserAgent)
	o.text("xff", e.XFF)
	o.text("http_content_type", mediaType(e.ResponseType))
	o.text("http_refer", e.Referer)
	o.text("http_method", e.Method)
	o.text("protocol", httpVersion(e.Version))
	if len(e.Version) > 0 && e.Version[0] == '2' {
		o.word("version", "2")
	}
	if e.Status != 0 {
		o.integer("status", int64(e.Status))
	}
	o.text("redirect", e.Location)
	if e.Range != "" {
		w.contentRange(e.Range)
	}
	o.num("length", e.ResponseLen)
	o.close()
}

// contentRange writes which part of a file an answer brings (RFC 9110 §14.4): "bytes 0-499/1234", where * stands for what is not known.
func (w *Encoder) contentRange(raw string) {
	o := &w.o
	o.open("content_range")
	o.str("raw", raw)
	if _, part, ok := strings.Cut(raw, " "); ok {
		part, size, _ := strings.Cut(part, "/")
		start, end, _ := strings.Cut(part, "-")
		w.digits("start", strings.TrimSpace(start))
		w.digits("end", strings.TrimSpace(end))
		w.digits("size", strings.TrimSpace(size))
	}
	o.close()
}

// splitHost parts the port from a Host field; 0 where there is none.
func splitHost(h string) (host string, port uint64) {
	i := strings.LastIndexByte(h, ':')
	if i < 0 || i == len(h)-1 || len(h)-i > 6 || strings.IndexByte(h[i:], ']') >= 0 {
		return h, 0
	}
	for _, c := range []byte(h[i+1:]) {
		if c < '0' || c > '9' {
			return h, 0
		}
		port = 10*port + uint64(c-'0')
	}
	return h[:i], port
}

// lower turns letters of a name into small ones, as rules see it, too.
func lower(b []byte) {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
}

// mediaType is a content type without its parameters.
func mediaType(s string) string {
	if i := strings.IndexByte(s, ';'); i >= 0 {
		return strings.TrimRight(s[:i], " \t")
	}
	return s
}

func httpVersion(v string) string {
	switch v {
	case "1.1":
		return "HTTP/1.1"
	case "1.0":
		return "HTTP/1.0"
	case "0.9":
		return "HTTP/0.9"
	case "2", "2.0":
		return "HTTP/2"
	}
	return v
}

// file writes the line of one file; its sender is the source. Those of HTTP are written with their transaction.
func (w *Encoder) file(e *event.FileActivity) {
	if e.App == "http" || e.App == "http2" {
		return
	}
	if e.App == "ftp-data" {
		w.ftpData(e)
	}
	d := way(e.Activity == event.FileRead)
	if !w.begin(FileInfo, &e.Header, &e.Conn, d) {
		return
	}
	w.o.str("app_proto", ruleName(e.App))
	w.carrier(e.Carrier)
	w.fileObject(&e.File, e.File.Name, e.Whole, e.TxID)
	w.finish()
}

// carrier writes what carried a file, as the objects that its own record has.
func (w *Encoder) carrier(of event.Event) {
	switch of := of.(type) {
	case *event.SMBActivity:
		w.smbObject(of)
	case *event.EmailActivity:
		if of.App == "smtp" {
			w.envelope(of)
		}
		w.email(of)
	}
}

// webName is the name that the server gave the file, else the whole path that was asked for.
func webName(e *event.HTTPActivity, name string) string {
	path, _, _ := strings.Cut(e.URI, "?")
	if _, rest, ok := strings.Cut(path, "://"); ok {
		i := max(strings.IndexByte(rest, '/'), 0)
		path = rest[i:]
	}
	if strings.HasSuffix(path, name) {
		return path
	}
	return name
}

func (w *Encoder) fileObject(f *event.File, name string, whole bool, tx uint64) {
	o, part := &w.o, f.Part
	if part != nil {
		whole = part.Whole
	}
	o.open("fileinfo")
	o.str("filename", name)
	o.text("magic", f.Type)
	o.flag("gaps", !whole && part == nil)
	if whole {
		o.str("state", "CLOSED")
	} else {
		o.str("state", "TRUNCATED")
	}
	o.text("md5", f.MD5)
	o.text("sha1", f.SHA1)
	o.text("sha256", f.SHA256)
	o.flag("stored", false)
	o.num("size", f.Size)
	if part != nil && f.Size > 0 {
		o.num("start", part.Start)
		o.num("end", part.Start+f.Size-1)
	}
	o.num("tx_id", tx)
	o.close()
}
