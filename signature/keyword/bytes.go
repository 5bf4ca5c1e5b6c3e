package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// words cuts at commas.
func words(arg string) []string {
	parts := strings.Split(arg, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// option reads what byte_test, byte_jump and byte_extract have in common; false: not such an option.
func option(b *builder, r *content.Read, word string) (bool, error) {
	key, value, _ := strings.Cut(word, " ")
	value = strings.TrimSpace(value)
	switch key {
	case "relative":
		r.Relative = true
	case "big":
		r.Little = false
	case "little":
		r.Little = true
	case "endian":
		switch value {
		case "little":
			r.Little = true
		case "dce":
			r.DCE = true
			b.app(apps["dcerpc"])
		case "big":
		default:
			return true, bad("%q is not big, little or dce", value)
		}
	case "dce":
		r.DCE = true
		b.app(apps["dcerpc"])
	case "string":
		if r.Base == 0 {
			r.Base = 10
		}
		switch value {
		case "":
		case "hex":
			r.Base = 16
		case "dec":
			r.Base = 10
		case "oct":
			r.Base = 8
		default:
			return true, bad("%q is not hex, dec or oct", value)
		}
	case "hex":
		r.Base = 16
	case "dec":
		r.Base = 10
	case "oct":
		r.Base = 8
	case "bitmask":
		n, err := unsigned(value)
		r.Mask = n
		if err == nil && n == 0 {
			err = bad("a mask of 0 leaves nothing")
		}
		return true, err
	default:
		return false, nil
	}
	return true, nil
}

// read takes the number of bytes and the offset.
func (b *builder) read(r *content.Read, count, at string) error {
	return b.readWithin(r, count, at, 65535)
}

// readWithin is read where the offset may lie as far as far; that of byte_test may be any of 32 bits.
func (b *builder) readWithin(r *content.Read, count, at string, far int64) (err error) {
	if r.Bytes, err = b.value(count, 0, 23); err != nil {
		return bad("bytes: %v", err)
	}
	if r.Offset, err = b.value(at, -far, far); err != nil {
		return bad("offset: %v", err)
	}
	return nil
}

func checkRead(r *content.Read) error {
	if r.Base == 0 && r.Bytes.Var == 0 && r.Bytes.N > 8 {
		return bad("a number of %d bytes is too long; 8 are possible, or 23 of a string", r.Bytes.N)
	}
	if r.Offset.Var == 0 && r.Offset.N < 0 && !r.Relative {
		return bad("a negative offset needs relative")
	}
	return nil
}

// operand reads a number or variable.
func (b *builder) operand(s string) (content.Number, error) {
	if v := b.variable(s); v > 0 {
		return content.Number{Var: v}, nil
	}
	n, err := unsigned(s)
	if err != nil {
		if i, e := integer(s, -1<<31, 0); e == nil {
			return content.Number{N: uint64(i)}, nil
		}
		return content.Number{}, bad("%q is neither a number nor a variable set before", s)
	}
	return content.Number{N: n}, nil
}

var comparisons = map[string]content.Word{
	"<": content.TestLess, ">": content.TestGreater, "=": content.TestEqual, "==": content.TestEqual, "<=": content.TestLessEqual, ">=": content.TestGreaterEqual,
	"&": content.TestAnd, "^": content.TestXor,
}

// byteTest reads byte_test:bytes,[!]operator,value,offset[,options].
func (b *builder) byteTest(_, arg string) error {
	w := words(arg)
	if len(w) < 4 {
		return bad("%q is not bytes,operator,value,offset", arg)
	}
	t := &content.ByteTest{}
	op := w[1]
	if op == "!" {
		op = "!="
	}
	if strings.HasPrefix(op, "!") {
		t.Negated, op = true, strings.TrimSpace(op[1:])
	}
	var ok bool
	if t.Op, ok = comparisons[op]; !ok {
		return bad("%q is not a comparison: < > = <= >= & ^", w[1])
	}
	if err := b.readWithin(&t.Read, w[0], w[3], 1<<31-1); err != nil {
		return err
	}
	var err error
	if t.Operand, err = b.operand(w[2]); err != nil {
		return err
	}
	if err := b.options(&t.Read, w[4:], func(string, string) (bool, error) { return false, nil }); err != nil {
		return err
	}
	b.add(t)
	return checkRead(&t.Read)
}

// options reads those that all keywords have, and by own what only one has.
func (b *builder) options(r *content.Read, words []string, own func(key, value string) (known bool, err error)) error {
	for _, word := range words {
		known, err := option(b, r, word)
		if !known && err == nil && word != "" {
			key, value, _ := strings.Cut(word, " ")
			if known, err = own(key, value); !known && err == nil {
				err = bad("%q is not an option", word)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func multiplier(value string) (uint64, error) {
	n, err := integer(value, 1, 65535)
	return uint64(n), err
}

// byteJump reads byte_jump:bytes,offset[,options].
func (b *builder) byteJump(_, arg string) error {
	w := words(arg)
	if len(w) < 2 {
		return bad("%q is not bytes,offset", arg)
	}
	t := &content.ByteJump{}
	if err := b.read(&t.Read, w[0], w[1]); err != nil {
		return err
	}
	if err := b.options(&t.Read, w[2:], func(key, value string) (known bool, err error) {
		switch key {
		case "align":
			t.Align = true
		case "from_beginning":
			t.FromBeginning = true
		case "from_end":
			t.FromEnd = true
		case "multiplier":
			t.Multiplier, err = multiplier(value)
		case "post_offset":
			t.PostOffset, err = b.value(strings.TrimSpace(value), -65535, 65535)
		default:
			return false, nil
		}
		return true, err
	}); err != nil {
		return err
	}
	b.add(t)
	return checkRead(&t.Read)
}

// byteExtract reads byte_extract:bytes,offset,name[,options].
func (b *builder) byteExtract(_, arg string) error {
	w := words(arg)
	if len(w) < 3 {
		return bad("%q is not bytes,offset,name", arg)
	}
	t := &content.ByteExtract{}
	if err := b.read(&t.Read, w[0], w[1]); err != nil {
		return err
	}
	if err := b.options(&t.Read, w[3:], func(key, value string) (known bool, err error) {
		switch key {
		case "multiplier":
			t.Multiplier, err = multiplier(value)
		case "align":
			n, wrong := integer(value, 2, 4)
			if t.Align = uint64(n); wrong != nil || n == 3 {
				err = bad("align %q is neither 2 nor 4", value)
			}
		default:
			return false, nil
		}
		return true, err
	}); err != nil {
		return err
	}
	if err := checkRead(&t.Read); err != nil {
		return err
	}
	i, err := b.define(w[2])
	if err != nil {
		return err
	}
	t.To = i
	b.add(t)
	return nil
}
