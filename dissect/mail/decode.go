package mail

import "bytes"

// sextets are the values of base64's characters (RFC 4648 §4), 0xff others.
var sextets = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

// content decodes a line of a part.
func (r *Reader) content(l, end []byte) {
	if r.file == nil && !r.text && r.within == nil {
		return
	}
	switch r.code {
	case base64:
		r.limit(len(l), longCoded, codedTooLong)
		r.base64(l)
	case quoted:
		r.limit(len(l), longCoded, codedTooLong)
		r.quoted(l, end)
	case uucoded:
		r.uuline(l, end)
	default:
		if r.file == nil && r.text && r.uuline(l, end) {
			return
		}
		r.out = append(append(r.out, r.gap...), l...)
		r.gap = append(r.gap[:0], end...)
	}
	if len(r.out) >= flushAt {
		r.flush()
	}
}

// base64 takes characters of the alphabet and passes over others (RFC 2045 §6.8); what follows padding is another run.
func (r *Reader) base64(l []byte) {
	for _, c := range l {
		v := sextets[c]
		if v == 0xff {
			if c == '=' {
				r.final()
			} else if c != ' ' && c != '\t' && c != '\r' && !r.padded {
				r.padded = true
				r.fault("mime_invalid_base64")
			}
			continue
		}
		r.sextet[r.n] = v
		if r.n++; r.n == 4 {
			s := &r.sextet
			r.out = append(r.out, s[0]<<2|s[1]>>4, s[1]<<4|s[2]>>2, s[2]<<6|s[3])
			r.n = 0
		}
	}
}

// final gives what an unfinished group of base64 holds.
func (r *Reader) final() {
	s := &r.sextet
	if r.n > 1 {
		r.out = append(r.out, s[0]<<2|s[1]>>4)
	}
	if r.n > 2 {
		r.out = append(r.out, s[1]<<4|s[2]>>2)
	}
	r.n = 0
}

// quoted undoes quoted-printable (RFC 2045 §6.7).
func (r *Reader) quoted(l, end []byte) {
	r.out = append(r.out, r.gap...)
	r.gap = r.gap[:0]
	if end != nil {
		l = bytes.TrimRight(l, " \t")
	}
	soft := len(l) > 0 && l[len(l)-1] == '='
	if soft {
		l = l[:len(l)-1]
	}
	for i := 0; i < len(l); i++ {
		if l[i] == '=' && i+2 < len(l) {
			if hi, lo := nibble(l[i+1]), nibble(l[i+2]); hi < 16 && lo < 16 {
				r.out = append(r.out, hi<<4|lo)
				i += 2
				continue
			}
			r.fault("mime_invalid_qp")
		}
		r.out = append(r.out, l[i])
	}
	if !soft {
		r.gap = append(r.gap, end...)
	}
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}

// fault tells of what is wrong, behind all that was decoded before it: however the bytes come, the order is the same.
func (r *Reader) fault(name string) {
	r.flush()
	r.h.Fault(name)
}

// flush gives on what has been decoded.
func (r *Reader) flush() {
	if len(r.out) == 0 {
		return
	}
	if r.uu.file != nil {
		r.uu.file.Write(r.out)
		r.out = r.out[:0]
		return
	}
	if r.file != nil {
		r.file.Write(r.out)
	}
	if r.tnef != nil {
		r.tnef.write(r.out)
	}
	if r.within != nil {
		r.within.Write(r.out)
	}
	if r.text {
		r.h.Text(r.out)
	}
	r.out = r.out[:0]
}
