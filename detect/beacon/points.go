package beacon

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// clue is one piece of evidence that was asked for: its points, whether it was there, and its sentence.
type clue struct {
	name   string
	points float64
	there  bool
	ja, en string
	args   []any
}

// points collect the evidence for and against. Sentences are made only when something is told.
type points struct {
	sum     float64
	content float64 // without regularity
	malice  float64 // of clues that hardly any ordinary program gives
	clues   []clue
	rhythm  regularity
}

// begin empties p for the next call that is judged, and keeps its room: hundreds of calls are judged for one that is told.
func (p *points) begin() *points {
	clear(p.clues)
	*p = points{clues: p.clues[:0]}
	return p
}

// add asks for a clue worth w points; negative points are counter-evidence.
func (p *points) add(there bool, w float64, name, ja, en string, args ...any) {
	p.clues = append(p.clues, clue{name, w, there, ja, en, args})
	if there {
		p.sum += w
		p.content += w
		if !ordinary[name] && w > 0 {
			p.malice += w
		}
	}
}

// ordinary are clues that updates, licences and meters give as well: all together, they and the rhythm make no high finding.
var ordinary = map[string]bool{"posts": true, "same_pages": true, "same_page": true, "no_referer": true, "small_answers": true, "own_agent": true, "more_out": true,
	"refused": true, "new_here": true, "small": true, "persistent": true, "both_ways": true, "again": true, "old_tls": true, "framed": true, "noise": true}

// regular adds up to 2.5 points for clock-like calls; fewer calls prove less.
func (p *points) regular(r regularity) {
	p.rhythm = r
	if !r.tells() {
		return
	}
	w := 1.0
	switch {
	case r.score >= 0.8 && r.beats >= 10:
		w = 2.5
	case r.score >= 0.8 && r.beats >= 5 && r.jitter <= 0.15:
		w = 2
	case r.score >= 0.8 && r.beats >= 5:
		w = 1.5
	}
	p.sum += w
}

// reasons are the clues that were there, for and against.
func (p *points) reasons() (why, counter []event.Reason) {
	for _, c := range p.clues {
		if !c.there {
			continue
		}
		r := detect.Because(c.name, c.points, 0, "points", detect.Say(c.ja, c.en, c.args...))
		if c.points < 0 {
			counter = append(counter, r)
		} else {
			why = append(why, r)
		}
	}
	if r := p.rhythm; r.tells() {
		why = append(why, detect.Because("regularity", r.score, 0.65, "score", detect.Say(
			"%d回の連絡が、ほぼ%.0f秒おき(揺らぎ%.0f%%)に続きました。", "%d calls came about every %.0f s (jitter %.0f%%).", r.beats, r.interval.Seconds(), 100*r.jitter)))
	}
	return why, counter
}

// gates are all clues that were asked for, there or not, and what the sum was held against.
func (p *points) gates(cfg *Config) (out []event.Gate) {
	slices.SortStableFunc(p.clues, func(a, b clue) int { // those that were there first: a finding keeps a limited number
		return -cmp.Compare(bit(a.there), bit(b.there))
	})
	out = append(out,
		detect.AtLeast("points", p.sum, cfg.Medium, "points", "medium", event.Text{JA: "手がかりの点の合計は十分か", EN: "Do the clues add up to enough points?"}),
		detect.AtLeast("points_high", p.sum, cfg.High, "points", "high", event.Text{JA: "重大とするのに十分か", EN: "Are they enough for a high finding?"}),
		detect.AtLeast("malice", p.malice, leastMalice, "points", "", event.Text{JA: "普通のソフトにはない手がかりがあるか(重大とする条件)", EN: "Are there clues that ordinary programs do not give (needed for high)?"}),
		detect.AtLeast("regularity", p.rhythm.score, 0.65, "score", "", event.Text{JA: "連絡は時計のように規則的か", EN: "Do the calls come like clockwork?"}))
	for _, c := range p.clues {
		text, ok := questions[c.name]
		if !ok {
			continue
		}
		out = append(out, detect.Worth(c.points, detect.Holds(c.name, c.there, "", text)))
	}
	return out
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hosting are suffixes below which everybody finds the sites of large and known services: no sign by themselves.
var hosting = []string{"cloudfront.net", "amazonaws.com", "azureedge.net", "azurewebsites.net", "windows.net", "googleapis.com", "fastly.net", "fastlylb.net",
	"akamaized.net", "edgekey.net", "firebaseapp.com", "github.io", "herokuapp.com", "blogspot.com", "wordpress.com", "shopify.com", "myshopify.com", "hubspot.com", "trafficmanager.net"}

// rented reports whether anybody can get a name below this domain's suffix
// (dynamic DNS, free hosting), by the private part of the public suffix list.
func rented(name string) bool {
	suffix, icann := publicsuffix.PublicSuffix(name)
	if icann || suffix == name || !strings.Contains(suffix, ".") {
		return false
	}
	return !slices.ContainsFunc(hosting, func(h string) bool { return suffix == h || strings.HasSuffix(suffix, "."+h) })
}

// cheap are top-level domains with the highest share of abuse for years (Spamhaus' and Interisle's reports of the most abused ones).
var cheap = map[string]bool{"top": true, "xyz": true, "tk": true, "ml": true, "ga": true, "cf": true, "gq": true, "buzz": true, "pw": true, "icu": true,
	"cyou": true, "click": true, "cam": true, "rest": true, "sbs": true, "bond": true, "su": true, "quest": true, "monster": true, "surf": true, "hair": true}

// cheapName reports whether the name stands below one of them.
func cheapName(name string) bool { return cheap[name[strings.LastIndexByte(name, '.')+1:]] }

// madeUpName reports whether the registered part of the name looks made by a program.
func madeUpName(name string) bool {
	if name == "" || isAddress(name) {
		return false
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	return err == nil && detect.MadeUp(domain)
}
