package eve

import (
	"net/netip"
	"strconv"
	"unicode/utf8"
)

// object builds one JSON text by appending. Commas stand by themselves: before whatever does not follow an opening bracket.
type object struct{ b []byte }

func (o *object) comma() { o.b = comma(o.b) }

func comma(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' && b[n-1] != '[' {
		b = append(b, ',')
	}
	return b
}

// key begins a member; k needs no escapes.
func (o *object) key(k string) { o.b = key(o.b, k) }

func key(b []byte, k string) []byte {
	b = append(comma(b), '"')
	b = append(b, k...)
	return append(b, '"', ':')
}

// name writes a member's name that may need escapes.
func (o *object) name(k string) { o.b = append(quote(o.b, k), ':') }

func (o *object) open(k string) {
	o.b = append(key(o.b, k), '{')
}

func (o *object) close() { o.b = append(o.b, '}') }

func (o *object) list(k string) {
	o.b = append(key(o.b, k), '[')
}

func (o *object) endList() { o.b = append(o.b, ']') }

// item begins an object within a list.
func (o *object) item() {
	o.comma()
	o.b = append(o.b, '{')
}

// each is one string within a list.
func (o *object) each(v string) {
	o.comma()
	o.b = quote(o.b, v)
}

// str writes a member, be it empty.
func (o *object) str(k, v string) { o.b = quote(key(o.b, k), v) }

// word writes a member whose value needs no escapes either.
func (o *object) word(k, v string) {
	b := append(key(o.b, k), '"')
	b = append(b, v...)
	o.b = append(b, '"')
}

// text writes a member that is left out when it is empty.
func (o *object) text(k, v string) {
	if v != "" {
		o.str(k, v)
	}
}

// texts writes a list of strings, nothing when it is empty.
func (o *object) texts(k string, v []string) {
	if len(v) == 0 {
		return
	}
	o.list(k)
	for _, s := range v {
		o.each(s)
	}
	o.endList()
}

func (o *object) num(k string, v uint64) { o.b = number(key(o.b, k), v) }

// some writes a number that is left out when it is 0.
func (o *object) some(k string, v uint64) {
	if v != 0 {
		o.num(k, v)
	}
}

func (o *object) integer(k string, v int64) {
	o.key(k)
	o.b = strconv.AppendInt(o.b, v, 10)
}

func (o *object) flag(k string, v bool) {
	o.key(k)
	o.b = strconv.AppendBool(o.b, v)
}

// yes writes a member only when it is true.
func (o *object) yes(k string, v bool) {
	if v {
		o.flag(k, true)
	}
}

const lowerHex = "0123456789abcdef"

// hex writes v as a string of n digits, with prefix before it.
func (o *object) hex(k, prefix string, v uint64, n int) {
	o.key(k)
	o.b = append(o.b, '"')
	o.b = append(o.b, prefix...)
	for n--; n >= 0; n-- {
		o.b = append(o.b, lowerHex[v>>(4*n)&15])
	}
	o.b = append(o.b, '"')
}

// hexadecimal writes v as a string of as many digits as it needs.
func (o *object) hexadecimal(k string, v uint64) {
	o.key(k)
	o.b = append(o.b, '"')
	o.b = append(strconv.AppendUint(o.b, v, 16), '"')
}

func (o *object) ip(k string, a netip.Addr) {
	o.b = append(appendIP(append(key(o.b, k), '"'), a), '"')
}

// appendIP writes IPv6 in full, as Suricata does: readers compare texts.
func appendIP(b []byte, a netip.Addr) []byte {
	if a.Is4() {
		x := a.As4()
		b = number(b, uint64(x[0]))
		for _, v := range x[1:] {
			b = number(append(b, '.'), uint64(v))
		}
		return b
	}
	if !a.IsValid() {
		return b
	}
	x := a.As16()
	for i, v := range x {
		if i > 0 && i%2 == 0 {
			b = append(b, ':')
		}
		b = append(b, lowerHex[v>>4], lowerHex[v&15])
	}
	return b
}

// plain are the bytes that stand in a JSON string as they are.
var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// plain8 reports that the first eight bytes of s stand as they are: in none of them is the high bit set, of them, of what is left of
// them below a space, or of what differs from the three characters that do not.
func plain8(s string) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	quotes, slashes, del := x^ones*'"', x^ones*'\\', x^ones*0x7f
	return (x|(x-ones*' ')|(quotes-ones)|(slashes-ones)|(del-ones))&highs == 0
}

// quote appends s as a JSON string. What is not UTF-8 throughout is written byte by byte: printable ASCII as it is,
// the rest as the four characters \xHH, which is how Suricata shows it.
func quote(b []byte, s string) []byte {
	b = append(b, '"')
	i := 0
	for i+8 <= len(s) && plain8(s[i:]) {
		i += 8
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	if i == len(s) {
		b = append(b, s...)
		return append(b, '"')
	}
	valid := utf8.ValidString(s)
	for start := 0; start < len(s); {
		i = start
		for i < len(s) && (plain[s[i]] || valid && s[i] >= 0x80) {
			i++
		}
		b = append(b, s[start:i]...)
		if i < len(s) {
			b = escape(b, s[i], valid)
		}
		start = i + 1
	}
	return append(b, '"')
}

// escape appends one byte that does not stand for itself.
func escape(b []byte, c byte, valid bool) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case !valid && (c < 0x20 || c >= 0x7f):
		return append(b, '\\', '\\', 'x', lowerHex[c>>4], lowerHex[c&15])
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\r':
		return append(b, '\\', 'r')
	case c == '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
}
