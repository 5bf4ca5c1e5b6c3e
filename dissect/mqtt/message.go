package mqtt

import "encoding/binary"

// varint reads a length of 1–4 bytes (§2.1.4); n is 0 when bytes are missing, -1 when it is none.
func varint(b []byte) (v, n int) {
	for n < 4 {
		if n >= len(b) {
			return 0, 0
		}
		v |= int(b[n]&0x7f) << (7 * n)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	return 0, -1
}

func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

// message is what is left of a packet.
type message struct {
	b     []byte
	short bool // it ended within a field
}

func (m *message) take(n int) []byte {
	if n > len(m.b) {
		m.short, m.b = true, nil
		return nil
	}
	head := m.b[:n]
	m.b = m.b[n:]
	return head
}

func (m *message) byte() byte {
	if b := m.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// text is §1.5.4: a length of two bytes, then UTF-8 or binary data.
func (m *message) text() []byte {
	size := m.take(2)
	if len(size) < 2 {
		return nil
	}
	return m.take(int(binary.BigEndian.Uint16(size)))
}
