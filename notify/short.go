package notify

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// concerns reports whether a channel is told of a case at all.
func (u Use) concerns(inc event.Incident) bool {
	return len(u.Departments) == 0 || slices.Contains(u.Departments, inc.Device.Department) ||
		slices.ContainsFunc(inc.Hosts, func(h event.CaseHost) bool { return slices.Contains(u.Departments, h.Device.Department) })
}

// For writes the notice out as a channel wants it.
func (n Notice) For(u Use, uid string, at time.Time) Message {
	m := n.Message(uid, u.lang(), at)
	if u.Short {
		m.Text, m.HTML = n.line(u.lang())+"\n", ""
	}
	return m
}

// line is the whole notice in one line: which machine, why, what was done, one telephone number.
func (n Notice) line(lang string) string {
	call := words.NoContact.In(lang)
	if len(n.Call) > 0 {
		call = n.Call[0].Name + " " + n.Call[0].Phone
	}
	which := n.Incident.Device.Name()
	if dep := n.Incident.Device.Department; dep != "" {
		which = dep + " " + which
	}
	done := n.Done
	if done == (event.Text{}) {
		done = textDoneNothing
	}
	return oneLine(fill(textShort, which, n.Incident.Title, done, call, n.Incident.Number).In(lang))
}

var (
	textShort       = event.Text{JA: "%s：%s。%s 連絡先 %s（案件 %s）", EN: "%s: %s. Yagura %s Call %s (case %s)."}
	textDoneNothing = event.Text{JA: "切り離しはしていません。", EN: "has cut nothing off."}
)
