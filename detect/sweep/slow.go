package sweep

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// slowWindow is how long those that search slowly are watched.
const slowWindow = 24 * time.Hour

// slowly is what one machine tried on one sensitive port within a day.
type slowly struct {
	failed   map[netip.Addr]time.Time
	answered map[netip.Addr]bool // at most as many as count against it
	begun    time.Time
	told     int
}

// patient counts the inside machines that failed over a day: who waits between two tries stays below any window of minutes.
func (n *instance) patient(a *event.NetworkActivity, k key, dst netip.Addr, r outcome, emit detect.Emit) {
	if k.proto != event.ProtoTCP || r == asked || !slices.Contains(n.cfg.Sensitive, k.port) || !n.deps.Home(dst) {
		return
	}
	s, isNew := n.slow.Touch(k, a.Time)
	if isNew {
		*s = slowly{failed: map[netip.Addr]time.Time{}, answered: map[netip.Addr]bool{}, begun: a.Time}
	}
	if r == answered {
		if len(s.answered) < maxTargets {
			s.answered[dst] = true
		}
		delete(s.failed, dst)
		return
	}
	if s.answered[dst] || len(s.failed) >= maxTargets {
		return
	}
	s.failed[dst] = a.Time
	if len(s.failed) < n.cfg.Slow || len(s.failed) < 4*s.told {
		return
	}
	for ip, at := range s.failed {
		if a.Time.Sub(at) > slowWindow {
			delete(s.failed, ip)
		}
	}
	if len(s.failed) < n.cfg.Slow || len(s.failed) <= len(s.answered) || n.deps.HasRole(k.src, a.Time, n.cfg.Exempt...) {
		return
	}
	s.told = len(s.failed)
	n.tellSlow(a, k, s, emit)
}

func (n *instance) tellSlow(a *event.NetworkActivity, k key, s *slowly, emit detect.Emit) {
	hours := a.Time.Sub(s.begun).Hours()
	f := event.Finding{
		Behaviour: "scan.sweep", Severity: event.Medium, Confidence: 65, Weight: 0.35,
		Device: event.Device{IP: k.src}, Subject: subject(k), Count: len(s.failed), First: s.begun, Peers: []event.Endpoint{a.Dst},
		Summary: detect.Say("%[1]s が1日のうちに、庁内の%[2]d台に接続を試みて失敗しました(%[3]s)。", "Within 1 day %[1]s tried %[2]d inside machines in vain (%[3]s).", k.src, len(s.failed), subject(k)),
		Reasons: []event.Reason{detect.Because("slow", float64(len(s.failed)), float64(n.cfg.Slow), "machines",
			detect.Say("%.1f時間に%d台が拒否したか、応答がありませんでした(応答したのは%d台)。", "In %.1f hours %d machines refused or stayed silent; %d answered.", hours, len(s.failed), len(s.answered)))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
		Gates: []event.Gate{
			detect.AtLeast("slow", float64(len(s.failed)), float64(n.cfg.Slow), "machines", "slow", event.Text{JA: "1日に拒否したか、応答のなかった庁内の機器の数", EN: "Inside machines that refused or stayed silent within a day"}),
			detect.Holds("more_failed", len(s.failed) > len(s.answered), "", event.Text{JA: "応答した機器より、しなかった機器が多い", EN: "More of them failed than answered"}),
			detect.Holds("not_exempt", true, "exempt", event.Text{JA: "探すことが仕事の機器（点検など）として登録されていない", EN: "It is not registered as a machine whose work is to search"})},
	}
	f.Time = a.Time
	emit(f)
}
