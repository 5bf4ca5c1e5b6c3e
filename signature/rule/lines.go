package rule

import (
	"bufio"
	"bytes"
	"io"
)

const maxLine = 1 << 20 // bytes of a line of a rule file

// Lines calls do with each rule of a file and the number of its first line, from 1. Empty lines and comments are passed over; a
// backslash at its end continues a line.
func Lines(r io.Reader, do func(line int, text string)) error {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	var long []byte
	first := 0
	for n := 1; in.Scan(); n++ {
		b := bytes.TrimRight(in.Bytes(), " \t\r")
		if len(long) == 0 {
			first = n
			if b = bytes.TrimLeft(b, " \t\ufeff"); len(b) == 0 || b[0] == '#' {
				continue
			}
		}
		if len(b) > 0 && b[len(b)-1] == '\\' {
			if len(long)+len(b) <= maxLine {
				long = append(append(long, b[:len(b)-1]...), ' ')
			}
			continue
		}
		if len(long) > 0 {
			long = append(long, b...)
			do(first, string(long))
			long = long[:0]
			continue
		}
		do(first, string(b))
	}
	if len(long) > 0 {
		do(first, string(long))
	}
	return in.Err()
}
