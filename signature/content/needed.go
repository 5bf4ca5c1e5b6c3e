package content

import (
	"bytes"
	"regexp/syntax"
)

// piece is a text that stands in each match of a pattern.
type piece struct {
	text   []byte // in lower case where fold
	fold   bool   // in whatever case
	anchor int    // the byte to look for first
}

// Bounds of what is worth looking for.
const (
	minPiece   = 2  // bytes of a text
	maxPieces  = 16 // of one expression
	maxUnrolls = 8  // times that what is repeated is written out
)

// needed finds texts that each match of an expression contains, in this order and one behind the other. To look for them first
// costs little, and spares the search that tries each beginning. source is in the language of regexp, over Latin-1.
func needed(source string) []piece {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	var n neededIn
	n.walk(re)
	n.cut()
	return n.pieces
}

// neededIn walks through an expression.
type neededIn struct {
	run    []byte
	fold   bool
	pieces []piece
}

// cut ends a run of bytes that stand side by side.
func (n *neededIn) cut() {
	if len(n.run) >= minPiece && len(n.pieces) < maxPieces {
		n.pieces = append(n.pieces, newPiece(n.run, n.fold))
	}
	n.run, n.fold = n.run[:0], false
}

func newPiece(text []byte, fold bool) piece {
	text = bytes.Clone(text)
	if fold {
		for i, c := range text {
			text[i] = lower[c]
		}
	}
	return piece{text, fold, rarest(text, fold)}
}

// walk takes one part; what may be missing, or differ, ends the run.
func (n *neededIn) walk(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		n.literal(re)
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			n.walk(sub)
		}
	case syntax.OpPlus:
		n.walk(re.Sub[0])
		n.cut()
	case syntax.OpRepeat:
		for range min(re.Min, maxUnrolls) {
			n.walk(re.Sub[0])
		}
		if re.Max != re.Min || re.Min > maxUnrolls {
			n.cut()
		}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
	default:
		n.cut()
	}
}

func (n *neededIn) literal(re *syntax.Regexp) {
	fold := re.Flags&syntax.FoldCase != 0
	for _, r := range re.Rune {
		if r > 0xff || fold && r >= 0x80 {
			n.cut()
			continue
		}
		n.run = append(n.run, byte(r))
		n.fold = n.fold || fold
	}
}

// find is where in b the piece begins first, -1 nowhere.
func (p *piece) find(b []byte) int {
	if p.fold {
		return indexFold(b, p.text, p.anchor)
	}
	return bytes.Index(b, p.text)
}

// hold reports whether all the pieces are in b, in their order.
func hold(pieces []piece, b []byte) bool {
	for i := range pieces {
		at := pieces[i].find(b)
		if at < 0 {
			return false
		}
		b = b[at+len(pieces[i].text):]
	}
	return true
}

// lead is a text that stands so many bytes behind the beginning of each match.
type lead struct {
	piece
	behind int
}

// minLead is the shortest text by whose places a match is looked for.
const minLead = 3

// leading finds the lead of an expression; false where its beginning has no fixed width, or asks for what stands before it.
func leading(source string) (lead, bool) {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return lead{}, false
	}
	w := leadIn{}
	w.walk(re)
	if len(w.run) < minLead {
		return lead{}, false
	}
	return lead{newPiece(w.run, w.fold), w.behind}, true
}

// leadIn walks through the beginning of an expression.
type leadIn struct {
	behind int // bytes before the run
	run    []byte
	fold   bool
}

// walk takes one part; false ends the way.
func (w *leadIn) walk(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			if !w.walk(sub) {
				return false
			}
		}
		return true
	case syntax.OpPlus:
		w.walk(re.Sub[0])
	case syntax.OpRepeat:
		for range min(re.Min, maxUnrolls) {
			if !w.walk(re.Sub[0]) {
				return false
			}
		}
		return re.Max == re.Min && re.Min <= maxUnrolls
	case syntax.OpLiteral:
		return w.literal(re)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return w.one()
	}
	return false
}

// one takes a byte that is not known; false where a run has been found.
func (w *leadIn) one() bool {
	if len(w.run) >= minLead {
		return false
	}
	w.behind, w.run, w.fold = w.behind+len(w.run)+1, w.run[:0], false
	return true
}

func (w *leadIn) literal(re *syntax.Regexp) bool {
	fold := re.Flags&syntax.FoldCase != 0
	for _, r := range re.Rune {
		switch {
		case r > 0xff:
			return false
		case fold && r >= 0x80:
			if !w.one() {
				return false
			}
		default:
			w.run = append(w.run, byte(r))
			w.fold = w.fold || fold
		}
	}
	return true
}
