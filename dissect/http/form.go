package http

import (
	"bytes"
	"mime"
	"strings"
)

// maxPart bounds the fields of one part of a form.
const maxPart = 8 << 10

// form reads multipart/form-data (RFC 7578), and other multipart content, that comes in pieces and tells of the parts that are files.
type form struct {
	delim  []byte // "\n--boundary"; what ends the line before is not of the part
	held   []byte // not yet decided
	state  formState
	begin  func(part *fields) bool // reports whether its content is wanted
	data   func([]byte)
	close  func(whole bool)
	inFile bool
	filled bool // with at least a byte
	events func(string)
	again  bool // behind a loss it is read on from the next part
}

type formState uint8

const (
	preamble formState = iota
	partHead
	partBody
	epilogue
)

// boundary is the parameter of a content type that is a form, or what else is wanted; "" otherwise.
func boundary(contentType, wanted string) string {
	if len(contentType) <= len(wanted) || !strings.EqualFold(contentType[:len(wanted)], wanted) {
		return ""
	}
	_, params, _ := mime.ParseMediaType(contentType)
	b := params["boundary"]
	if b == "" {
		const name = "boundary="
		for i := 0; i+len(name) <= len(contentType); i++ { // not in a copy in small letters, which is longer where bytes are no text
			if strings.EqualFold(contentType[i:i+len(name)], name) {
				b, _, _ = strings.Cut(contentType[i+len(name):], ";")
				b = strings.Trim(b, "\" ")
				break
			}
		}
	}
	if len(b) > 200 {
		return ""
	}
	return b
}

func newForm(boundary string) *form {
	return &form{delim: []byte("\n--" + boundary), held: []byte("\n")} // the first delimiter has no line end before it
}

func (f *form) write(b []byte) {
	if len(f.held) > 0 {
		b = append(f.held, b...)
		f.held = nil
	}
	for len(b) > 0 {
		n := f.step(b)
		if n == 0 {
			f.held = append([]byte(nil), b...)
			return
		}
		b = b[n:]
	}
}

// step takes what it can of b; 0 waits for more.
func (f *form) step(b []byte) int {
	switch f.state {
	case partHead:
		return f.head(b)
	case epilogue:
		return len(b)
	}
	i := bytes.Index(b, f.delim)
	if i < 0 {
		n := max(0, len(b)-len(f.delim))
		if lf := bytes.IndexAny(b[n:], "\r\n"); lf >= 0 {
			n += lf
		} else {
			n = len(b)
		}
		f.content(b[:n])
		return n
	}
	end := i + len(f.delim)
	if i > 0 && b[i-1] == '\r' {
		i--
	}
	if len(b) < end+2 {
		f.content(b[:i])
		return i
	}
	f.content(b[:i])
	f.end(true)
	f.state = partHead
	if string(b[end:end+2]) == "--" {
		f.state = epilogue
	}
	return end
}

// head reads the fields of a part, with the line end of the delimiter before them.
func (f *form) head(b []byte) int {
	i, n := headEnd(b[:min(len(b), maxPart+1)])
	if i < 0 {
		if len(b) > maxPart {
			f.events("http.multipart_invalid_header")
			f.state = epilogue
			return len(b)
		}
		return 0
	}
	f.state = partBody
	part := fieldsOf(b[:i])
	if f.begin(&part) {
		f.inFile, f.filled = true, false
	}
	return i + n
}

// headEnd finds the empty line behind the fields of a part, and how long it is with the end of the line before: some programs send line
// feeds alone.
func headEnd(b []byte) (at, n int) {
	at = bytes.Index(b, []byte("\r\n\r\n"))
	within := b
	if at >= 0 {
		within = b[:at]
	}
	if bare := bytes.Index(within, []byte("\n\n")); bare >= 0 {
		return bare, 2
	}
	return at, 4
}

func (f *form) content(b []byte) {
	if f.inFile && len(b) > 0 {
		f.filled = true
		f.data(b)
	}
}

func (f *form) end(whole bool) {
	if f.inFile {
		if f.inFile = false; !f.filled {
			f.events("http.multipart_no_filedata")
		}
		f.close(whole)
	}
}

// lose says that bytes are missing here.
func (f *form) lose() {
	if f.finish(); f.again && f.state != epilogue {
		f.state = preamble
	} else {
		f.state = epilogue
	}
}

// finish ends a form whose last delimiter may be missing.
func (f *form) finish() {
	if f.state == partBody {
		f.content(f.held)
	}
	f.end(false)
	f.held = nil
}
