package keyword

import (
	"errors"
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// content compiles content:[!]"…".
func (b *builder) content(_, arg string) error {
	negated, text, err := quoted(arg)
	if err != nil {
		return err
	}
	raw, err := unescape(text, b.pool.raw[:0])
	if err != nil {
		return err
	}
	if len(raw) == 0 {
		return bad("the content is empty")
	}
	b.pool.raw = raw
	c := b.pool.contents.one()
	c.Bytes, c.Negated = b.pool.bytes.keep(raw), negated
	b.add(c)
	b.last, b.lastAt, b.raw = c, b.at, false
	return nil
}

// quoted reads [!]"text".
func quoted(arg string) (negated bool, text string, err error) {
	if strings.HasPrefix(arg, "!") {
		negated, arg = true, strings.TrimLeft(arg[1:], " ")
	}
	if len(arg) < 2 || arg[0] != '"' || arg[len(arg)-1] != '"' {
		return false, "", bad("%q does not stand in quotation marks", clip(arg))
	}
	return negated, arg[1 : len(arg)-1], nil
}

// unescape reads the text of a content: \" \; \: \\ and |hexadecimal|. It is appended to out.
func unescape(s string, out []byte) ([]byte, error) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '|':
			end := strings.IndexByte(s[i+1:], '|')
			if end < 0 {
				return nil, bad("| is not closed by another |")
			}
			var err error
			if out, err = hexBytes(out, s[i+1:i+1+end]); err != nil {
				return nil, err
			}
			i += end + 1
		case '\\':
			if i++; i == len(s) {
				return nil, bad(`\ at the end of the content`)
			}
			if strings.IndexByte(`";:\|`, s[i]) < 0 {
				return nil, bad(`\%c: only " ; : and \ may stand behind \`, s[i])
			}
			out = append(out, s[i])
		default:
			out = append(out, c)
		}
	}
	return out, nil
}

func hexBytes(out []byte, s string) ([]byte, error) {
	high, n := byte(0), 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' {
			continue
		}
		d := byte(0)
		switch {
		case '0' <= c && c <= '9':
			d = c - '0'
		case 'a' <= c && c <= 'f':
			d = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			d = c - 'A' + 10
		default:
			return nil, bad("|%s| is not hexadecimal", clip(s))
		}
		if n++; n%2 == 1 {
			high = d << 4
		} else {
			out = append(out, high|d)
		}
	}
	if n%2 == 1 || n == 0 {
		return nil, bad("|%s| has an odd number of digits", clip(s))
	}
	return out, nil
}

// modifier wraps a modifier of the content before.
func modifier(f func(b *builder, c *content.Content, arg string) error) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		if b.last == nil {
			return bad("no content stands before it")
		}
		return f(b, b.last, arg)
	}
}

const farthest = 1 << 20 // bytes that distance and within may span

func nocase(_ *builder, c *content.Content, _ string) error {
	c.NoCase = true
	c.Bytes = lowered(c.Bytes)
	return nil
}

func lowered(b []byte) []byte {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
	}
	return b
}

var errBothWays = errors.New("a content is looked for from the beginning (offset, depth, startswith) or from the one before (distance, within), not both")

func offset(b *builder, c *content.Content, arg string) (err error) {
	if c.StartsWith {
		return bad("it cannot go with startswith")
	}
	if c.HasDistance || c.HasWithin {
		return errBothWays
	}
	c.HasOffset = true
	c.Offset, err = b.value(arg, 0, 65535)
	return err
}

func depth(b *builder, c *content.Content, arg string) (err error) {
	if c.StartsWith {
		return bad("it cannot go with startswith")
	}
	if c.HasDistance || c.HasWithin {
		return errBothWays
	}
	c.HasDepth = true
	if c.Depth, err = b.value(arg, 0, 65535); err == nil && c.Depth.Var == 0 && int(c.Depth.N) < len(c.Bytes) {
		return bad("%s is less than the %d bytes of the content", arg, len(c.Bytes))
	}
	return err
}

func distance(b *builder, c *content.Content, arg string) (err error) {
	if c.HasOffset || c.HasDepth {
		return errBothWays
	}
	c.HasDistance = true
	c.Distance, err = b.value(arg, -farthest, farthest)
	return err
}

func within(b *builder, c *content.Content, arg string) (err error) {
	if c.HasOffset || c.HasDepth {
		return errBothWays
	}
	c.HasWithin = true
	if c.Within, err = b.value(arg, -farthest, farthest); err == nil && c.Within.Var == 0 && int(c.Within.N) < len(c.Bytes) {
		return bad("%s is less than the %d bytes of the content", arg, len(c.Bytes))
	}
	return err
}

func startswith(_ *builder, c *content.Content, _ string) error {
	if c.HasOffset || c.HasDepth || c.HasDistance || c.HasWithin {
		return bad("it cannot go with offset, depth, distance or within")
	}
	c.StartsWith, c.HasOffset, c.HasDepth = true, true, true
	c.Depth = content.Value{N: int32(len(c.Bytes))}
	return nil
}

func endswith(_ *builder, c *content.Content, _ string) error {
	c.EndsWith = true
	return nil
}

// fastPattern reads fast_pattern, fast_pattern:only and fast_pattern:offset,length.
func fastPattern(b *builder, c *content.Content, arg string) error {
	if b.fast != nil && b.fast != c {
		return bad("another content of the rule has it, too")
	}
	if b.base64 != nil {
		return bad("what was decoded is not there yet when contents are looked for first")
	}
	cut := [2]int{}
	if arg != "" && arg != "only" {
		at, length, ok := strings.Cut(arg, ",")
		x, err := integer(strings.TrimSpace(at), 0, 65535)
		y, err2 := integer(strings.TrimSpace(length), 1, 65535)
		if !ok || err != nil || err2 != nil || int(x+y) > len(c.Bytes) {
			return bad("%q is not offset,length within the %d bytes of the content", arg, len(c.Bytes))
		}
		cut = [2]int{int(x), int(y)}
	}
	if c.Negated && (c.HasDepth || c.HasOffset || c.HasDistance || c.HasWithin) {
		return bad("a negated content with offset, depth, distance or within cannot be looked for first")
	}
	b.fast, b.fastCut = c, cut
	return nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// replace is what an inline engine would put in place of the content before it: here the rule only tells.
func replace(b *builder, _, arg string) error {
	_, with, err := text(arg)
	switch {
	case err != nil:
		return err
	case b.last == nil:
		return bad("no content stands before it")
	case b.last.Negated || len(with) != len(b.last.Bytes):
		return bad("it must be as long as the content before it, which must not be negated")
	}
	return nil
}
