package krb5

// element is one DER element (X.690 §8.1): its tag byte and its contents.
type element struct {
	tag  byte
	body []byte
}

const maxElements = 64 // of one SEQUENCE; what follows is not read

// next splits the first element off b. Kerberos uses low tag numbers and definite lengths only.
func next(b []byte) (e element, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return e, nil, false
	}
	e.tag = b[0]
	n, head := int(b[1]), 2
	if n >= 0x80 {
		size := n & 0x7f
		if size == 0 || size > 4 || len(b) < 2+size {
			return e, nil, false
		}
		n, head = 0, 2+size
		for _, c := range b[2:head] {
			n = n<<8 | int(c)
		}
	}
	if n < 0 || n > len(b)-head {
		return e, nil, false
	}
	e.body = b[head : head+n]
	return e, b[head+n:], true
}

// inner takes one element out of its wrapping; tag 0 accepts any.
func inner(b []byte, tag byte) []byte {
	e, _, ok := next(b)
	if !ok || tag != 0 && e.tag != tag {
		return nil
	}
	return e.body
}

// fields are the context-tagged members [0]…[31] of a SEQUENCE's contents.
type fields [32][]byte

func members(b []byte) (f fields) {
	for range maxElements {
		e, rest, ok := next(b)
		if !ok {
			return f
		}
		if e.tag&0xe0 == 0xa0 {
			f[e.tag&0x1f] = e.body
		}
		b = rest
	}
	return f
}

// each calls fn with the contents of every element of a SEQUENCE OF.
func each(seq []byte, fn func(e element)) {
	b := inner(seq, tagSequence)
	for range maxElements {
		e, rest, ok := next(b)
		if !ok {
			return
		}
		fn(e)
		b = rest
	}
}

const (
	tagInteger     = 0x02
	tagBitString   = 0x03
	tagOctetString = 0x04
	tagSequence    = 0x30
)

// integer reads an INTEGER of up to 4 bytes (Int32, UInt32).
func integer(b []byte) int32 {
	return integerBody(inner(b, tagInteger))
}

func integerBody(v []byte) int32 {
	if len(v) == 0 || len(v) > 5 {
		return 0
	}
	n := int64(int8(v[0]))
	for _, c := range v[1:] {
		n = n<<8 | int64(c)
	}
	return int32(n)
}

// bits reads a BIT STRING's first 32 bits (KDCOptions, RFC 4120 §5.2.8).
func bits(b []byte) (n uint32) {
	v := inner(b, tagBitString)
	if len(v) < 5 {
		return 0
	}
	return uint32(v[1])<<24 | uint32(v[2])<<16 | uint32(v[3])<<8 | uint32(v[4])
}
