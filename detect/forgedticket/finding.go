package forgedticket

import (
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// etypes are the names of the encryption types (RFC 3962, RFC 4757, RFC 8009).
var etypes = map[int32]string{17: "AES128", 18: "AES256", 19: "AES128-SHA2", 20: "AES256-SHA2", 23: "RC4", 24: "RC4-EXP", 1: "DES", 3: "DES"}

func etype(v int32) string {
	if s, ok := etypes[v]; ok {
		return s
	}
	return "?"
}

func (n *instance) tellForged(a *event.Authentication, k *keys, p oddity, emit detect.Emit) {
	used := make([]string, 0, len(k.seen))
	newest := uint32(0)
	for _, s := range k.seen {
		used = append(used, etype(s.etype))
		newest = max(newest, s.kvno)
	}
	f := n.finding(a, "cred.golden_ticket")
	f.Severity, f.Confidence, f.SingleShot, f.Weight = event.High, 85, true, 0.9
	f.Summary = detect.Say("%[1]s が、ドメインコントローラーの発行したものではない形の認証チケット(%[3]s)を %[2]s に示しました。", "%[1]s showed %[2]s a ticket of a form (%[3]s) that the controllers do not give out.",
		a.Src.IP, a.Dst.IP, etype(a.Shown.EType))
	f.Reasons = []event.Reason{detect.Because("form", float64(k.n), float64(n.cfg.Example), "tickets", detect.Say(
		"これまでに発行された%[1]d件は暗号 %[2]s・鍵の版 %[3]d で、示されたものは暗号 %[4]s・鍵の版 %[5]d です。", "The %[1]d tickets given out so far are in %[2]s with key version %[3]d; this one is in %[4]s with key version %[5]d.",
		k.n, strings.Join(used, ", "), newest, etype(a.Shown.EType), a.Shown.KVNO))}
	f.Gates = []event.Gate{
		detect.AtLeast("examples", float64(k.n), float64(n.cfg.Example), "tickets", "example", event.Text{JA: "発行された例を十分に見ているか", EN: "Were enough tickets seen being given out?"}),
		detect.Holds("not_given", true, "", event.Text{JA: "発行の記録がないチケットか", EN: "Is it a ticket that nobody was seen to be given?"}),
		detect.Holds("other_type", p.otherType, "", event.Text{JA: "暗号の種類が、発行されるものと違うか", EN: "Is its encryption type another one than theirs?"}),
		detect.Holds("no_version", p.noVersion, "", event.Text{JA: "鍵の版がないか(コントローラーは必ず付ける)", EN: "Is there no key version, where the controllers tell it?"}),
		detect.Holds("old_version", p.oldVersion, "memory", event.Text{JA: "とうに使われていない鍵の版か", EN: "Is its key version one that has long been out of use?"}),
	}
	n.send(a, f, emit)
}

func (n *instance) tellStolen(a *event.Authentication, h *holder, emit detect.Emit) {
	minutes := a.Time.Sub(h.at).Minutes()
	f := n.finding(a, "cred.stolen_ticket")
	f.Severity, f.Confidence, f.Weight = event.High, 80, 0.7
	f.Peers = append(f.Peers, event.Endpoint{IP: h.ips[0]})
	f.Summary = detect.Say("%[2]s に発行された %[3]s の認証チケットが、%[1]s から使われました。", "A ticket of %[3]s that was given to %[2]s was used from %[1]s.", a.Src.IP, h.ips[0], detect.Short(a.User))
	f.Reasons = []event.Reason{detect.Because("given_elsewhere", minutes, 0, "min", detect.Say("%s に発行されてから%.0f分後に、まったく同じチケットが示されました。", "It was given to %s, and the very same ticket was shown %.0f minutes later.", h.ips[0], minutes))}
	f.Gates = []event.Gate{
		detect.Holds("same_ticket", true, "", event.Text{JA: "発行されたものと同じチケットか", EN: "Is it the very ticket that was given out?"}),
		detect.Holds("other_machine", true, "", event.Text{JA: "発行先と別の端末か(住所が変わっただけではないか)", EN: "Is it another machine than it was given to, and not only another address?"}),
		detect.Holds("not_forwarded", !h.travels, "", event.Text{JA: "委任のために渡されたチケットではないか", EN: "Was it not made to be passed on?"}),
	}
	n.send(a, f, emit)
}

func (n *instance) finding(a *event.Authentication, behaviour string) event.Finding {
	f := event.Finding{Behaviour: behaviour, Device: detect.Device(a.Src), Peers: []event.Endpoint{{IP: a.Dst.IP, Port: a.Dst.Port}}, Subject: behaviour + " " + detect.Account(a.User),
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, strings.TrimSpace(a.Message+" "+a.Service))}}
	f.Time = a.Time
	return f
}

func (n *instance) send(a *event.Authentication, f event.Finding, emit detect.Emit) {
	exempt := n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...)
	times, _ := n.told.Touch(use{a.Src.IP, f.Behaviour}, a.Time)
	if *times++; exempt || *times > 1 && *times%10 != 0 {
		return
	}
	f.Gates = append(f.Gates, detect.Holds("role", !exempt, "exempt", event.Text{JA: "他人のチケットを扱う役割の機器ではないか", EN: "Is it none of the machines that carry others' tickets?"}))
	if !a.Success {
		f.Severity, f.SingleShot = event.Medium, false
		f.Counter = append(f.Counter, detect.Because("refused", float64(a.Error), 0, "code", detect.Say("コントローラーは断りました(エラー%d)。", "The controller refused it (error %d).", a.Error)))
	}
	emit(f)
}
