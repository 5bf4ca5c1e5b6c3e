package content

import "bytes"

// lower folds ASCII letters.
var lower = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	for c := byte('A'); c <= 'Z'; c++ {
		t[c] = c + 'a' - 'A'
	}
	return t
}()

// rarest is the index of the byte that is likely to be seen least; letters are looked for twice, so others go first.
func rarest(b []byte, fold bool) int {
	best, index := 256, 0
	for i, c := range b {
		if r := commonness(c, fold); r < best {
			best, index = r, i
		}
	}
	return index
}

func commonness(c byte, fold bool) int {
	switch {
	case c == 0 || c == ' ' || c == 0xff:
		return 100
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		n := 20 + bytes.IndexByte([]byte("qzxjkvbywgpfmucdlhrsnioate"), lower[c])
		if fold {
			n += 40
		}
		return n
	case '0' <= c && c <= '9' || c == '/' || c == '.' || c == '=' || c == '\r' || c == '\n' || c == '-' || c == ':':
		return 30
	}
	return 5
}

// indexFold finds sub, which is in lower case, in b without regard to the case of ASCII letters; anchor is the index in sub of the byte to look for.
func indexFold(b, sub []byte, anchor int) int {
	if len(sub) == 0 {
		return 0
	}
	last := len(b) - len(sub)
	if last < 0 {
		return -1
	}
	c := sub[anchor]
	u := c
	if 'a' <= c && c <= 'z' {
		u = c - 'a' + 'A'
	}
	zone := b[anchor : anchor+last+1] // where the anchor may stand
	next, nextUpper := -1, -1
	for i := 0; i < len(zone); i++ {
		if next < i {
			next = until(zone, i, c)
		}
		at := next
		if u != c {
			if nextUpper < i {
				nextUpper = until(zone, i, u)
			}
			at = min(at, nextUpper)
		}
		if i = at; i >= len(zone) {
			return -1
		}
		if equalFold(b[i:i+len(sub)], sub) {
			return i
		}
	}
	return -1
}

// until is the index of c in b from i on, or the length of b.
func until(b []byte, i int, c byte) int {
	if n := bytes.IndexByte(b[i:], c); n >= 0 {
		return i + n
	}
	return len(b)
}

func equalFold(b, sub []byte) bool {
	for i, c := range sub {
		if lower[b[i]] != c {
			return false
		}
	}
	return true
}
