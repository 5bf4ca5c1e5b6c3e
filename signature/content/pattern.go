package content

import (
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// maxText bounds the bytes that a pattern looks through.
const maxText = 1 << 20

// patience bounds the time of one search by a pattern with look-around or back references; others take linear time anyway.
// It is ten times what other engines' limits of steps allow. It is time on the wall, so a search that runs out of it is
// tried once more.
const patience = 4 * time.Millisecond

// grain lets regexp2 see each millisecond go by: as a rule it looks at the clock ten times a second.
var grain = sync.OnceFunc(func() { regexp2.SetTimeoutCheckPeriod(time.Millisecond) })

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
	t := translator{in: text, flags: f}
	linear, err := t.translate(false)
	if err != nil {
		return nil, err
	}
	p := &Pattern{Text: text, anchored: f.Anchored || t.startsAnchored()}
	if !t.perl {
		if re, err := syntax.Parse(linear, syntax.Perl); err == nil && re != nil {
			p.linear, p.source = true, linear
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
	s.left -= len(b) / (costly / 8)
	if p.quick != nil {
		start, end, found = p.findQuick(s, b, skip)
	} else if p.slow != nil {
		start, end, found = p.findSlow(s, b, skip)
	}
	return from + start, from + end, found
}

// long are texts of which no more is read than the search needs.
const long = 1 << 10

// findQuick searches in Latin-1 text, so that each byte is one character.
func (p *Pattern) findQuick(s *State, b []byte, skip int) (start, end int, found bool) {
	b = b[skip:]
	if len(b) > long && (p.anchored || p.lead != nil) {
		return p.findLong(s, b, skip)
	}
	text, ascii := s.latin(b)
	if len(p.Captures) > 0 && !p.Negated {
		return p.matched(s, b, skip, backAll(text, p.quick.FindSubmatchIndex(text), ascii))
	}
	if !p.leads && p.Negated {
		return 0, 0, p.quick.Match(text)
	}
	m := p.quick.FindIndex(text)
	if m == nil {
		return 0, 0, false
	}
	return skip + back(text, m[0], ascii), skip + back(text, m[1], ascii), true
}

// matched tells of a match in b, which begins skip bytes behind where the places are counted from.
func (p *Pattern) matched(s *State, b []byte, skip int, m []int) (start, end int, found bool) {
	if m == nil {
		return 0, 0, false
	}
	if !p.Negated {
		for i, name := range p.Captures {
			if j := 2 * (i + 1); name != "" && j+1 < len(m) && m[j] >= 0 {
				s.capture(name, b[m[j]:m[j+1]])
			}
		}
	}
	return skip + m[0], skip + m[1], true
}

// maxLeads bounds how many places of a lead are tried before the search goes through all that is left.
const maxLeads = 16

// findLong reads a long text as far as it must: from where the pattern is anchored, or from the places of its lead.
func (p *Pattern) findLong(s *State, b []byte, skip int) (start, end int, found bool) {
	if p.anchored {
		return p.matched(s, b, skip, p.quick.FindReaderSubmatchIndex(s.read(b)))
	}
	from := 0 // of the next place of the lead
	for range maxLeads {
		i := p.lead.find(b[from:])
		if i < 0 {
			return 0, 0, false
		}
		at := from + i - p.lead.behind
		from += i + 1
		re := p.here()
		if at < 0 || re == nil {
			continue
		}
		if m := re.FindReaderSubmatchIndex(s.read(b[at:])); m != nil {
			return p.matched(s, b[at:], skip+at, m)
		}
	}
	at := max(from-p.lead.behind, 0)
	return p.matched(s, b[at:], skip+at, p.quick.FindReaderSubmatchIndex(s.read(b[at:])))
}

// latinReader reads bytes as characters of Latin-1; places in what it reads are those of the bytes.
type latinReader struct{ rest []byte }

// ReadRune implements io.RuneReader.
func (r *latinReader) ReadRune() (rune, int, error) {
	if len(r.rest) == 0 {
		return 0, 0, io.EOF
	}
	c := r.rest[0]
	r.rest = r.rest[1:]
	return rune(c), 1, nil
}

func (s *State) read(b []byte) io.RuneReader {
	s.reader.rest = b
	return &s.reader
}

func (s *State) capture(name string, value []byte) {
	const maxCaptures = 32
	if len(s.Captures) < maxCaptures {
		s.Captures = append(s.Captures, Capture{name, value})
	}
}

// latin is b as Latin-1 text in UTF-8; b itself when it is ASCII.
func (s *State) latin(b []byte) (text []byte, ascii bool) {
	i := 0
	for ; i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 == 0; i += 8 {
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	if i == len(b) {
		return b, true
	}
	text = append(s.text[:0], b[:i]...)
	for _, c := range b[i:] {
		if c < utf8.RuneSelf {
			text = append(text, c)
		} else {
			text = append(text, 0xc0|c>>6, 0x80|c&0x3f)
		}
	}
	s.text = text
	return text, false
}

// back is the index in the bytes of an index in their text.
func back(text []byte, i int, ascii bool) int {
	if ascii {
		return i
	}
	n := i
	for _, c := range text[:i] {
		if c >= 0xc0 {
			n--
		}
	}
	return n
}

// looks reports whether the outline matches in b.
func (p *Pattern) looks(s *State, b []byte) bool {
	if p.anchored && len(b) > long {
		return p.loose.MatchReader(s.read(b))
	}
	text, _ := s.latin(b)
	return p.loose.Match(text)
}

// backAll are the indices in the bytes of indices in their text; below 0 there is none.
func backAll(text []byte, at []int, ascii bool) []int {
	for i, n := range at {
		if n >= 0 {
			at[i] = back(text, n, ascii)
		}
	}
	return at
}

func (p *Pattern) findSlow(s *State, b []byte, skip int) (start, end int, found bool) {
	if p.loose != nil {
		if !p.looks(s, b) {
			return 0, 0, false
		}
	}
	s.runes = s.runes[:0]
	for _, c := range b {
		s.runes = append(s.runes, rune(c))
	}
	m, err := p.slow.FindRunesMatchStartingAt(s.runes, skip)
	if err != nil { // the time ran out, of which another program may have taken most
		m, err = p.slow.FindRunesMatchStartingAt(s.runes, skip)
	}
	if err != nil || m == nil {
		return 0, 0, false
	}
	if len(p.Captures) > 0 && !p.Negated {
		for i, name := range p.Captures {
			if g := m.GroupByNumber(i + 1); name != "" && g != nil && len(g.Captures) > 0 {
				s.capture(name, b[g.Index:g.Index+g.Length])
			}
		}
	}
	return m.Index, m.Index + m.Length, true
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
