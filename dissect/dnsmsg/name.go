package dnsmsg

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yagura-project/yagura/event"
)

// maxName is the longest name on the wire (RFC 1035 §2.3.4).
const maxName = 255

// Name reads the name at off and returns it with the offset behind it. It is
// lower case without the trailing dot ("" is the root); bytes that are not
// printable ASCII, and dots and backslashes within a label, are written \DDD.
//
// Pointers should lead to "a prior occurrence" (RFC 1035 §4.1.4), but servers follow those that lead forward, too, so
// that only their number is bounded.
func Name(b []byte, off int) (name string, next int, err error) {
	out, next, err := appendName(nil, b, off, nil)
	if err != nil {
		return "", next, err
	}
	return string(out), next, nil
}

// appendName appends what Name gives to out, or the name as it was sent; s may be nil.
func appendName(out, b []byte, off int, s *spelling) (name []byte, next int, err error) {
	next, start, wire, jumps := -1, len(out), 0, 0
	for {
		if off < 0 || off >= len(b) {
			return out, off, ErrShort
		}
		n := int(b[off])
		switch {
		case n == 0:
			if next < 0 {
				next = off + 1
			}
			return out, next, nil
		case n&0xc0 == 0xc0:
			if off+1 >= len(b) {
				return out, off, ErrShort
			}
			if next < 0 {
				next = off + 2
			}
			if jumps++; jumps > maxJumps {
				return out, off, ErrName
			}
			off = n&0x3f<<8 | int(b[off+1])
		case n&0xc0 != 0:
			return out, off, ErrName
		default:
			if off+1+n > len(b) {
				return out, off, ErrShort
			}
			if wire += n + 1; wire > maxName {
				return out, off, ErrName
			}
			if len(out) > start {
				out = append(out, '.')
			}
			out = s.label(out, b[off+1:off+1+n])
			off += 1 + n
		}
	}
}

func appendLabel(out, label []byte) []byte {
	at := len(out)
	out = append(out, label...)
	for i, c := range label {
		if out[at+i] = asWritten[c]; asWritten[c] == 0 {
			return escape(out[:at+i], label[i:])
		}
	}
	return out
}

// asWritten is how a byte of a name stands in its text, in lower case; 0: by an escape.
var asWritten = func() (t [256]byte) {
	for c := byte('!'); c < 0x7f; c++ {
		t[c] = c
	}
	for c := byte('A'); c <= 'Z'; c++ {
		t[c] = c | 0x20
	}
	t['.'], t['\\'] = 0, 0
	return t
}()

// escape appends what holds bytes that do not stand for themselves.
func escape(out, label []byte) []byte {
	for _, c := range label {
		if w := asWritten[c]; w != 0 {
			out = append(out, w)
		} else {
			out = append(out, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
		}
	}
	return out
}

// Readable is a name of mDNS or LLMNR for people: what Name wrote as \DDD stands as the UTF-8 that these protocols send (RFC 6762 §16),
// where it is that and can be seen.
func Readable(name string) string {
	if strings.IndexByte(name, '\\') < 0 {
		return name
	}
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); {
		raw, n := escaped(name[i:])
		if n == 0 {
			out = append(out, name[i])
			i++
			continue
		}
		if r := []rune(string(raw)); utf8.Valid(raw) && !slices.ContainsFunc(r, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			out = append(out, raw...)
		} else {
			out = append(out, name[i:i+n]...)
		}
		i += n
	}
	return string(out)
}

// escaped are the bytes above ASCII that s begins with as \DDD, and how much of s they take.
func escaped(s string) (raw []byte, n int) {
	for len(s)-n >= 4 && s[n] == '\\' {
		c, err := strconv.ParseUint(s[n+1:n+4], 10, 8)
		if err != nil || c < utf8.RuneSelf {
			break
		}
		raw, n = append(raw, byte(c)), n+4
	}
	return raw, n
}

// MakeReadable does so with the names of an event.
func MakeReadable(a *event.DNSActivity) {
	a.Query = Readable(a.Query)
	for i := range a.Answers {
		x := &a.Answers[i]
		if x.Name = Readable(x.Name); x.Type != "TXT" {
			x.Data = Readable(x.Data)
		}
	}
}
