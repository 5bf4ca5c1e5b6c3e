package content

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"

	"github.com/dlclark/regexp2"
)

// maxText bounds the bytes that a pattern looks through.
const maxText = 1 << 20

// Pattern is a regular expression in the language of Perl (PCRE2), over bytes. It is compiled when it is used first.
type Pattern struct {
	Text     string // in the rule's words, without slashes and flags
	Negated  bool
	Relative bool     // begins at the end of the last match
	Captures []string // names of groups 1…, with their place: "flow:name"; "" not stored

	leads    bool
	anchored bool      // can only match where it begins
	begins   *bytes256 // bytes with which an anchored one can match; nil: any, or none
	linear   bool      // translated is for regexp, else for regexp2
	source   string
	once     sync.Once
	need     [][]piece // what each match contains: in each of these, in this order
	quick    *regexp.Regexp
	lead     *lead                 // for quick: by its places a long text is searched; nil none
	here     func() *regexp.Regexp // quick, where its match begins the text
	later    func() *regexp.Regexp // quick as the first group, somewhere behind the first byte
	outline  string                // for regexp: what matches at least wherever the pattern does; "" none
	aheads   []string              // the same of what it looks ahead to
	loose    *regexp.Regexp        // of outline, asked before slow
	slow     *regexp2.Regexp
}

func (p *Pattern) relative() bool { return p.Relative }
func (p *Pattern) moves() bool    { return !p.Negated }

// Flags are the letters behind a pattern that say how it is read.
type Flags struct {
	NoCase    bool // i
	DotAll    bool // s
	Multiline bool // m
	Extended  bool // x
	Anchored  bool // A
	EndOnly   bool // E: $ only at the very end
	Ungreedy  bool // G
}

// NewPattern reads a regular expression; what is wrong in it is said now, though it is compiled later.
func NewPattern(text string, f Flags) (*Pattern, error) {
	in, err := spelt(text, f.Extended)
	if err != nil {
		return nil, fmt.Errorf("regular expression /%s/: %w", text, err)
	}
	t := translator{in: in, flags: f}
	linear, err := t.translate(false)
	if err != nil {
		return nil, err
	}
	p := &Pattern{Text: text, anchored: f.Anchored || t.startsAnchored()}
	if !t.perl {
		if re, err := syntax.Parse(linear, syntax.Perl); err == nil && re != nil {
			p.linear, p.source = true, linear
			p.anchored = p.anchored || beginsText(re)
			return p, nil
		}
	}
	source, err := t.translate(true)
	if err != nil {
		return nil, err
	}
	if _, err := regexp2.Compile(source, regexp2.None); err != nil {
		return nil, fmt.Errorf("regular expression /%s/: %w", text, err)
	}
	p.source = source
	t.loose = true
	if p.outline, err = t.translate(false); err != nil {
		p.outline = ""
	} else {
		p.aheads = t.ahead()
	}
	return p, nil
}

// Linear reports whether the pattern is searched for in time linear to the buffer.
func (p *Pattern) Linear() bool { return p.linear }

func (p *Pattern) compile() {
	if p.linear {
		p.quick, _ = regexp.Compile(p.source) // nil (too large a program): taken for one that never matches
		if p.quick != nil {
			p.need, p.begins = [][]piece{needed(p.source)}, p.beginnings(p.source)
			p.later = sync.OnceValue(func() *regexp.Regexp {
				re, _ := regexp.Compile(`\A(?s:.)(?s:.*?)(` + p.source + ")") // nil: as for quick
				return re
			})
			p.leadsTo()
			return
		}
	}
	if p.slow, _ = regexp2.Compile(p.source, regexp2.None); p.slow != nil {
		if p.loose, _ = regexp.Compile(p.outline); p.loose != nil {
			p.need, p.begins = [][]piece{needed(p.outline)}, p.beginnings(p.outline)
			for _, a := range p.aheads {
				p.need = append(p.need, needed(a))
			}
		}
		grain()
		p.slow.MatchTimeout = patience
	}
}

// leadsTo finds by what a match can be looked for.
func (p *Pattern) leadsTo() {
	if l, ok := leading(p.source); ok && !p.anchored {
		p.lead = &l
		p.here = sync.OnceValue(func() *regexp.Regexp {
			re, _ := regexp.Compile(`\A(?:` + p.source + ")") // nil: as for quick
			return re
		})
	}
}

// holds reports whether what the pattern needs is in b.
func (p *Pattern) holds(b []byte) bool {
	for _, pieces := range p.need {
		if !hold(pieces, b) {
			return false
		}
	}
	return true
}

// from is where the search begins.
func (p *Pattern) from(pos int) int {
	if p.Relative {
		return pos
	}
	return 0
}

// find looks for the pattern in b[from:], passing over the first skip bytes there.
func (p *Pattern) find(s *State, b []byte, from, skip int) (start, end int, found bool) {
	if from < 0 || from+skip > len(b) {
		return 0, 0, false
	}
	p.once.Do(p.compile)
	b = b[from:]
	if p.begins != nil && skip == 0 && (len(b) == 0 || !p.begins.has(b[0])) {
		return 0, 0, false
	}
	b = b[:min(len(b), max(maxText, skip))]
	if !p.holds(b[skip:]) {
		return 0, 0, false
	}
	s.left -= p.price(len(b))
	if p.quick != nil {
		start, end, found = p.findQuick(s, b, skip)
	} else if p.slow != nil {
		start, end, found = p.findSlow(s, b, skip)
	}
	return from + start, from + end, found
}

// price is what a search through n bytes costs in steps. One that may go through all of them for each place where a content stands is dear.
func (p *Pattern) price(n int) int {
	low := n / (costly / 8)
	if p.anchored || p.lead != nil {
		return low
	}
	return max(low, min(n/256, 64))
}

// Group finds the first group of the pattern in b, nil where there is none; for transforms.
func (p *Pattern) Group(b []byte) []byte {
	p.once.Do(p.compile)
	var s State
	q := Pattern{Captures: []string{"1"}, quick: p.quick, slow: p.slow}
	q.once.Do(func() {})
	if _, _, ok := q.find(&s, b, 0, 0); !ok || len(s.Captures) == 0 {
		return nil
	}
	return s.Captures[0].Value
}

// capture keeps what a group found for the rule that asks for it.
func (s *State) capture(name string, value []byte) {
	const maxCaptures = 32
	if len(s.Captures) < maxCaptures {
		s.Captures = append(s.Captures, Capture{name, value})
	}
}
