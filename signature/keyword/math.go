package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

var operators = map[string]content.Word{
	"+": content.Plus, "-": content.Minus, "*": content.Times, "/": content.Divide, "<<": content.ShiftLeft, ">>": content.ShiftRight,
}

// byteMath reads byte_math:bytes N, offset N, oper +, rvalue N, result name[, options].
func (b *builder) byteMath(_, arg string) error {
	t := &content.ByteMath{}
	count, at, result := "", "", ""
	given := map[string]bool{}
	for _, word := range words(arg) {
		key, value, _ := strings.Cut(word, " ")
		value = strings.TrimSpace(value)
		if given[key] {
			return bad("%s stands twice", key)
		}
		given[key] = true
		var err error
		switch key {
		case "bytes":
			count = value
		case "offset":
			at = value
		case "oper":
			ok := false
			if t.Op, ok = operators[value]; !ok {
				err = bad("%q is not an operator: + - * / << >>", value)
			}
		case "rvalue":
			t.Operand, err = b.operand(value)
		case "result":
			result = value
		default:
			var known bool
			if known, err = option(b, &t.Read, word); err == nil && !known {
				err = bad("%q is not an option", word)
			}
		}
		if err != nil {
			return err
		}
	}
	if !given["bytes"] || !given["offset"] || !given["oper"] || !given["rvalue"] || !given["result"] {
		return bad("bytes, offset, oper, rvalue and result must all be given")
	}
	if err := b.read(&t.Read, count, at); err != nil {
		return err
	}
	if err := checkRead(&t.Read); err != nil {
		return err
	}
	if t.Relative && b.at != nil && !b.matched() {
		return bad("relative: no content or pcre stands before it")
	}
	i, err := b.define(result)
	if err != nil {
		return err
	}
	t.To = i
	b.add(t)
	return nil
}

// matched reports whether a content or pcre stands anywhere in the rule, as byte_math asks that leans on one.
func (b *builder) matched() bool {
	found := false
	look := func(steps []content.Step) {
		for _, s := range steps {
			switch s.(type) {
			case *content.Content, *content.Pattern:
				found = true
			}
		}
	}
	look(b.payload)
	for _, p := range b.places {
		look(p.steps)
	}
	return found
}
