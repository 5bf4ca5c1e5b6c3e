package rule

import (
	"errors"
	"fmt"
	"strings"
)

// Text is a rule as written, cut into its parts.
type Text struct {
	Action   string
	Protocol string
	Src      string
	SrcPort  string
	Arrow    string // "->", "<>" or "=>"
	Dst      string
	DstPort  string
	Options  []Option
}

// Option is one "keyword:value;" in the brackets.
type Option struct {
	Name  string // in lower case, for the language does not tell cases apart
	Value string // as written, without spaces around it; "" when there is no colon
	Given bool   // there is a colon
}

const (
	maxRule    = 64 << 10 // bytes of one rule
	maxOptions = 1024     // keywords of one rule
)

// ParseText cuts a rule, which stands on one line, into its parts. Options are appended to room.
func ParseText(line string, room []Option) (Text, error) {
	var t Text
	t.Options = room
	if len(line) > maxRule {
		return t, fmt.Errorf("the rule is longer than %d bytes", maxRule)
	}
	open := strings.IndexByte(line, '(')
	if open < 0 {
		return t, errors.New("the bracket ( with the options is missing")
	}
	end := strings.LastIndexByte(line, ')')
	if end < open {
		return t, errors.New("the bracket ) behind the options is missing")
	}
	if rest := strings.TrimSpace(line[end+1:]); rest != "" && rest[0] != '#' {
		return t, fmt.Errorf("unexpected %q behind the bracket )", rest)
	}
	if err := t.header(line[:open]); err != nil {
		return t, err
	}
	return t, t.options(line[open+1 : end])
}

// header reads what is before the bracket: action protocol source port arrow destination port.
func (t *Text) header(s string) error {
	var words [7]string
	for i := range words {
		s = strings.TrimLeft(s, " \t")
		n := wordEnd(s)
		if n == 0 {
			return fmt.Errorf("the header has %d parts of 7: action protocol source port -> destination port", i)
		}
		words[i], s = s[:n], s[n:]
	}
	if strings.TrimSpace(s) != "" {
		return fmt.Errorf("unexpected %q behind the header", strings.TrimSpace(s))
	}
	t.Action, t.Protocol, t.Src, t.SrcPort, t.Arrow, t.Dst, t.DstPort = words[0], words[1], words[2], words[3], words[4], words[5], words[6]
	switch t.Arrow {
	case "->", "<>", "=>":
		return nil
	}
	return fmt.Errorf("%q is not a direction: ->, <> or =>", t.Arrow)
}

// wordEnd is the length of the word that s begins with; spaces within brackets and behind the ! of an exception belong to it.
func wordEnd(s string) int {
	open := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			open++
		case ']':
			open--
		case ' ', '\t':
			if open <= 0 && strings.Trim(s[:i], "! \t") != "" {
				return i
			}
		}
	}
	return len(s)
}

// options cuts at semicolons that no backslash stands before.
func (t *Text) options(s string) error {
	for {
		s = strings.TrimLeft(s, " \t\r")
		if s == "" {
			return nil
		}
		end := optionEnd(s)
		if end < 0 {
			return fmt.Errorf("%q is not closed by ;", clip(s))
		}
		name, value, given := strings.Cut(s[:end], ":")
		if name = strings.TrimSpace(name); name == "" && !given {
			s = s[end+1:]
			continue
		}
		if len(t.Options) >= maxOptions {
			return fmt.Errorf("more than %d keywords", maxOptions)
		}
		t.Options = append(t.Options, Option{Name: strings.ToLower(name), Value: strings.TrimSpace(value), Given: given})
		s = s[end+1:]
	}
}

// optionEnd is where the semicolon stands.
func optionEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ';':
			return i
		}
	}
	return -1
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
