package syslog

import (
	"bytes"
	"errors"
	"strconv"
)

// framer cuts a stream into messages. RFC 6587 knows two ways, and senders mix them: a count before each message
// (§3.4.1, the only one in RFC 5425), or a line end behind it (§3.4.2). A message that begins with a digit is counted.
type framer struct {
	buf     []byte
	longest int
	skip    int  // octets of a counted message that was too long
	lost    bool // up to the next line end all belongs to a line that was too long
	seen    int  // octets at the front of buf that hold no line end, so that they are not searched again
}

var (
	errTooLong = errors.New("longer than the limit")
	errCount   = errors.New("a count that is none")
)

// maxCount is how many digits a count may have.
const maxCount = 7

// push adds what was read.
func (f *framer) push(b []byte) { f.buf = append(f.buf, b...) }

// next gives one message, valid until push is called; ok is false when more must be read first. With err, msg is the
// beginning of what is given up; the stream goes on behind it.
func (f *framer) next() (msg []byte, ok bool, err error) {
	for {
		if !f.resume() || len(f.buf) == 0 {
			return nil, false, nil
		}
		if c := f.buf[0]; c == '\n' || c == '\r' || c == 0 || c == ' ' { // between messages
			f.buf = f.buf[1:]
			continue
		}
		if f.buf[0] >= '1' && f.buf[0] <= '9' {
			if msg, ok, counted, err := f.counted(); counted {
				return msg, ok, err
			}
		}
		return f.line()
	}
}

// resume throws away the rest of what was too long; false: all of it was that.
func (f *framer) resume() bool {
	if n := min(f.skip, len(f.buf)); n > 0 {
		f.buf, f.skip = f.buf[n:], f.skip-n
	}
	if f.lost {
		end := bytes.IndexAny(f.buf, "\n\x00")
		if end < 0 {
			f.buf = f.buf[:0]
			return false
		}
		f.buf, f.lost = f.buf[end+1:], false
	}
	return f.skip == 0
}

// counted reads MSG-LEN SP MSG. is says whether it is that: a line may begin with a digit too.
func (f *framer) counted() (msg []byte, ok, is bool, err error) {
	end := 0
	for end < len(f.buf) && end <= maxCount && f.buf[end] >= '0' && f.buf[end] <= '9' {
		end++
	}
	if end == len(f.buf) && end <= maxCount {
		return nil, false, true, nil // the count goes on
	}
	if end > maxCount {
		return nil, false, false, nil
	}
	if f.buf[end] != ' ' {
		return nil, false, false, nil
	}
	n, _ := strconv.Atoi(string(f.buf[:end]))
	body := f.buf[end+1:]
	if n > f.longest {
		msg = bytes.Clone(body[:min(len(body), 256)])
		f.buf, f.skip = body, n
		return msg, true, true, errTooLong
	}
	if len(body) > 0 && body[0] != '<' { // RFC 6587 §3.4.1: SYSLOG-MSG begins with a PRI; what does not is a line of digits
		return nil, false, false, nil
	}
	if len(body) < n {
		return nil, false, true, nil
	}
	msg, f.buf = body[:n], body[n:]
	return bytes.TrimRight(msg, "\r\n\x00"), true, true, nil
}

// line reads up to a line end; some senders end with NUL instead.
func (f *framer) line() (msg []byte, ok bool, err error) {
	end := f.seen
	for end < len(f.buf) && f.buf[end] != '\n' && f.buf[end] != 0 {
		end++
	}
	f.seen = end
	switch {
	case end > f.longest:
		msg = bytes.Clone(f.buf[:256])
		f.lost, f.seen = true, 0
		return msg, true, errTooLong
	case end == len(f.buf):
		return nil, false, nil
	}
	msg, f.buf, f.seen = f.buf[:end], f.buf[end+1:], 0
	return bytes.TrimRight(msg, "\r"), true, nil
}

// rest is what stands without an end when the stream ends; nil without. A counted message that was cut is an error.
func (f *framer) rest() (msg []byte, err error) {
	b := bytes.Trim(f.buf, "\r\n\x00 ")
	if len(b) == 0 || f.lost || f.skip > 0 {
		return nil, nil
	}
	if _, ok, counted, _ := f.counted(); counted && !ok {
		return bytes.Clone(b[:min(len(b), 256)]), errCount
	}
	return b, nil
}

// compact moves what is left to the front, so that the buffer does not grow with the stream.
func (f *framer) compact(room []byte) {
	if len(f.buf) == 0 {
		f.buf = room[:0]
		return
	}
	f.buf = append(room[:0], f.buf...)
}
