package dnsmsg

import "bytes"

// spelling is how names and texts are written: for comparing them, in lower case and with escapes, or as they were sent.
type spelling struct {
	sent    bool
	differs bool // something reads differently as it was sent
}

// label appends one label of a name.
func (s *spelling) label(out, label []byte) []byte {
	switch at := len(out); {
	case s == nil:
		return appendLabel(out, label)
	case !s.sent:
		out = appendLabel(out, label)
		s.differs = s.differs || !bytes.Equal(out[at:], label)
		return out
	}
	for _, c := range label {
		if c <= ' ' { // would part what stands beside it
			out = escape(out, []byte{c})
		} else {
			out = append(out, c)
		}
	}
	return out
}

// text appends a character string of TXT, without escapes for printable ASCII.
func (s *spelling) text(out, b []byte) []byte {
	for _, c := range b {
		switch plain := c >= ' ' && c < 0x7f && c != '\\'; {
		case plain || s != nil && s.sent:
			out = append(out, c)
		default:
			out = append(out, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
			if s != nil {
				s.differs = true
			}
		}
	}
	return out
}

// Sent is the message that Read has read last, b, once more with its names and texts as they were sent; nil where they read alike.
func (r *Reader) Sent(b []byte) *Message {
	if !r.spell.differs {
		return nil
	}
	var m Message
	r.spell.sent = true
	err := r.parse(b, &m)
	r.spell.sent = false
	if err != nil {
		return nil
	}
	return &m
}
