package mail

import "bytes"

// Dots undoes the doubled dots of a message that ends with a line of one dot alone (RFC 5321 §4.5.2, RFC 1939 §3). The zero value
// stands at the start of a line.
type Dots struct {
	within bool   // of a line
	held   []byte // "." or ".\r" at the start of a line, not yet decided
	last   byte   // of what was given on
	bare   bool   // the line before ended with a line feed alone

	// Soft is, behind the last line, that line as it came where it or the one before it ended with a line feed alone: not every receiver
	// takes it for the last one.
	Soft string
}

// Lost says that bytes are missing: what follows is within a line.
func (d *Dots) Lost() { d.within, d.held = true, nil }

// Take gives content to m as far as b holds some and says how many bytes it used; done when the last line was among them.
func (d *Dots) Take(m *Message, b []byte) (used int, done bool) {
	for used < len(b) && !done {
		n := 0
		n, done = d.step(m, b[used:])
		used += n
	}
	return used, done
}

func (d *Dots) step(m *Message, b []byte) (int, bool) {
	if len(d.held) > 0 {
		old := len(d.held)
		b = append(d.held, b...)
		d.held = nil
		n, done := d.dot(m, b)
		if n < old {
			m.Write(b[n:old])
			n = old
		}
		return n - old, done
	}
	if !d.within && b[0] == '.' {
		return d.dot(m, b)
	}
	at := bytes.Index(b, []byte("\n."))
	if at < 0 {
		at = len(b) - 1
	}
	if d.within = b[at] != '\n'; !d.within {
		if at > 0 {
			d.last = b[at-1]
		}
		d.bare = d.last != '\r'
	}
	m.Write(b[:at+1])
	d.last = b[at]
	return at + 1, false
}

// dot takes the dot at the start of a line, and the rest of the line where it is alone.
func (d *Dots) dot(m *Message, b []byte) (int, bool) {
	switch {
	case len(b) == 1, len(b) == 2 && b[1] == '\r':
		d.held = append([]byte(nil), b...)
		return len(b), false
	case b[1] == '\n':
		d.Soft = ".\n"
		return 2, true
	case b[1] == '\r' && b[2] == '\n':
		if d.bare {
			d.Soft = ".\r\n"
		}
		return 3, true
	}
	d.within = true
	m.Dot()
	return 1, false
}
