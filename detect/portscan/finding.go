package portscan

import (
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

var howName = map[technique]string{connect: "TCP", stealth: "TCP FIN/NULL/Xmas", udp: "UDP", ack: "TCP ACK"}

func (n *instance) tell(a *event.NetworkActivity, how technique, s *state, tried, bad int, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok {
		return
	}
	took := a.Time.Sub(s.begun).Seconds()
	f := event.Finding{
		Behaviour: how.behaviour(), Severity: severity(tried), Confidence: min(60+tried/5, 95), Weight: 0.3,
		Device: detect.Device(device), Peers: []event.Endpoint{{IP: peer.IP}}, Subject: a.Dst.IP.String(),
		Count: max(1, tried-s.told), First: s.begun,
		Summary: detect.Say("%[1]s が %[2]s の%[3]d個のポートを試しました(%[4]s)。", "%[1]s tried %[3]d ports of %[2]s (%[4]s).",
			a.Src.IP, a.Dst.IP, tried, howName[how]),
		Reasons: []event.Reason{
			detect.Because("ports", float64(tried), float64(n.cfg.Ports), "ports", detect.Say("%d個の異なるポートが%.1f秒間に試されました。", "%d different ports were tried in %.1f s.", tried, took)),
			detect.Because("failed", float64(bad), float64(n.cfg.Refused), "ports", detect.Say("うち%d個は拒否されたか、応答がありませんでした。", "%d of them refused or stayed silent.", bad)),
		},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	if how == stealth && f.Severity < event.Medium {
		f.Severity = event.Medium
	}
	if !n.deps.Home(a.Src.IP) { // knocking from outside is everyday weather
		f.Severity, f.Weight = event.Low, 0.1
	}
	f.Gates = []event.Gate{
		detect.AtLeast("ports", float64(tried), float64(n.cfg.Ports), "ports", "ports", event.Text{JA: "試された異なるポートの数", EN: "Different ports tried"}),
		detect.AtLeast("failed", float64(bad), float64(n.cfg.Refused), "ports", "refused", event.Text{JA: "拒否されたか、応答のなかったポートの数", EN: "Ports that refused or stayed silent"}),
		detect.Holds("inside", n.deps.Home(a.Src.IP), "", event.Text{JA: "試したのが庁内の端末である（外からのものは日常で、弱く扱う）", EN: "An inside machine tried them; from outside it is everyday weather"}),
	}
	emit(f)
}

func severity(tried int) event.Severity {
	if tried >= 15 {
		return event.Medium
	}
	return event.Low
}
