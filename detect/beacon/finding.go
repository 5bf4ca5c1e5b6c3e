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

// call is what is judged: one machine's calls to one destination.
type call struct {
	at        time.Time
	behaviour string
	name      string // of the destination; "" = only its address is known
	dst       event.Endpoint
	series    *series
	rhythm    regularity
}

// general asks what holds for every kind of call.
func (n *instance) general(c *call, p *points) {
	p.regular(c.rhythm)
	p.add(rented(c.name), 1, "rented_name", "誰でも取得できる無料の名前(%s)です。", "The name (%s) is one that anybody can get for free.", c.name)
	p.add(rented(c.name) && !webPort(c.dst.Port), 0.7, "rented_and_odd_port", "そのうえ、ポート%dは珍しいものです。", "And port %d is an unusual one.", c.dst.Port)
	p.add(madeUpName(c.name), 1, "made_up_name", "名前(%s)は機械が作ったように見えます。", "The name (%s) looks made by a program.", c.name)
	p.add(cheapName(c.name), 0.5, "cheap_name", "悪用の多い種類の名前(%s)です。", "The name (%s) is of a much abused kind.", c.name)
	p.add(n.newHere(c), 0.5, "new_here", "この相手(%s)との通信は、この町で最近始まったものです。", "Nobody here talked to %s until lately.", c.name)
	where := n.ownIP.Peek(c.series.last.Src.IP, c.at)
	p.add(where != nil && !detect.AsksOwnAddress(c.name), 1, "own_address", "少し前に、自分が外からどう見えるかを調べています(%s)。", "Shortly before, it asked how it looks from outside (%s).", text(where))
	users := n.users(c.dst.IP, c.name, c.at)
	kin := n.deps.Facts.DomainPrevalence(c.name, c.at)
	settledKin := kin > n.cfg.Prevalence+2 && users <= n.cfg.Prevalence && c.series.first.Sub(n.deps.Facts.DomainSeen(c.name, c.at)) >= 2*24*time.Hour
	p.add(settledKin, -1.5, "known_domain", "同じ組織の名前を、ほかに%d台の端末が使っています。", "%d other machines use names of the same domain.", kin-users)
	p.add(users > 1, -0.5, "others", "同じ相手と通信する端末が、ほかに%d台あります。", "%d other machines talk to it too.", users-1)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// settled is how long the town must have been watched before a new destination says something; lately is how long it stays new.
const (
	settled = 3 * 24 * time.Hour
	lately  = 24 * time.Hour
)

func (n *instance) newHere(c *call) bool {
	first := n.deps.Facts.FirstSeen(c.dst.IP, c.name, c.at)
	begun := n.deps.Facts.Begun()
	return !first.IsZero() && !begun.IsZero() && first.Sub(begun) >= settled && c.series.first.Sub(first) < lately
}

// role looks at what the machine is for, which costs too much to ask for every call. A proxy speaks for others; a
// server calls its one maker by nature.
func (n *instance) role(c *call, p *points) (ok bool) {
	d := n.deps.Assets.Device(c.series.last.Src.IP, c.at)
	if d.HasRole("proxy") || d.HasRole("gateway") {
		return false
	}
	p.add(len(d.Roles) > 0 && p.content < n.cfg.Medium, -1, "server", "この機器は%d個の役割を持つサーバーで、保守元への定期的な連絡は普通のことです。", "It is a server with %d roles; those call their makers.", len(d.Roles))
	return true
}

// leastMalice is how many points of a high finding must come from clues that ordinary programs do not give.
const leastMalice = 0.5

// tell concludes when the points suffice; again when it became more severe or ten times as many.
func (n *instance) tell(c *call, p *points, emit detect.Emit) {
	if p.sum < n.cfg.Medium || !n.role(c, p) {
		return
	}
	s, level := c.series, event.Informational
	switch {
	case p.sum >= n.cfg.High && p.malice >= leastMalice:
		level = event.High
	case p.sum >= n.cfg.Medium:
		level = event.Medium
	}
	if level == event.Informational || level <= s.level && s.total < 10*s.told {
		return
	}
	count := s.total - s.told
	s.told, s.level = s.total, max(level, s.level)
	dst := destination(c.name, c.dst)
	f := event.Finding{
		Behaviour: c.behaviour, Severity: level, Confidence: min(95, 45+int(8*p.sum)), Weight: min(0.9, 0.15*p.sum),
		Device: event.Device{IP: s.last.Src.IP}, Peers: []event.Endpoint{s.last.Dst}, Subject: dst, Count: count, First: s.first,
		Evidence: []event.Evidence{s.seen()}, Gates: p.gates(&n.cfg),
	}
	f.Gates = append(f.Gates, detect.AtMost("prevalence", float64(n.users(c.dst.IP, c.name, c.at)), float64(n.cfg.Prevalence), "machines", "prevalence",
		event.Text{JA: "同じ相手を使う端末は少ないか(14日間)", EN: "Do few machines talk to it (14 days)?"}))
	f.Reasons, f.Counter = p.reasons()
	f.Time = c.at
	f.Summary = detect.Say("%s のプログラムが、外部の %s に%d回連絡しました。", "A program on %s called %s outside %d times.", s.last.Src.IP, dst, s.total)
	if r := c.rhythm; r.score >= 0.8 && r.beats >= 5 {
		f.Summary = detect.Say("%s のプログラムが、外部の %s に約%.0f秒おきに%d回連絡しました。", "A program on %s called %s outside about every %.0f s, %d times.",
			s.last.Src.IP, dst, r.interval.Seconds(), r.beats)
	}
	emit(f)
}
