// Package artefact finds what well-known attack tools leave behind when their users keep the defaults.
package artefact

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector knows default certificates, fingerprints and addresses of pages (DETECTIONS 9).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "artefact",
		Type:  "Rule",
		Title: event.Text{JA: "攻撃ツールの特徴", EN: "Mark of an attack tool"},
		Means: event.Text{
			JA: "遠隔操作に使われる攻撃ツールの、初期設定のままの特徴が通信に現れました。端末が攻撃者に操作されている可能性が高い状態です。",
			EN: "The traffic bears the default mark of an attack tool for remote control: the machine is very likely operated by an attacker."},
		Do: []event.Text{
			{JA: "端末を切り離してください。電源は切らないでください。", EN: "Isolate the machine. Do not switch it off."},
			{JA: "同じ相手と通信した端末が他にないか確認してください。", EN: "Check which other machines talked to the same destination."},
			{JA: "専門家に端末の調査を依頼してください。", EN: "Have experts examine the machine."}},
		Sees:       event.Text{JA: "サーバー証明書の番号と名前、TLSの指紋の組、プログラムを取りに行くページの名前の決まり、遠隔操作ソフトの最初のあいさつ、攻撃の道具がファイル共有を始めるときの番号。", EN: "Serial numbers and names of certificates, pairs of TLS fingerprints, the rule by which loaders name their pages, how remote-control programs begin to speak, and attack tools file sharing."},
		Misses:     event.Text{JA: "設定を変えて使われるツール、証明書が見えないTLS 1.3。", EN: "Tools whose settings were changed; certificates within TLS 1.3."},
		Techniques: []event.Technique{{UID: "T1071.001", Name: "Application Layer Protocol: Web Protocols"}, {UID: "T1587.003", Name: "Develop Capabilities: Digital Certificates"}, {UID: "T1105", Name: "Ingress Tool Transfer"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Samples:    samples,
	Behaviours: []string{"c2.known_tool"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.HTTPActivity)(nil), (*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		return &instance{deps: d, told: detect.NewTable[key, int](20_000, 24*time.Hour)}
	},
}

type key struct {
	src, dst netip.Addr
	what     string
}

type instance struct {
	deps detect.Deps
	told *detect.Table[key, int]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.told.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.told.Stats() }

// Observe looks at handshakes, also between inside machines, and at requests to the outside.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if tool, mark := opening(e.Opening); tool != "" && e.Activity != event.FlowOpen {
			n.found(e.Time, &e.Conn, tool, mark, emit)
			return
		}
		if e.TLS == nil || e.Interim {
			return
		}
		if tool, mark := certificate(e.TLS.Certificate); tool != "" {
			n.found(e.Time, &e.Conn, tool, mark, emit)
		} else if tool, mark := fingerprints(e.TLS); tool != "" {
			n.found(e.Time, &e.Conn, tool, mark, emit)
		}
	case *event.SMBActivity:
		if tool, mark := sharing(e); tool != "" && !n.deps.HasRole(e.Src.IP, e.Time, "scanner", "management") { // which use such libraries, too
			n.found(e.Time, &e.Conn, tool, mark, emit)
		}
	case *event.HTTPActivity:
		if tool, mark := request(e); tool != "" {
			n.found(e.Time, &e.Conn, tool, mark, emit)
		}
	}
}

// found tells of a mark, and again at ten times as many.
func (n *instance) found(at time.Time, c *event.Conn, tool string, mark event.Text, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(c)
	if !ok {
		return
	}
	times, _ := n.told.Touch(key{device.IP, peer.IP, tool}, at)
	if *times++; *times > 1 && *times%10 != 0 { // told, and again at each tenth
		return
	}
	f := event.Finding{
		Behaviour: "c2.known_tool", Severity: event.High, Confidence: 90, SingleShot: true, Weight: 0.9,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: tool + " " + peer.IP.String(),
		Summary:  detect.Say("%[1]s と %[2]s の通信に、攻撃ツール「%[3]s」の特徴がありました(%[4]d回目)。", "The traffic of %[1]s with %[2]s bears the mark of the attack tool “%[3]s” (time %[4]d).", device.IP, detect.At(peer), tool, *times),
		Reasons:  []event.Reason{detect.Because("mark", 1, 1, "marks", mark)},
		Evidence: []event.Evidence{detect.Seen(at, c, tool)},
	}
	f.Time = at
	emit(f)
}
