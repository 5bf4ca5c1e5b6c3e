package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// isDataAt reads isdataat:[!]N[,relative][,rawbytes].
func (b *builder) isDataAt(_, arg string) error {
	w := words(arg)
	d := &content.DataAt{}
	at := w[0]
	if strings.HasPrefix(at, "!") {
		d.Negated, at = true, strings.TrimSpace(at[1:])
	}
	var err error
	if d.At, err = b.value(at, 0, 65535); err != nil {
		return err
	}
	for _, word := range w[1:] {
		switch word {
		case "relative":
			d.Relative = true
		case "rawbytes", "":
		default:
			return bad("%q is neither relative nor rawbytes", word)
		}
	}
	if steps := *b.besides(d); d.Negated && d.Relative && d.At == (content.Value{N: 1}) && len(steps) > 0 {
		if c, ok := steps[len(steps)-1].(*content.Content); ok { // nothing behind the content, which holds for a negated one, too
			c.EndsWith = true
			return nil
		}
	}
	b.add(d)
	return nil
}

// bsize compares the length of a buffer.
func (b *builder) bsize(_, arg string) error {
	if b.at == nil && b.base64 == nil {
		return bad("it belongs behind a sticky buffer")
	}
	c, err := plainNumber.compare(arg)
	if err != nil {
		return err
	}
	b.add(&content.Size{Compare: c})
	return sized(*b.steps())
}

// sized holds that each bsize leaves room for the contents; one that stands by itself behind another may be too long, as in
// Suricata, which also takes two that exclude each other, as a rule of ET Open has them.
func sized(steps []content.Step) error {
	for _, s := range steps {
		size, is := s.(*content.Size)
		if !is {
			continue
		}
		first := true
		for _, other := range steps {
			x, is := other.(*content.Content)
			if !is {
				continue
			}
			need := uint64(len(x.Bytes))
			if x.HasOffset && x.Offset.Var == 0 {
				need += uint64(x.Offset.N)
			}
			if (first || x.Relative()) && !x.Negated && !fits(size.Compare, need) {
				return bad("it is less than the %d bytes of a content", need)
			}
			first = false
		}
	}
	return nil
}

// fits reports whether a size of n or more can satisfy c.
func fits(c content.Compare, n uint64) bool {
	switch c.Op {
	case content.Equal, content.LessEqual:
		return n <= c.A
	case content.Less:
		return n < c.A
	case content.Between:
		return n < c.B
	}
	return true
}

// urilen compares the length of the URI: urilen:N[,norm|raw].
func urilen(b *builder, _, arg string) error {
	text, form, _ := strings.Cut(arg, ",")
	name := "http.uri"
	switch strings.TrimSpace(form) {
	case "", "norm":
	case "raw":
		name = "http.uri.raw"
	default:
		return bad("%q is neither norm nor raw", form)
	}
	c, err := numeric{bits: 16}.compare(text)
	if err != nil {
		return err
	}
	d := described()[name]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", name), pending: true}
	}
	p := b.shared(d, name)
	p.steps = append(p.steps, &content.Size{Compare: c})
	b.asked = true
	return nil
}

// base64Decode reads base64_decode:[bytes N][, offset N][, relative].
func (b *builder) base64Decode(_, arg string) error {
	t := &content.Base64{}
	for _, word := range words(arg) {
		key, value, _ := strings.Cut(word, " ")
		var err error
		switch key {
		case "":
		case "bytes":
			t.Bytes, err = b.value(strings.TrimSpace(value), 1, 65535)
		case "offset":
			t.Offset, err = b.value(strings.TrimSpace(value), 0, 65535)
		case "relative":
			t.Relative = true
		default:
			err = bad("%q is not an option", word)
		}
		if err != nil {
			return err
		}
	}
	b.add(t)
	b.decoded = t
	return nil
}

// base64Data makes the contents behind it belong to what was decoded.
func base64Data(b *builder, _, _ string) error {
	if b.decoded == nil {
		return bad("base64_decode must stand before it")
	}
	if b.decoded.Chain == nil {
		b.decoded.Chain = &content.Chain{}
	}
	b.base64, b.last = b.decoded, nil
	return nil
}

// entropy reads entropy:[bytes N,] [offset N,] value OPERATOR NUMBER.
func (b *builder) entropy(_, arg string) error {
	size, from := int64(0), int64(0)
	var holds func(float64) bool
	for _, word := range words(arg) {
		key, value, spaced := strings.Cut(word, " ")
		var err error
		switch {
		case key == "bytes":
			size, err = integer(value, 0, 1<<30)
		case key == "offset":
			from, err = integer(value, 0, 1<<30)
		case key == "value" && spaced:
			holds, err = fraction(value)
		default:
			holds, err = fraction(word)
		}
		if err != nil {
			return err
		}
	}
	if holds == nil {
		return bad("a value is missing")
	}
	b.add(&content.Check{Name: "entropy", Do: func(_ *content.State, buf []byte, _ int) bool {
		if from >= int64(len(buf)) {
			return false
		}
		buf = buf[from:]
		if size > 0 && size < int64(len(buf)) {
			buf = buf[:size]
		}
		return holds(content.Entropy(buf))
	}})
	return nil
}
