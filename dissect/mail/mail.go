// Package mail reads messages (RFC 5322) and their parts (MIME, RFC 2045–2049) as they pass by: fields, attachments, addresses of pages.
package mail

import (
	"bytes"
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// Bounds of one message.
const (
	maxLine   = 8 << 10   // a longer line is taken in pieces
	maxFields = 128 << 10 // bytes of fields of one part; Postfix takes 100 KiB
	maxDepth  = 16        // parts within parts
	maxFiles  = 256
	flushAt   = 8 << 10 // decoded bytes that are gathered before they go on
)

// Hooks are told what a message holds; none may be nil.
type Hooks struct {
	Field func(name, value []byte)        // of the message itself, unfolded
	File  func(name string) *dissect.File // a part that is a file begins
	Text  func(b []byte)                  // decoded text of a part that is read by people
	Body  func(b []byte)                  // lines behind the message's own fields, as sent
	Fault func(name string)               // "mime_long_line" …
}

// Reader takes a message in pieces.
type Reader struct {
	h      Hooks
	line   []byte // not yet ended
	cut    bool   // the beginning of this line has been taken
	fields bool   // within fields
	inner  bool   // the message's own fields are over

	head       []byte // fields of this part, lines without ends
	boundaries []boundary
	messages   int  // of one another that this part is within
	digest     bool // parts are messages unless they say otherwise (RFC 2046 §5.1.5)

	file   *dissect.File
	text   bool
	code   coding
	gap    []byte // line end that belongs to the content only if more follows
	out    []byte
	files  int
	sextet [4]byte
	n      int
	padded bool
	told   fault

	blank   bool // the last line of the fields was of white space alone
	earlies int  // lines behind such that may have ended them

	uu     uuencoded
	tnef   *tnef   // nil: the file is another
	letter bool    // the part says that it is a message in base64; its first line shows whether it is
	within *Reader // of that message
}

// boundary is what the parts of a multipart stand between.
type boundary struct {
	text     string
	messages int // that the multipart is within
	digest   bool
}

type coding uint8

const (
	identity coding = iota
	base64
	quoted
	uucoded
)

// NewReader reads one message.
func NewReader(h Hooks) *Reader { return &Reader{h: h, fields: true} }

// Write takes the next bytes, their dots undone (RFC 5321 §4.5.2).
func (r *Reader) Write(b []byte) {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			r.line = append(r.line, b...)
			if len(r.line) > maxLine {
				r.limit(len(r.line), longLine, lineTooLong)
				r.take(r.line, nil)
				r.line, r.cut = r.line[:0], true
			}
			break
		}
		l := b[:i+1]
		if len(r.line) > 0 {
			r.line = append(r.line, l...)
			l = r.line
		}
		end := l[len(l)-1:]
		if len(l) > 1 && l[len(l)-2] == '\r' {
			end = l[len(l)-2:]
		}
		r.limit(len(l)-len(end), longLine, lineTooLong)
		r.take(l[:len(l)-len(end)], end)
		r.line, r.cut = r.line[:0], false
		b = b[i+1:]
	}
	r.flush()
}

// Lost says that bytes are missing here.
func (r *Reader) Lost(n int) {
	if len(r.line) > 0 && !r.fields {
		r.content(r.line, nil)
	}
	r.line, r.cut = r.line[:0], false
	r.flush()
	r.uulost(n)
	if r.within != nil {
		r.within.Lost(n)
	}
	if r.file != nil {
		r.file.Lost(uint64(n))
	}
	if r.tnef != nil {
		r.tnef.end(false)
		r.tnef = nil
	}
}

// Close ends the message; whole says that its end was seen.
func (r *Reader) Close(whole bool) {
	if len(r.line) > 0 {
		r.take(r.line, nil)
		r.line = nil
	}
	if r.fields {
		r.headDone()
	}
	r.endPart(whole)
}

// take takes a line without its end; end is nil for a piece of one.
func (r *Reader) take(l, end []byte) {
	if r.inner {
		r.h.Body(l)
		r.h.Body(end)
	}
	if !r.cut && len(l) > 2 && l[0] == '-' && l[1] == '-' && r.delimiter(l[2:]) {
		return
	}
	if !r.fields {
		r.content(l, end)
		return
	}
	if len(l) == 0 && !r.cut {
		r.headDone()
		return
	}
	if r.letter && r.coded(l) {
		r.content(l, end)
		return
	}
	blank := !r.cut && len(bytes.TrimSpace(l)) == 0
	if r.blank && r.early(l) {
		return
	}
	if r.blank = blank; len(r.head)+len(l) < maxFields {
		if !r.cut {
			r.head = append(r.head, '\n')
		}
		r.head = append(r.head, l...)
	}
}

// early tells whether a line behind one of white space alone, which may end fields, is the first boundary of what these describe.
func (r *Reader) early(l []byte) bool {
	const most = 8 // such lines of one head
	if len(l) < 3 || string(l[:2]) != "--" || r.earlies == most {
		return false
	}
	r.earlies++
	if !bytes.Contains(r.head, bytes.TrimRight(l[2:], " \t")) {
		return false
	}
	r.headDone()
	return r.delimiter(l[2:])
}

// delimiter looks whether a line ends a part of any of the open multiparts.
func (r *Reader) delimiter(l []byte) bool {
	for i := len(r.boundaries) - 1; i >= 0; i-- {
		x := r.boundaries[i]
		b := x.text
		if len(l) < len(b) || string(l[:len(b)]) != b {
			continue
		}
		rest := bytes.TrimRight(l[len(b):], " \t")
		last := string(rest) == "--"
		if len(rest) > 0 && !last {
			continue
		}
		if r.fields {
			r.headDone()
		}
		r.endPart(true)
		r.boundaries, r.messages, r.digest = r.boundaries[:i+1], x.messages, x.digest
		if last {
			r.boundaries = r.boundaries[:i]
			r.fields = false
			return true
		}
		r.fields, r.head = true, r.head[:0]
		return true
	}
	return false
}

func is(b []byte, lower string) bool {
	return len(b) == len(lower) && strings.EqualFold(string(b), lower)
}

// lines gives the fields of a head, unfolded (RFC 5322 §2.2.3).
func lines(head []byte) func(yield func(name, value []byte) bool) {
	return func(yield func(name, value []byte) bool) {
		for len(head) > 0 {
			head = head[1:] // each line has its end in front
			var l []byte
			for {
				i := bytes.IndexByte(head, '\n')
				if i < 0 {
					i = len(head)
				}
				l = append(l, head[:i]...)
				if head = head[i:]; len(head) < 2 || head[1] != ' ' && head[1] != '\t' {
					break
				}
				head = head[1:]
			}
			name, value, ok := bytes.Cut(l, []byte(":"))
			if ok && !yield(bytes.TrimSpace(name), bytes.TrimSpace(value)) {
				return
			}
		}
	}
}

func (r *Reader) endPart(whole bool) {
	r.uuend(false)
	r.final()
	r.flush()
	if r.within != nil {
		r.within.Close(whole)
		r.files, r.within = r.within.files, nil
	}
	if r.tnef != nil {
		r.tnef.end(whole)
		r.tnef = nil
	}
	r.letter = false
	if r.file != nil {
		r.file.Close(whole)
		r.file = nil
	}
	r.text, r.gap = false, nil
}
