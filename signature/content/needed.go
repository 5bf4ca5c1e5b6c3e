package content

import (
	"bytes"
	"strings"
)

// minNeeded is the shortest text that is worth looking for.
const minNeeded = 2

// needed finds texts that every match of a pattern contains, in this order and one behind the other: runs of characters that stand for
// themselves, outside of groups, classes and alternatives, and are not optional. To look for them first costs little, and spares
// patterns that try each beginning. In lower case where f.NoCase.
func needed(text string, f Flags) []string {
	if f.Extended {
		return nil
	}
	n := neededIn{text: text, fold: f.NoCase}
	for n.at < len(text) {
		if !n.step() {
			return nil
		}
	}
	n.cut()
	return n.runs
}

// neededIn walks over a pattern.
type neededIn struct {
	text string
	fold bool
	at   int
	run  []byte
	runs []string
}

// cut ends a run.
func (n *neededIn) cut() {
	if n.fold {
		for i, c := range n.run {
			n.run[i] = lower[c]
		}
	}
	if len(n.run) >= minNeeded {
		n.runs = append(n.runs, string(n.run))
	}
	n.run = n.run[:0]
}

// step takes the next element; false where nothing can be said of the pattern.
func (n *neededIn) step() bool {
	c := n.text[n.at]
	n.at++
	switch c {
	case '|', ')':
		return false
	case '\\':
		return n.escape()
	case '[':
		n.cut()
		n.class()
	case '(':
		n.cut()
		return n.group()
	case '*', '?', '{': // the one before may be missing
		n.run = n.run[:max(0, len(n.run)-1)]
		n.cut()
		n.count(c)
	case '+', '.', '^', '$':
		n.cut()
	default:
		if c >= 0x80 {
			n.cut()
			return true
		}
		n.run = append(n.run, c)
	}
	return true
}

// count passes over the rest of {n,m}; what is not one stands for itself, and only ends the run.
func (n *neededIn) count(c byte) {
	rest := n.text[n.at:]
	if end := strings.IndexByte(rest, '}'); c == '{' && end > 0 && strings.Trim(rest[:end], "0123456789,") == "" {
		n.at += end + 1
	}
}

func (n *neededIn) escape() bool {
	if n.at >= len(n.text) {
		return false
	}
	c := n.text[n.at]
	n.at++
	switch {
	case c == 'Q', c == 'E':
		return false
	case c < 0x80 && strings.IndexByte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c) < 0:
		n.run = append(n.run, c)
		return true
	case c == 'x' && n.at+2 <= len(n.text) && hexDigit(n.text[n.at]) < 16 && hexDigit(n.text[n.at+1]) < 16:
		v := hexDigit(n.text[n.at])<<4 | hexDigit(n.text[n.at+1])
		n.at += 2
		if v < 0x80 {
			n.run = append(n.run, v)
			return true
		}
	}
	n.cut()
	if strings.IndexByte("xckgopPNu0123456789", c) >= 0 { // what belongs to it is written behind: braces, names, digits
		return n.argument()
	}
	return true
}

// argument passes over what may belong to an escape: {…}, <…>, '…', or letters and digits.
func (n *neededIn) argument() bool {
	if n.at < len(n.text) {
		if end := map[byte]string{'{': "}", '<': ">", '\'': "'"}[n.text[n.at]]; end != "" {
			i := strings.Index(n.text[n.at+1:], end)
			if i < 0 {
				return false
			}
			n.at += i + 2
			return true
		}
	}
	for n.at < len(n.text) && (hexDigit(n.text[n.at]) < 16 || n.text[n.at] >= 'A' && n.text[n.at] <= 'Z') {
		n.at++
	}
	return true
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// class passes over the rest of […].
func (n *neededIn) class() {
	if n.at < len(n.text) && n.text[n.at] == '^' {
		n.at++
	}
	for first := true; n.at < len(n.text); first = false {
		c := n.text[n.at]
		n.at++
		switch {
		case c == '\\':
			n.at++
		case c == '[' && n.at < len(n.text) && n.text[n.at] == ':':
			if end := strings.Index(n.text[n.at:], ":]"); end >= 0 {
				n.at += end + 2
			}
		case c == ']' && !first:
			return
		}
	}
}

// group passes over the rest of (…); one that only sets flags says nothing certain of what follows.
func (n *neededIn) group() bool {
	if rest := n.text[n.at:]; strings.HasPrefix(rest, "?") {
		if end := strings.TrimLeft(rest[1:], "^-abcdefghijklmnopqrstuvwxyzJUX"); strings.HasPrefix(end, ")") || strings.HasPrefix(rest, "?#") || strings.HasPrefix(rest, "?(") {
			return false
		}
	}
	for depth := 1; n.at < len(n.text); {
		c := n.text[n.at]
		n.at++
		switch c {
		case '\\':
			if n.at < len(n.text) && n.text[n.at] == 'Q' {
				return false
			}
			n.at++
		case '[':
			n.class()
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return true
			}
		}
	}
	return false
}

// holds reports whether what the pattern needs is in b.
func (p *Pattern) holds(b []byte) bool {
	for k, n := range p.need {
		i := 0
		if p.fold {
			i = indexFold(b, []byte(n), int(p.anchors[k]))
		} else {
			i = bytes.Index(b, []byte(n))
		}
		if i < 0 {
			return false
		}
		b = b[i+len(n):]
	}
	return true
}
