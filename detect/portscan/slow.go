package portscan

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// slowWindow is how long those that knock slowly are watched.
const slowWindow = 6 * time.Hour

// slowly is which ports of one machine failed one other.
type slowly struct {
	failed map[uint16]time.Time
	oldest time.Time // none of failed is older
	begun  time.Time
	told   int
}

// dynamic is from where ports are handed out as they come: services that went away leave such behind (RFC 6335 §6).
const dynamic = 49152

// patient counts ports that fail over hours: who waits between two knocks stays below any window of minutes.
func (n *instance) patient(a *event.NetworkActivity, how technique, r result, fast *state, emit detect.Emit) {
	if how != connect || r != failed || a.Dst.Port >= dynamic || !n.deps.Home(a.Src.IP) {
		return
	}
	k := key{a.Src.IP, a.Dst.IP, how}
	s, isNew := n.slow.Touch(k, a.Time)
	if isNew {
		*s = slowly{failed: map[uint16]time.Time{}, oldest: a.Time, begun: a.Time}
	}
	if len(s.failed) < maxPorts {
		s.failed[a.Dst.Port] = a.Time
		s.oldest = earlier(s.oldest, a.Time)
	}
	if len(s.failed) < n.cfg.Slow || len(s.failed) < 4*s.told {
		return
	}
	if a.Time.Sub(s.oldest) > slowWindow {
		s.forget(a.Time)
	}
	if len(s.failed) < n.cfg.Slow || fast.told >= 15 || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return // a fast scan was told of as such
	}
	s.told = len(s.failed)
	n.tellSlow(a, s, emit)
}

// forget lets go of what is too long ago.
func (s *slowly) forget(now time.Time) {
	s.oldest = now
	for p, at := range s.failed {
		if now.Sub(at) > slowWindow {
			delete(s.failed, p)
			continue
		}
		s.oldest = earlier(s.oldest, at)
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (n *instance) tellSlow(a *event.NetworkActivity, s *slowly, emit detect.Emit) {
	hours := a.Time.Sub(s.begun).Hours()
	f := event.Finding{
		Behaviour: "scan.port", Severity: event.Medium, Confidence: 60, Weight: 0.3,
		Device: detect.Device(a.Src), Peers: []event.Endpoint{{IP: a.Dst.IP}}, Subject: a.Dst.IP.String(), Count: len(s.failed), First: s.begun,
		Summary: detect.Say("%[1]s が %[2]s の%[3]d個のポートを、ゆっくり試しました。", "%[1]s tried %[3]d ports of %[2]s slowly.", a.Src.IP, a.Dst.IP, len(s.failed)),
		Reasons: []event.Reason{detect.Because("slow", float64(len(s.failed)), float64(n.cfg.Slow), "ports",
			detect.Say("%.1f時間に%d個のポートが拒否したか、応答がありませんでした。", "In %.1f hours %d ports refused or stayed silent.", hours, len(s.failed)))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
		Gates: []event.Gate{
			detect.AtLeast("slow", float64(len(s.failed)), float64(n.cfg.Slow), "ports", "slow", event.Text{JA: "6時間に拒否したか、応答のなかったポートの数", EN: "Ports that refused or stayed silent within six hours"}),
			detect.Holds("role", true, "exempt", event.Text{JA: "点検を行う機器として登録されていない", EN: "It is not registered as a machine that scans"})},
	}
	f.Time = a.Time
	emit(f)
}
