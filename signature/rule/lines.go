package rule

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const maxLine = 1 << 20 // bytes of a rule with all its lines; what is beyond is cut off, and the rule is too long anyway

var errUTF16 = errors.New("the file is UTF-16, as some editors of Windows save it; save it as UTF-8")

// Lines calls do with each rule of a file and the number of its first line, from 1. Empty lines and comments are passed over; a
// backslash at its end continues a line.
func Lines(r io.Reader, do func(line int, text string)) error {
	in := bufio.NewReaderSize(r, 64<<10)
	if head, _ := in.Peek(2); string(head) == "\xff\xfe" || string(head) == "\xfe\xff" {
		return errUTF16
	}
	var long, room []byte
	first := 0
	for n := 1; ; n++ {
		b, err := oneLine(in, &room)
		if len(b) == 0 && err != nil {
			if len(long) > 0 {
				do(first, string(long))
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
		b = bytes.TrimRight(b, " \t\r\n")
		if len(long) == 0 {
			first = n
			if b = bytes.TrimLeft(b, " \t\ufeff"); len(b) == 0 || b[0] == '#' {
				continue
			}
		}
		goesOn := len(b) > 0 && b[len(b)-1] == '\\'
		if goesOn {
			b[len(b)-1] = ' '
		}
		if goesOn || len(long) > 0 {
			long = append(long, b[:min(len(b), maxLine-len(long))]...)
		}
		switch {
		case goesOn:
		case len(long) > 0:
			do(first, string(long))
			long = long[:0]
		default:
			do(first, string(b))
		}
	}
}

// oneLine gives the next line with its end, valid until the next call: of a long one the beginning, gathered in room.
func oneLine(in *bufio.Reader, room *[]byte) ([]byte, error) {
	b, err := in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return b, err
	}
	*room = (*room)[:0]
	for {
		*room = append(*room, b[:min(len(b), maxLine-len(*room))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return *room, nil
		}
		b, err = in.ReadSlice('\n')
	}
}
