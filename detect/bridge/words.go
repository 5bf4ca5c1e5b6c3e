package bridge

import (
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

const behaviour = "policy.zone_bridge"

// advisory is the constant part of the finding.
var advisory = event.Advisory{
	ID:   "bridge",
	Type: "Rule",
	Title: event.Text{
		JA: "分離されたネットワークの両方にいる端末",
		EN: "A machine in two networks that must be separate"},
	Means: event.Text{
		JA: "同じ端末が、分離されているはずの2つのネットワークにつながっています。ここを通って情報が持ち出されたり、侵入が広がったりします。",
		EN: "The same machine is connected to two networks that must be separate. Data may leave and intruders may enter that way."},
	Do: []event.Text{
		{JA: "端末のLANケーブルと無線を見て、どちらか一方だけにつないでください。", EN: "Look at the machine's cables and wireless; leave it in one network only."},
		{JA: "誰が、なぜつなぎ替えたのかを確かめてください。", EN: "Ask who connected it, and why."},
		{JA: "心当たりがなければ、端末を切り離してください。", EN: "If nobody knows, isolate the machine."}},
	Sees: event.Text{
		JA: "同じMACアドレス、同じ端末名、または他に使う端末のないTLSの指紋(JA4)が2つのゾーンに現れたこと。",
		EN: "The same MAC address, the same host name, or a TLS fingerprint (JA4) that nobody else has, in two zones."},
	Misses: event.Text{
		JA: "監視点を通らないネットワーク。MACアドレスと名前の両方を変えた端末。",
		EN: "Networks that do not pass the mirror; machines that change both MAC address and name."},
	Techniques: []event.Technique{{UID: "T1200", Name: "Hardware Additions"}, {UID: "T1133", Name: "External Remote Services"}},
	Threat:     event.SuspiciousBehaviour,
	Phase:      event.PhaseLateral,
}

var markWords = map[string]event.Text{
	"mac":  {JA: "MACアドレス", EN: "MAC address"},
	"name": {JA: "端末名", EN: "host name"},
	"ja4":  {JA: "TLSの指紋", EN: "TLS fingerprint"},
}

func (n *instance) tell(k key, before, now place, emit detect.Emit) {
	minutes := int(now.last.Sub(before.last).Minutes())
	w := markWords[k.kind]
	f := event.Finding{
		Behaviour: behaviour, Severity: event.High, Confidence: 95, SingleShot: true,
		Device: event.Device{IP: now.ip}, Peers: []event.Endpoint{{IP: before.ip, MAC: before.mac}},
		Subject: k.kind + " " + k.value, First: before.last, Last: now.last,
		Summary: detect.Say("「%[1]s」の %[2]s と「%[3]s」の %[4]s は同じ端末です(%[5]s)。", "%[2]s in “%[1]s” and %[4]s in “%[3]s” are the same machine (%[6]s).",
			before.zone, before.ip, now.zone, now.ip, w.JA+" "+detect.Short(k.value), w.EN+" "+detect.Short(k.value)),
		Reasons: []event.Reason{detect.Because("gap", float64(minutes), n.cfg.Moved.Minutes(), "min",
			detect.Say("両方のゾーンで見えた時刻の差は%d分です。", "%d minutes lay between the sightings in the two zones.", minutes))},
		Evidence: []event.Evidence{
			{Time: before.last, Src: event.Endpoint{IP: before.ip, MAC: before.mac}, Name: k.value, Detail: before.zone},
			{Time: now.last, Src: event.Endpoint{IP: now.ip, MAC: now.mac}, Name: k.value, Detail: now.zone}},
	}
	f.Time = now.last
	if now.last.Sub(before.last) > n.cfg.Moved {
		f.Severity, f.Confidence, f.SingleShot, f.Weight = event.Medium, 85, false, 0.4
		f.Counter = append(f.Counter, detect.Because("moved", float64(minutes), n.cfg.Moved.Minutes(), "min", event.Text{
			JA: "同時ではありません。端末がつなぎ替えられた可能性があります。", EN: "Not at the same time: the machine may have been moved."}))
	}
	if k.kind != "mac" {
		f.Severity, f.Confidence, f.SingleShot, f.Weight = event.Low, 50, false, 0.2
		f.Counter = append(f.Counter, detect.Because("mark", 1, 0, "", event.Text{
			JA: "MACアドレスは別です。名前や指紋は、別の端末が同じものを使うことがあります。", EN: "The MAC addresses differ: another machine may use the same name or fingerprint."}))
	}
	emit(f)
}
