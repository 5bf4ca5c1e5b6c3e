package upload

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// fresh is how long a destination counts as new.
const fresh = 24 * time.Hour

func (n *instance) judge(at time.Time, conn *event.Conn, dst netip.Addr, name string, h *hour, emit detect.Emit) {
	zone, closed := n.closed(conn.Src.IP)
	if h.out < n.cfg.Quiet && !(closed && h.out >= n.cfg.Closed) {
		return
	}
	if !closed && n.deps.HasRole(conn.Src.IP, at, n.cfg.Exempt...) {
		return
	}
	users := n.deps.Facts.Prevalence(dst, at)
	if name != "" {
		users = n.deps.Facts.NamePrevalence(name, at)
	}
	p95 := n.habits.Peek(conn.Src.IP, at).p95()
	high := n.level(h, users, p95, n.isNew(at, conn.Src.IP, dst, name))
	if closed {
		high = event.High
	}
	if high == event.Informational || h.told > 0 && high <= h.level && h.out < 10*h.told {
		return
	}
	h.told, h.level = h.out, high
	where := dst.String()
	if name != "" {
		where = name
	}
	f := event.Finding{
		Behaviour: "exfil.upload", Severity: high, Confidence: 60, Weight: 0.5, SingleShot: closed,
		Device: detect.Device(conn.Src), Peers: []event.Endpoint{{IP: dst, Port: conn.Dst.Port}}, Subject: where, First: h.begun,
		Summary:  detect.Say("%[1]s が外部の %[2]s へ、1時間のうちに%.1[3]fMBを送りました。", "%[1]s sent %.1[3]f MB to %[2]s outside within 1 hour.", conn.Src.IP, where, float64(h.out)/1e6),
		Evidence: []event.Evidence{detect.Seen(at, conn, name)},
	}
	f.Time = at
	n.explain(&f, h, users, p95, zone, closed)
	emit(f)
}

func (n *instance) isNew(at time.Time, src, dst netip.Addr, name string) bool {
	if first := n.deps.Facts.FirstSeen(dst, name, at); !first.IsZero() && at.Sub(first) > fresh {
		return false
	}
	return true
}

// level: High where it is much by every measure to a destination that is nobody's; medium where it is much, or new and nobody's.
func (n *instance) level(h *hour, users int, p95 uint64, isNew bool) event.Severity {
	oneWay := h.out >= 5*h.in
	unusual := p95 == 0 || float64(h.out) >= n.cfg.Times*float64(p95)
	switch {
	case users > n.cfg.Prevalence || !oneWay || !unusual:
		return event.Informational
	case h.out >= n.cfg.Bytes && isNew && users <= 1:
		return event.High
	case h.out >= n.cfg.Bytes || isNew && users <= 1:
		return event.Medium
	}
	return event.Informational
}

func (n *instance) explain(f *event.Finding, h *hour, users int, p95 uint64, zone string, closed bool) {
	f.Reasons = []event.Reason{
		detect.Because("bytes", float64(h.out), float64(n.cfg.Quiet), "B", detect.Say("1時間に%dバイトが出て、%dバイトが入りました。", "Within 1 hour %d bytes went out and %d came in.", h.out, h.in)),
		detect.Because("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", detect.Say("この相手を使う端末は%d台です。", "%d machines use this destination.", users))}
	if p95 > 0 {
		f.Reasons = append(f.Reasons, detect.Because("habit", float64(h.out), n.cfg.Times*float64(p95), "B",
			detect.Say("この端末が普段(時間の95%%)に送る量は、%dバイトまでです。", "In 95%% of the time this machine sends up to %d bytes.", p95)))
	} else {
		f.Counter = append(f.Counter, detect.Because("habit_unknown", 1, 0, "", event.Text{JA: "この端末の普段の量は、まだ分かっていません。", EN: "The machine's habit is not known yet."}))
	}
	f.Gates = []event.Gate{
		detect.AtLeast("bytes", float64(h.out), float64(n.cfg.Bytes), "B", "bytes", event.Text{JA: "1時間の送信量は多いか", EN: "Is it much for an hour?"}),
		detect.AtLeast("habit", float64(h.out), n.cfg.Times*float64(p95), "B", "times", event.Text{JA: "端末自身の普段より何倍も多いか", EN: "Is it many times the machine's own habit?"}),
		detect.AtMost("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", "prevalence", event.Text{JA: "同じ相手を使う端末は少ないか(14日間)", EN: "Do few machines talk to it (14 days)?"}),
		detect.AtLeast("one_way", float64(h.out), 5*float64(h.in), "B", "", event.Text{JA: "ほとんど送信だけか", EN: "Does it go one way?"})}
	if closed {
		f.Confidence, f.Weight = 85, 0.9
		f.Reasons = append(f.Reasons, detect.Because("zone", float64(h.out), float64(n.cfg.Closed), "B",
			event.Text{JA: "この端末のゾーン(" + zone + ")からは、外部への送信がないはずです。", EN: "Nothing should go outside from the zone of this machine (" + zone + ")."}))
	}
}
