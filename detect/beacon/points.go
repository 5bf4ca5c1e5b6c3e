package beacon

import (
	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// points collect the evidence for and against, each with its sentence.
type points struct {
	sum     float64
	content float64 // without regularity
	reasons []event.Reason
	counter []event.Reason
}

// add counts w points when ok holds; negative points are counter-evidence.
func (p *points) add(ok bool, w float64, name string, text event.Text) {
	if !ok {
		return
	}
	p.sum += w
	p.content += w
	r := detect.Because(name, w, 0, "points", text)
	if w < 0 {
		p.counter = append(p.counter, r)
		return
	}
	p.reasons = append(p.reasons, r)
}

// regular adds up to 2.5 points for clock-like calls; fewer calls prove less.
func (p *points) regular(r regularity) {
	if r.beats < 3 || r.score < 0.65 {
		return
	}
	w := 1.0
	switch {
	case r.score >= 0.8 && r.beats >= 10:
		w = 2.5
	case r.score >= 0.8 && r.beats >= 5:
		w = 2
	}
	p.sum += w
	p.reasons = append(p.reasons, detect.Because("regularity", r.score, 0.8, "score", detect.Say(
		"%d回の連絡が、ほぼ%.0f秒おき(揺らぎ%.0f%%)に続きました。", "%d calls came about every %.0f s (jitter %.0f%%).", r.beats, r.interval.Seconds(), 100*r.jitter)))
}

// rented reports whether anybody can get a name below this domain's suffix
// (dynamic DNS, free hosting), by the private part of the public suffix list.
func rented(name string) bool {
	suffix, icann := publicsuffix.PublicSuffix(name)
	return !icann && suffix != name && len(suffix) < len(name) && containsDot(suffix)
}

func containsDot(s string) bool {
	for _, c := range s {
		if c == '.' {
			return true
		}
	}
	return false
}
