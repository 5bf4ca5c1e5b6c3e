package transform

// Mode says what base64 decoding does with a character that is not of its alphabet.
type Mode uint8

// Modes.
const (
	RFC4648 Mode = iota // stop there
	RFC2045             // pass over it
	Strict              // give nothing at all
)

// Base64 decodes b and appends to room. It gives what could be decoded; a group that is cut off gives its whole bytes.
func Base64(room, b []byte, mode Mode) []byte {
	start := len(room)
	var group uint32
	n, pad := 0, 0
	for i, c := range b {
		v, ok := sextet(c)
		switch {
		case ok && pad == 0:
			group = group<<6 | uint32(v)
			if n++; n == 4 {
				room = append(room, byte(group>>16), byte(group>>8), byte(group))
				group, n = 0, 0
			}
			continue
		case c == '=' && n >= 2 && pad < 4-n:
			if pad++; mode == Strict && pad == 4-n && i != len(b)-1 {
				return room[:start]
			}
			if pad == 4-n && mode != Strict {
				return tail(room, group, n)
			}
			continue
		case mode == RFC2045:
			continue
		case mode == Strict:
			return room[:start]
		}
		break
	}
	if mode == Strict && n+pad != 0 && n+pad != 4 {
		return room[:start]
	}
	return tail(room, group, n)
}

// tail appends the whole bytes of a group of n characters.
func tail(room []byte, group uint32, n int) []byte {
	switch n {
	case 2:
		return append(room, byte(group>>4))
	case 3:
		return append(room, byte(group>>10), byte(group>>2))
	}
	return room
}

func sextet(c byte) (byte, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A', true
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26, true
	case '0' <= c && c <= '9':
		return c - '0' + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}
