package mail

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// uuencoded is a file that stands in text as old systems write it (IEEE Std 1003.1, uuencode): between "begin 644 name" and "end", or in
// base64 between "begin-base64 644 name" and "====".
type uuencoded struct {
	name   string // behind a line that may begin one; "" otherwise
	base64 bool
	file   *dissect.File
	mine   bool // the file ends with the lines
	skip   bool // the rest of a line of which something was lost
}

// begins reads the line that a file begins with: a word, its mode and its name.
func (u *uuencoded) begins(l []byte) bool {
	if len(l) < len("begin 0 a") || string(l[:5]) != "begin" {
		return false
	}
	word, rest, _ := strings.Cut(string(l), " ")
	mode, name, ok := strings.Cut(rest, " ")
	if !ok || word != "begin" && word != "begin-base64" || len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" {
		return false
	}
	u.name, u.base64 = strings.TrimSpace(name), word != "begin"
	return u.name != ""
}

// shaped tells whether a line is as the first one of a file must be: as long as its first character says.
func (u *uuencoded) shaped(l []byte) bool {
	if u.base64 {
		for _, c := range l {
			if sextets[c] == 0xff && c != '=' {
				return false
			}
		}
		return len(l) > 0 && len(l)%4 == 0
	}
	n, ok := uuLength(l)
	const spare = 2 // for a sum, and a space that keeps mail systems from cutting others
	return ok && len(l)-1 >= (n*4+2)/3 && len(l)-1 <= (n+2)/3*4+spare
}

// uuLength is how many bytes a line holds, as its first character says; ok is false where the line is no such.
func uuLength(l []byte) (n int, ok bool) {
	for _, c := range l {
		if c < ' ' || c > '`' {
			return 0, false
		}
	}
	if len(l) == 0 {
		return 0, false
	}
	n = int(l[0]-' ') & 0x3f
	return n, len(l)-1 <= n*2+4
}

// uuline takes a line of text where it is of such a file; false where it is text.
func (r *Reader) uuline(l, end []byte) bool {
	u := &r.uu
	switch {
	case u.file != nil:
		r.uutake(l)
		return true
	case u.name != "" && end != nil && u.shaped(l):
		r.uuopen()
		r.uutake(l)
		return true
	}
	if u.name = ""; end != nil && !r.cut {
		u.begins(l)
	}
	return false
}

// uuopen begins the file: the part itself, where that says that it is coded so.
func (r *Reader) uuopen() {
	r.flush()
	if r.uu.file = r.file; r.file != nil {
		return
	}
	if r.files++; r.files <= maxFiles {
		r.uu.file, r.uu.mine = r.h.File(r.uu.name), true
		return
	}
	r.uu = uuencoded{}
}

// uutake takes a line of the file.
func (r *Reader) uutake(l []byte) {
	u := &r.uu
	if u.file == nil {
		return
	}
	if u.skip {
		u.skip = false
		return
	}
	if u.base64 {
		if string(l) == "====" {
			r.uuend(true)
			return
		}
		r.base64(l)
		r.flush()
		return
	}
	if string(l) == "end" {
		r.uuend(true)
		return
	}
	n, ok := uuLength(l)
	if !ok {
		r.uuend(false)
		return
	}
	at := func(i int) byte {
		if i < len(l) {
			return (l[i] - ' ') & 0x3f
		}
		return 0 // a space that was cut off
	}
	for i := 1; n > 0; i, n = i+4, n-3 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		x := [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
		r.out = append(r.out, x[:min(n, 3)]...)
	}
	r.flush()
}

// uulost says that n bytes are missing here.
func (r *Reader) uulost(n int) {
	if r.uu.name = ""; r.uu.file != nil {
		r.uu.file.Lost(uint64(n) / 4 * 3)
		r.uu.skip = true
	}
}

// uuend ends the file; whole says that its end was seen.
func (r *Reader) uuend(whole bool) {
	u := &r.uu
	if u.file == nil {
		return
	}
	if u.base64 {
		r.final()
		r.flush()
	}
	if u.mine {
		u.file.Close(whole)
	} else {
		r.file.Close(whole)
		r.file = nil
	}
	r.uu = uuencoded{}
}
