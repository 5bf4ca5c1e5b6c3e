package content

import (
	"regexp/syntax"
	"slices"
)

// beginnings are the bytes with which a match of an anchored pattern begins, so that most places are turned down by one look; nil
// where the pattern may be empty, asks for what stands before it, or is not anchored. source is in the language of regexp, over Latin-1.
func (p *Pattern) beginnings(source string) *bytes256 {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil || !p.anchored {
		return nil
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil
	}
	w := beginning{prog: prog, met: make([]bool, len(prog.Inst))}
	if !w.from(uint32(prog.Start)) {
		return nil
	}
	return &w.set
}

// beginning walks through a program up to the first byte that it takes.
type beginning struct {
	prog *syntax.Prog
	met  []bool
	set  bytes256
}

// from is false where the program can end without a byte, or asks for more than the text's beginning before it.
func (w *beginning) from(pc uint32) bool {
	if w.met[pc] {
		return true
	}
	w.met[pc] = true
	switch i := &w.prog.Inst[pc]; i.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return w.from(i.Out) && w.from(i.Arg)
	case syntax.InstCapture, syntax.InstNop:
		return w.from(i.Out)
	case syntax.InstEmptyWidth:
		return syntax.EmptyOp(i.Arg)&^(syntax.EmptyBeginText|syntax.EmptyBeginLine) == 0 && w.from(i.Out)
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		for c := range 256 {
			if i.MatchRune(rune(c)) {
				w.set.add(byte(c))
			}
		}
		return true
	case syntax.InstFail:
		return true
	}
	return false
}

// beginsText reports whether each match begins the text.
func beginsText(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText:
		return true
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op != syntax.OpEmptyMatch {
				return beginsText(sub)
			}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return beginsText(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !beginsText(sub) })
	}
	return false
}
