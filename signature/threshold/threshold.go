// Package threshold reads files of suppress, threshold, event_filter and rate_filter lines, which change when rules speak.
package threshold

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// File is what a file says, by generator and number of rules; 0 stands for all of them.
type File struct {
	path    string
	lines   []line
	Refused []rule.Refusal // lines that could not be read
}

// line is one line: one of its parts is set.
type line struct {
	number   int // in the file
	gid, sid uint32
	silence  *rule.Silence
	rate     *rule.Rate
	turn     *rule.Turn
}

// maxLines bounds a file.
const maxLines = 1 << 17

// Read reads a file, whose name is path. Addresses may be variables of vars. The error is one of reading, behind what was read until then; lines that
// cannot be understood are in Refused.
func Read(r io.Reader, path string, vars map[string]string) (*File, error) {
	f, left := &File{path: path}, maxLines
	err := rule.Lines(r, func(n int, text string) {
		if left--; left < 0 {
			if left == -1 {
				f.Refused = append(f.Refused, rule.Refusal{File: path, Line: n, Why: fmt.Sprintf("the file has more than %d lines; this one and those behind it are not used", maxLines)})
			}
			return
		}
		word, rest := cutSpace(text)
		l, err := parse(strings.TrimSuffix(word, ":"), rest, vars)
		if err != nil {
			f.Refused = append(f.Refused, rule.Refusal{File: path, Line: n, SID: l.sid, Keyword: word, Why: err.Error()})
			return
		}
		l.number = n
		f.lines = append(f.lines, l)
	})
	return f, err
}

// parse reads what stands behind the first word of a line.
func parse(word, rest string, vars map[string]string) (line, error) {
	v, err := pairs(rest)
	if err != nil {
		return line{}, err
	}
	l := line{gid: v.number("gen_id", 0), sid: v.number("sig_id", 0)}
	switch word {
	case "suppress":
		l.silence, err = v.silence(vars)
	case "threshold", "event_filter":
		l.rate, err = v.rate()
	case "rate_filter":
		l.turn, err = v.turn()
	default:
		err = errors.New("this is neither suppress nor threshold, event_filter or rate_filter")
	}
	if err == nil {
		err = v.done()
	}
	return l, err
}

// values are the words of a line with what is said of each; what was asked for is taken out.
type values struct {
	said map[string]string
	err  error
}

// pairs reads "gen_id 1, sig_id 2, ip [1.2.3.4,5.6.7.8]".
func pairs(text string) (*values, error) {
	v := &values{said: map[string]string{}}
	for text = strings.TrimSpace(text); text != ""; {
		depth, end := 0, len(text)
		for i := range len(text) {
			switch text[i] {
			case '[':
				depth++
			case ']':
				depth--
			}
			if text[i] == ',' && depth == 0 {
				end = i
				break
			}
		}
		k, said := cutSpace(strings.TrimSpace(text[:end]))
		if _, twice := v.said[k]; twice {
			return nil, fmt.Errorf("%s stands twice", k)
		}
		v.said[k] = strings.TrimSpace(said)
		text = strings.TrimSpace(text[min(end+1, len(text)):])
	}
	return v, nil
}

// cutSpace cuts at the first space or tab.
func cutSpace(text string) (word, rest string) {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}

func (v *values) fail(format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf(format, args...)
	}
}

func (v *values) take(k string) string {
	s, ok := v.said[k]
	if !ok {
		v.fail("%s is missing", k)
	}
	delete(v.said, k)
	return s
}

func (v *values) number(k string, low uint32) uint32 {
	s := v.take(k)
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || uint32(n) < low {
		v.fail("%s: %q is not a number from %d on", k, s, low)
	}
	return uint32(n)
}

func (v *values) word(k string, known map[string]int) int {
	s := v.take(k)
	n, ok := known[s]
	if !ok {
		v.fail("%s: %q is not known", k, s)
	}
	return n
}

// done reports what was wrong, or was not asked for.
func (v *values) done() error {
	for k := range v.said {
		v.fail("%q does not belong here", k)
	}
	return v.err
}

var tracks = map[string]int{"by_src": int(rule.BySource), "by_dst": int(rule.ByDestination), "by_both": int(rule.ByPair), "by_rule": int(rule.ByRule), "by_flow": int(rule.ByFlow)}

func (v *values) rate() (*rule.Rate, error) {
	kind := v.word("type", map[string]int{"limit": int(rule.Limit), "threshold": int(rule.Threshold), "both": int(rule.Both)})
	return &rule.Rate{Kind: rule.RateKind(kind), Track: rule.Track(v.word("track", tracks)), Count: v.number("count", 1), Seconds: v.number("seconds", 1)}, v.err
}

func (v *values) turn() (*rule.Turn, error) {
	action := v.word("new_action", map[string]int{"alert": int(rule.Alert), "pass": int(rule.Pass), "drop": int(rule.Drop), "reject": int(rule.Reject)})
	return &rule.Turn{Track: rule.Track(v.word("track", tracks)), Count: v.number("count", 1), Seconds: v.number("seconds", 1),
		Action: rule.Action(action), Timeout: v.number("timeout", 0)}, v.err
}

func (v *values) silence(vars map[string]string) (*rule.Silence, error) {
	s := &rule.Silence{Src: true, Dst: true}
	if _, some := v.said["track"]; !some {
		return s, v.err
	}
	switch v.word("track", map[string]int{"by_src": 1, "by_dst": 2, "by_either": 3}) {
	case 1:
		s.Dst = false
	case 2:
		s.Src = false
	}
	text := v.take("ip")
	if v.err != nil {
		return nil, v.err
	}
	nets, err := rule.ParseAddresses(text, vars)
	if err != nil {
		return nil, fmt.Errorf("ip: %w", err)
	}
	s.Nets = nets
	return s, nil
}

// Apply changes rules. What a line says of one rule takes the place of the rule's own limits; what it says of all is for those
// that have none. A line of a rule that is not among them is returned: nothing would ever say that its number is mistyped.
func (f *File) Apply(sigs []*rule.Signature) (idle []rule.Refusal) {
	of := map[uint32][]int{} // lines by the number of the rule
	for i := range f.lines {
		of[f.lines[i].sid] = append(of[f.lines[i].sid], i)
	}
	used := make([]bool, len(f.lines))
	var room []int
	for _, s := range sigs {
		own := len(s.Rates) > 0
		replaced := false
		room = append(append(room[:0], of[0]...), of[s.SID]...) // no rule has the number 0
		slices.Sort(room)
		for _, i := range room {
			l := &f.lines[i]
			if l.gid != 0 && l.gid != s.GID {
				continue
			}
			used[i] = true
			switch {
			case l.silence != nil:
				s.Silences = append(s.Silences, l.silence)
			case l.turn != nil:
				s.Turns = append(s.Turns, *l.turn)
			case l.sid != 0 && !replaced:
				s.Rates, replaced = []rule.Rate{*l.rate}, true
			case l.sid != 0 || !own:
				s.Rates = append(s.Rates, *l.rate)
			}
		}
	}
	for i := range f.lines {
		if l := &f.lines[i]; !used[i] && l.sid != 0 {
			idle = append(idle, rule.Refusal{File: f.path, Line: l.number, SID: l.sid, Keyword: "sig_id",
				Why: fmt.Sprintf("no rule in use has the number %d (gen_id %d); correct it, or take the line out", l.sid, l.gid)})
		}
	}
	return idle
}
