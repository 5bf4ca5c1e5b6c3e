package otheralert

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// How sure an alert of another product makes: it is one product's word, and it may have blocked the deed.
const (
	sure  = 75
	guess = 55
)

func (n *instance) finding(a *event.OtherAlert, r *rule, s event.Severity, t target) event.Finding {
	product := plain(cmp.Or(strings.TrimSpace(a.Vendor+" "+a.Product), a.Source, a.Reporter, a.Format))
	what := plain(cmp.Or(a.Name, a.ID, a.Format))
	f := event.Finding{
		Behaviour: "alert.other", Severity: s, Confidence: sure, Weight: 0.8, Count: 1,
		Device: n.device(a, t.machine), Subject: subject(a), Propose: r.Then == Propose,
		Advisory: event.Advisory{Title: event.Text{JA: product + " の警報：" + what, EN: "Alert of " + product + ": " + what}, Threat: event.ThreatType(r.Threat), Phase: event.Phase(r.Phase)},
		Evidence: []event.Evidence{{Time: a.Time, Src: a.Src, Dst: a.Dst, Name: what, Detail: detail(a)}},
	}
	f.Time = a.Time
	if t.peer.IP.IsValid() {
		f.Peers = []event.Endpoint{t.peer.Endpoint}
	}
	f.Summary = detect.Say("%[1]s が「%[2]s」を1件知らせました%[3]s。", "%[1]s reported “%[2]s” 1 time%[4]s.", product, what, peerJA(t), peerEN(t))
	f.Reasons = reasons(a, r)
	if t.guessed {
		f.Confidence = guess
		f.Counter = append(f.Counter, detect.Because("both_inside", 2, 1, "hosts",
			event.Text{JA: "通信の両方が庁内の端末で、警報はどちらが感染したかを示していません。通信を始めた側としました。", EN: "Both sides are inside and the alert does not say which is infected; the one that began was taken."}))
	}
	if f.Device.Unsure != (event.Text{}) {
		f.Confidence = f.Device.Confidence
		f.Counter = append(f.Counter, detect.Because("other_name", 1, 0, "name", f.Device.Unsure))
	}
	if stopped(a.Action) {
		f.Counter = append(f.Counter, detect.Because("blocked", 1, 0, "action",
			event.Text{JA: "装置は「" + plain(a.Action) + "」として、すでに止めたと言っています。", EN: "The product says that it stopped it already (“" + plain(a.Action) + "”)."}))
	}
	return f
}

func reasons(a *event.OtherAlert, r *rule) (out []event.Reason) {
	if a.Grade >= 0 && a.Rated != "" {
		out = append(out, detect.Because("rated", a.Grade, 0, "0-10",
			event.Text{JA: "装置の付けた深刻度：" + plain(a.Rated), EN: "severity given by the product: " + plain(a.Rated)}))
	}
	if r.Name != "" {
		out = append(out, detect.Because("rule", 1, 1, "match", event.Text{JA: "当てはまった規則：" + r.Name, EN: "rule that fitted: " + r.Name}))
	}
	if len(out) == 0 {
		out = append(out, detect.Because("alert", 1, 1, "alert", event.Text{JA: "装置の番号：" + plain(cmp.Or(a.ID, "なし")), EN: "the product's number: " + plain(cmp.Or(a.ID, "none"))}))
	}
	return out
}

// plain is what another product wrote, as one short line.
func plain(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
	if r := []rune(s); len(r) > 80 {
		s = string(r[:79]) + "…"
	}
	return s
}

// subject folds repeats: one product's alert of one kind.
func subject(a *event.OtherAlert) string {
	return plain(cmp.Or(a.Source, a.Product, a.Format) + " " + cmp.Or(a.Name, a.ID, "alert"))
}

func detail(a *event.OtherAlert) string {
	parts := []string{}
	for _, p := range [][2]string{{"source", cmp.Or(a.Source, a.Reporter)}, {"id", a.ID}, {"severity", a.Rated}, {"action", a.Action}, {"user", a.User}} {
		if p[1] != "" {
			parts = append(parts, p[0]+"="+p[1])
		}
	}
	return strings.Join(parts, " ")
}

func peerJA(t target) string {
	if !t.peer.IP.IsValid() {
		return ""
	}
	return fmt.Sprintf("（相手：%s）", detect.At(t.peer.Endpoint))
}

func peerEN(t target) string {
	if !t.peer.IP.IsValid() {
		return ""
	}
	return fmt.Sprintf(" (other side: %s)", detect.At(t.peer.Endpoint))
}

// stopped reports whether the product says that it let nothing through.
func stopped(action string) bool {
	a := strings.ToLower(action)
	if strings.Contains(a, "not ") || strings.HasPrefix(a, "no") || strings.Contains(a, "un") {
		return false
	}
	for _, w := range []string{"block", "deny", "denied", "drop", "reset", "quarantine", "reject"} {
		if strings.Contains(a, w) {
			return true
		}
	}
	return false
}
