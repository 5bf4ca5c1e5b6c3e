package dnsmsg

// maxName is the longest name on the wire (RFC 1035 §2.3.4).
const maxName = 255

// Name reads the name at off and returns it with the offset behind it. It is
// lower case without the trailing dot ("" is the root); bytes that are not
// printable ASCII, and dots and backslashes within a label, are written \DDD.
//
// Pointers should lead to "a prior occurrence" (RFC 1035 §4.1.4), but servers follow those that lead forward, too, so
// that only their number is bounded.
func Name(b []byte, off int) (name string, next int, err error) {
	out, next, err := appendName(nil, b, off)
	if err != nil {
		return "", next, err
	}
	return string(out), next, nil
}

// appendName appends what Name gives to out.
func appendName(out, b []byte, off int) (name []byte, next int, err error) {
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
			out = appendLabel(out, b[off+1:off+1+n])
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
