package directout

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

func (n *instance) judge(at time.Time, c *event.Conn, behaviour string, s *state, emit detect.Emit) {
	if !s.control || s.n == 0 {
		return
	}
	where := n.askedLately(c.Src.IP, at)
	level := event.Medium
	if where != "" || s.hints.telling() {
		level = event.High
	}
	if s.told > 0 && s.n < 10*s.told && level <= s.level {
		return
	}
	users := n.deps.Facts.Prevalence(c.Dst.IP, at)
	if users > n.cfg.Prevalence || n.deps.HasRole(c.Src.IP, at, n.cfg.Exempt...) {
		return
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: level, Confidence: 55, Weight: 0.4,
		Device: detect.Device(c.Src), Peers: []event.Endpoint{c.Dst}, Subject: c.Dst.IP.String(), Count: s.n - s.told, First: s.first,
		Summary: detect.Say("%s が外部の %s へ直接、%dバイトを%d回に分けて送りました。", "%s sent %[3]d bytes straight to %[2]s outside, in %[4]d parts.", c.Src.IP, detect.At(c.Dst), s.bytes, s.n),
		Reasons: []event.Reason{
			detect.Because("bytes", float64(s.bytes), float64(n.cfg.Bytes), "B", detect.Say("%dバイトが外部へ送られました。", "%d bytes were sent out.", s.bytes)),
			detect.Because("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", detect.Say("この相手を使う端末は%d台だけです。", "%d machines use this server.", users))},
		Evidence: []event.Evidence{detect.Seen(at, c, n.deps.Facts.NameOf(c.Dst.IP, at))},
	}
	f.Time = at
	if level == event.High {
		f.Confidence, f.Weight = 75, 0.7
	}
	f.Reasons = append(f.Reasons, s.hints.reasons(where)...)
	f.Gates = []event.Gate{
		detect.AtLeast("bytes", float64(s.bytes), float64(n.cfg.Bytes), "B", "bytes", event.Text{JA: "送信量は十分か", EN: "Was enough sent?"}),
		detect.AtMost("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", "prevalence", event.Text{JA: "同じサーバーを使う端末は少ないか(14日間)", EN: "Do few machines use the server (14 days)?"}),
		detect.Holds("own_address", where != "", "", event.Text{JA: "直前に自分の外からの見え方を調べたか", EN: "Did it ask how it looks from outside just before?"}),
		detect.Holds("about_machine", s.hints.machine != "", "", event.Text{JA: "件名やファイル名が端末や利用者のことか", EN: "Are subject or file about the machine or its user?"}),
		detect.Holds("loot", s.hints.loot != "", "", event.Text{JA: "件名やファイル名が盗んだ情報の呼び名か", EN: "Are subject or file called as stealers call their loot?"}),
		detect.Holds("to_self", s.hints.self, "", event.Text{JA: "差出人と宛先が同じか", EN: "Are sender and receiver the same?"})}
	s.told, s.level = s.n, max(level, s.level)
	emit(f)
}

// reasons put into words what the messages told; where is where the machine asked for its own address.
func (h hints) reasons(where string) (out []event.Reason) {
	say := func(name, ja, en string) {
		out = append(out, detect.Because(name, 1, 1, "", event.Text{JA: ja, EN: en}))
	}
	if where != "" {
		say("own_address", "直前に、自分が外からどう見えるかを調べています("+where+")。情報を盗むウイルスに多い動きです。", "Just before, it asked how it looks from outside ("+where+"), as data stealers do.")
	}
	if h.machine != "" {
		m := detect.Short(h.machine)
		say("about_machine", "件名またはファイル名に、端末や利用者の名前("+m+")が入っています。", "Subject or file name holds the name of the machine or its user ("+m+").")
	}
	if h.loot != "" {
		l := detect.Short(h.loot)
		say("loot", "件名またはファイル名(「"+l+"」)が、盗んだ情報を送るウイルスの書き方です。", "Subject or file name (“"+l+"”) is written as data stealers do.")
	}
	if h.self {
		say("to_self", "差出人と宛先が同じです。", "Sender and receiver are the same.")
	}
	return out
}
