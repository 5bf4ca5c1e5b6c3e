// Package otheralert judges the alerts that other products send: which machine it is, how bad, and whether a person is asked to cut it off.
package otheralert

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector takes others' word under rules of the configuration (ROWS N1).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "otheralert",
		Type:  "Rule",
		Title: event.Text{JA: "ほかの装置からの警報", EN: "Alert from another product"},
		Means: event.Text{
			JA: "登録してある別の装置（振る舞い検知、UTM、プロキシなど）が、この端末について警報を出しました。Yagura 自身が見た通信ではありません。",
			EN: "A registered product (network sandbox, UTM, proxy …) raised an alert about this machine. Yagura did not see the traffic itself."},
		Do: []event.Text{
			{JA: "端末をネットワークから切り離してください。電源は切らないでください。", EN: "Take the machine off the network. Do not switch it off."},
			{JA: "警報を出した装置の画面で、同じ時刻の記録を開いてください。", EN: "Open the record of that time on the product that raised the alert."},
			{JA: "利用者に、その時刻に開いていたメールやページを確認してください。", EN: "Ask the user which mail or page was open at that time."}},
		Sees:       event.Text{JA: "登録した装置から syslog で届いた警報（CEF、LEEF、TMEF、UTM の key=value、列や正規表現）。", EN: "Alerts that registered products send by syslog: CEF, LEEF, TMEF, key=value of UTMs, columns or a pattern."},
		Misses:     event.Text{JA: "登録していない装置の警報。装置自身の誤検知と見逃し。端末を示す項目がない警報。", EN: "Alerts of products that are not registered; what those products get wrong or miss; alerts that name no machine."},
		Techniques: []event.Technique{{UID: "T1071", Name: "Application Layer Protocol"}},
		Threat:     event.SuspiciousBehaviour,
	},
	Behaviours: []string{"alert.other"},
	Reads:      []event.Event{(*event.OtherAlert)(nil)},
	Config:     func() any { return DefaultConfig() },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{rules: compile(cfg.(*Config)), deps: d}
	},
	Samples: samples,
}

// instance holds no state: each alert is judged alone.
type instance struct {
	rules ruleset
	deps  detect.Deps
}

func (*instance) Advance(time.Time, detect.Emit) {}
func (*instance) Stats() detect.Stats            { return detect.Stats{} }

// Observe looks for the rule that fits.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.OtherAlert)
	if !ok {
		return
	}
	r := n.rules.first(a)
	if r == nil || r.Then == Ignore {
		return
	}
	s := r.severity(a)
	if s < n.rules.least && r.byDefault {
		return
	}
	who, ok := n.machine(a, r.Machine)
	if !ok {
		return
	}
	emit(n.finding(a, r, s, who))
}
