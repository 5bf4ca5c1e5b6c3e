package content

import (
	"encoding/binary"
	"io"
	"unicode/utf8"
)

// latinReader reads bytes as characters of Latin-1; places in what it reads are those of the bytes.
type latinReader struct{ rest []byte }

// ReadRune implements io.RuneReader.
func (r *latinReader) ReadRune() (rune, int, error) {
	if len(r.rest) == 0 {
		return 0, 0, io.EOF
	}
	c := r.rest[0]
	r.rest = r.rest[1:]
	return rune(c), 1, nil
}

func (s *State) read(b []byte) io.RuneReader {
	s.reader.rest = b
	return &s.reader
}

// charge counts what was read of n bytes as steps, so that a pattern that is anchored where a content stands, and reads on to the end, is not tried at
// thousands of such places. One search leaves steps for what comes behind it.
func (s *State) charge(n int) { s.left -= min((n-len(s.reader.rest))/64, maxSteps/3) }

// latin is b as Latin-1 text in UTF-8; b itself when it is ASCII.
func (s *State) latin(b []byte) (text []byte, ascii bool) {
	i := 0
	for ; i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 == 0; i += 8 {
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	if i == len(b) {
		return b, true
	}
	text = append(s.text[:0], b[:i]...)
	for _, c := range b[i:] {
		if c < utf8.RuneSelf {
			text = append(text, c)
		} else {
			text = append(text, 0xc0|c>>6, 0x80|c&0x3f)
		}
	}
	s.text = text
	return text, false
}

// back is the index in the bytes of an index in their text.
func back(text []byte, i int, ascii bool) int {
	if ascii {
		return i
	}
	n := i
	for _, c := range text[:i] {
		if c >= 0xc0 {
			n--
		}
	}
	return n
}

// backAll are the indices in the bytes of indices in their text; below 0 there is none.
func backAll(text []byte, at []int, ascii bool) []int {
	for i, n := range at {
		if n >= 0 {
			at[i] = back(text, n, ascii)
		}
	}
	return at
}
