package content

import (
	"runtime"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
)

// patience bounds the time of one search by a pattern with look-around or back references; others take linear time anyway.
// It is ten times what other engines' limits of steps allow.
const patience = 4 * time.Millisecond

// tries is how often a search is begun again while other programs take its time: patience is time on the wall.
const tries = 8

// grain lets regexp2 see each millisecond go by: as a rule it looks at the clock ten times a second.
var grain = sync.OnceFunc(func() { regexp2.SetTimeoutCheckPeriod(time.Millisecond) })

// looks reports whether the outline matches in b.
func (p *Pattern) looks(s *State, b []byte) bool {
	if p.anchored && len(b) > long {
		found := p.loose.MatchReader(s.read(b))
		s.charge(len(b))
		return found
	}
	text, _ := s.latin(b)
	return p.loose.Match(text)
}

// findSlow asks the outline first, then searches with look-around and back references, bounded by patience.
func (p *Pattern) findSlow(s *State, b []byte, skip int) (start, end int, found bool) {
	if p.loose != nil && !p.looks(s, b) {
		return 0, 0, false
	}
	s.left -= min(len(b)/256, 64)
	s.runes = s.runes[:0]
	for _, c := range b {
		s.runes = append(s.runes, rune(c))
	}
	m, err := p.slow.FindRunesMatchStartingAt(s.runes, skip)
	for n := 0; err != nil && n < tries; n++ {
		var spent time.Duration
		if m, spent, err = p.again(s.runes, skip); spent > patience*3/4 {
			break
		}
	}
	if err != nil {
		return 0, 0, p.Negated // it is not known: nothing is said of it
	}
	if m == nil {
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

// again searches once more, and tells how much time of the processor that took.
func (p *Pattern) again(text []rune, from int) (*regexp2.Match, time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := threadTime()
	m, err := p.slow.FindRunesMatchStartingAt(text, from)
	return m, threadTime() - before, err
}
