package beacon

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// destination is how people call the other side.
func destination(name string, e event.Endpoint) string {
	if name == "" {
		name = e.IP.String()
	}
	return fmt.Sprintf("%s:%d", name, e.Port)
}

// tell concludes when the points suffice; again when it became more severe or ten times as many.
func (n *instance) tell(at time.Time, behaviour, dst string, s *series, r regularity, p points, emit detect.Emit) {
	level := event.Informational
	switch {
	case p.sum >= n.cfg.High:
		level = event.High
	case p.sum >= n.cfg.Medium:
		level = event.Medium
	}
	if level == event.Informational || level <= s.level && s.total < 10*s.told {
		return
	}
	count := s.total - s.told
	s.told, s.level = s.total, max(level, s.level)
	f := event.Finding{
		Behaviour: behaviour, Severity: level, Confidence: min(95, 45+int(8*p.sum)), Weight: min(0.9, 0.15*p.sum),
		Device: event.Device{IP: s.last.Src.IP}, Peers: []event.Endpoint{s.last.Dst}, Subject: dst, Count: count, First: s.first,
		Reasons: p.reasons, Counter: p.counter, Evidence: []event.Evidence{s.seen},
	}
	f.Time = at
	f.Summary = detect.Say("%s のプログラムが、外部の %s に%d回連絡しました。", "A program on %s called %s outside %d times.", s.last.Src.IP, dst, s.total)
	if r.score >= 0.8 && r.beats >= 5 {
		f.Summary = detect.Say("%s のプログラムが、外部の %s に約%.0f秒おきに%d回連絡しました。", "A program on %s called %s outside about every %.0f s, %d times.",
			s.last.Src.IP, dst, r.interval.Seconds(), r.beats)
	}
	emit(f)
}
