package rogue

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

const behaviour = "policy.rogue_device"

// advisory is the constant part of the finding.
var advisory = event.Advisory{
	ID:   "rogue",
	Type: "Rule",
	Title: event.Text{
		JA: "台帳にない機器が接続されました",
		EN: "A machine that no list admits was connected"},
	Means: event.Text{
		JA: "登録された機器だけを使うはずのネットワークに、台帳にない機器がつながっています。私物のパソコンや、持ち込まれた無線機器かもしれません。",
		EN: "In a network for registered machines, there is one that no list knows: perhaps a private computer, or a wireless device that somebody brought."},
	Do: []event.Text{
		{JA: "接続ポートの場所へ行き、何がつながっているかを見てください。", EN: "Go to the switch port and look at what is plugged in."},
		{JA: "必要な機器であれば、端末台帳に登録してください。", EN: "If it is needed, put it on the list of assets."},
		{JA: "誰のものか分からなければ、LANケーブルを抜いてください。", EN: "If nobody knows whose it is, pull the cable."}},
	Sees: event.Text{
		JA: "監視対象のゾーンで通信する、台帳にないMACアドレス。",
		EN: "Ethernet addresses in guarded zones that are on no list."},
	Misses: event.Text{
		JA: "登録された機器のMACアドレスを名乗る機器。ルーターの先にある機器。",
		EN: "Machines that use the address of an admitted one; machines beyond a router."},
	Techniques: []event.Technique{{UID: "T1200", Name: "Hardware Additions"}},
	Threat:     event.SuspiciousBehaviour,
	Phase:      event.PhaseEntry,
}

func (n *instance) tell(mac event.MAC, ip netip.Addr, zone, name string, c *event.Conn, t time.Time, emit detect.Emit) {
	f := event.Finding{
		Behaviour: behaviour, Severity: event.High, Confidence: 90, SingleShot: true,
		Device: event.Device{IP: ip, MAC: mac}, Subject: mac.String(),
		Summary:  detect.Say("台帳にない機器(MACアドレス %[1]s)が、「%[2]s」に %[3]s でつながっています。", "A machine that no list knows (MAC address %[1]s) is in “%[2]s” as %[3]s.", mac, zone, ip),
		Reasons:  []event.Reason{detect.Because("listed", 0, 1, "entries", detect.Say("端末台帳に、このMACアドレスの行は%d件です。", "%d lines of the lists of assets have this MAC address.", 0))},
		Evidence: []event.Evidence{{Time: t, Src: event.Endpoint{IP: ip, MAC: mac}, Dst: c.Dst, FlowID: c.FlowID, Name: detect.Short(name)}},
	}
	f.Time = t
	if mac[0]&2 != 0 { // IEEE 802 §8.2: locally administered
		f.Reasons = append(f.Reasons, detect.Because("private", 1, 0, "", event.Text{
			JA: "メーカーの番号ではないMACアドレスです。スマートフォンや仮想マシンに多く見られます。", EN: "The MAC address is not a maker's: telephones and virtual machines often have such."}))
	}
	if n.cfg.Learn > 0 {
		f.Severity, f.Confidence, f.SingleShot, f.Weight = event.Medium, 70, false, 0.4
		f.Counter = append(f.Counter, detect.Because("learnt", n.cfg.Learn.Hours(), 0, "h", event.Text{
			JA: "台帳は通信から学んだものです。新しく配られた機器かもしれません。", EN: "The list was learnt from traffic: it may be a machine that was handed out lately."}))
	}
	emit(f)
}
