package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// indications reads dnp3_ind:flag[,flag], of which any may be set; "+" before them asks for all of them, "-" for none and "=" for
// these and no others. Names with "!" before one must all hold, and what compares a number (!0, &0x8000=0x8000) is taken, too.
func indications(b *builder, _, arg string) error {
	arg = strings.TrimSpace(arg)
	if strings.ContainsAny(arg, "!&<>") {
		k := numeric{bits: 16, words: map[string]uint64{}}
		for i, name := range wire.DNP3Bits {
			k.words[strings.ToLower(name)] = 0x8000 >> i
		}
		c, err := k.compare(arg)
		if err != nil || k.words[strings.TrimPrefix(strings.ToLower(arg), "!")] > 0 {
			c, err = k.flags(arg)
		}
		if err != nil {
			return bad("%q is neither indications nor a comparison", arg)
		}
		return b.valueOf("dnp3_ind", func(f *wire.Field) bool { return c.Holds(f.N) })
	}
	op := byte('*')
	if arg != "" && strings.IndexByte("*+-=", arg[0]) >= 0 {
		op, arg = arg[0], arg[1:]
	}
	var mask uint64
	for _, w := range words(arg) {
		at := -1
		for i, name := range wire.DNP3Bits {
			if strings.EqualFold(w, name) {
				at = i
			}
		}
		if at < 0 {
			n, err := u16.number(w)
			if err != nil {
				return bad("%q is not an indication", w)
			}
			mask |= n
			continue
		}
		mask |= 0x8000 >> at
	}
	return b.valueOf("dnp3_ind", func(f *wire.Field) bool {
		switch op {
		case '+':
			return f.N&mask == mask
		case '-':
			return f.N&mask == 0
		case '=':
			return f.N == mask
		}
		return f.N&mask != 0
	})
}

// object reads dnp3_obj:group,variation.
func object(b *builder, _, arg string) error {
	w := words(arg)
	if len(w) != 2 {
		return bad("%q is not group,variation", arg)
	}
	group, err := u8.number(w[0])
	if err != nil {
		return err
	}
	variation, err := u8.number(w[1])
	if err != nil {
		return err
	}
	return b.valueOf("dnp3_obj", func(f *wire.Field) bool { return f.N == group<<8|variation })
}
