package dcerpc

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect/utf16le"
)

// ndr reads NDR (C706 §14) or NDR64 (MS-RPCE §2.2.5) from the start of a stub.
// Once something does not fit, bad is set and every further read gives zero.
type ndr struct {
	b    []byte
	at   int
	wide bool // NDR64: counts and referents have 8 bytes
	big  bool // integers and characters begin with their highest byte (C706 §14.2.5)
	bad  bool
}

func (r *ndr) order() binary.ByteOrder {
	if r.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// chars decodes UTF-16.
func (r *ndr) chars(b []byte) string {
	if r.big {
		turned := make([]byte, min(len(b), maxText)&^1)
		for i := range turned {
			turned[i] = b[i^1]
		}
		b = turned
	}
	return utf16le.Text(b, maxText)
}

// maxText bounds one text argument in bytes on the wire.
const maxText = 4096

func (r *ndr) word() int {
	if r.wide {
		return 8
	}
	return 4
}

func (r *ndr) align(n int) { r.at = (r.at + n - 1) &^ (n - 1) }

// take gives the next n bytes.
func (r *ndr) take(n int) []byte {
	if r.bad || n < 0 || r.at > len(r.b) || n > len(r.b)-r.at {
		r.bad = true
		return nil
	}
	out := r.b[r.at : r.at+n]
	r.at += n
	return out
}

func (r *ndr) u16() uint16 {
	r.align(2)
	if b := r.take(2); b != nil {
		return r.order().Uint16(b)
	}
	return 0
}

func (r *ndr) u32() uint32 {
	r.align(4)
	if b := r.take(4); b != nil {
		return r.order().Uint32(b)
	}
	return 0
}

// count is a conformance, variance or referent: 4 bytes, 8 in NDR64.
func (r *ndr) count() uint64 {
	if !r.wide {
		return uint64(r.u32())
	}
	r.align(8)
	if b := r.take(8); b != nil {
		return r.order().Uint64(b)
	}
	return 0
}

// enum is 2 bytes, 4 in NDR64.
func (r *ndr) enum() uint32 {
	if r.wide {
		return r.u32()
	}
	return uint32(r.u16())
}

// handle passes over a context handle (C706 §14.2.16.6).
func (r *ndr) handle() {
	r.align(4)
	r.take(20)
}

// text is a string of UTF-16 characters, [string] wchar_t *: maximum, offset, count, characters.
func (r *ndr) text() string { return r.varying(2) }

// ansi is the same of single bytes.
func (r *ndr) ansi() string { return r.varying(1) }

func (r *ndr) varying(size int) string {
	maximum, offset, actual := r.count(), r.count(), r.count()
	if offset != 0 || actual > maximum || actual > 1<<15 {
		r.bad = true
		return ""
	}
	b := r.b[min(r.at, len(r.b)):]
	n := int(actual) * size
	cut := min(n, len(b))
	if cut < n && cut < maxText { // a text that outgrows what was kept is fine, one that outgrows its stub is not
		r.bad = true
		return ""
	}
	r.at += n
	if size == 1 {
		return utf16le.OEM(b[:cut], maxText)
	}
	s := r.chars(b[:cut])
	if strings.ContainsRune(s, utf8.RuneError) {
		r.bad = true
	}
	return s
}

// optional reads a [unique] pointer and, when it is not null, its text.
func (r *ndr) optional() string {
	if r.count() == 0 {
		return ""
	}
	return r.text()
}

func (r *ndr) optionalAnsi() string {
	if r.count() == 0 {
		return ""
	}
	return r.ansi()
}

// unicode reads an RPC_UNICODE_STRING (MS-DTYP §2.3.10) that stands alone: lengths, pointer, then the characters.
func (r *ndr) unicode() string {
	r.align(r.word())
	r.u16()
	r.u16()
	if r.count() == 0 {
		return ""
	}
	return r.text()
}

// unicodes reads n RPC_UNICODE_STRINGs of an array: first all lengths and pointers, then all characters.
func (r *ndr) unicodes(n int) (out []string) {
	present := 0
	for range n {
		r.align(r.word())
		r.u16()
		r.u16()
		if r.count() != 0 {
			present++
		}
		if r.bad {
			return nil
		}
	}
	for range present {
		s := r.text()
		if r.bad {
			return out
		}
		out = append(out, s)
	}
	return out
}

// texts finds the UTF-16 strings of a stub whatever its structure: a place where maximum, offset and
// count fit and that many characters with a final NUL follow. It is how nested unions are read.
func (r *ndr) texts(limit int) (out []string) {
	for at := 0; at+3*r.word() <= len(r.b) && len(out) < limit; {
		p := ndr{b: r.b, at: at, wide: r.wide, big: r.big}
		maximum, offset, actual := p.count(), p.count(), p.count()
		end := p.at + int(min(actual, 4096))*2
		if offset != 0 || actual < 2 || actual > maximum || maximum > 2048 || end > len(r.b) || r.b[end-1]|r.b[end-2] != 0 {
			at += r.word()
			continue
		}
		s := r.chars(r.b[p.at:end])
		if utf8.RuneCountInString(s) != int(actual)-1 || strings.ContainsRune(s, utf8.RuneError) {
			at += r.word()
			continue
		}
		out = append(out, s)
		at = (end + r.word() - 1) &^ (r.word() - 1)
	}
	return out
}
