package remoteexec

import (
	"net/netip"
	"slices"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// WinRM over TLS (MS-WSMV §2.1, port 5986) hides its requests; how much goes each way tells what it was.
const (
	sealedPort  = 5986
	sealedBytes = 4000 // each way: a handshake and an identification stay below, a shell with one command does not
	collector   = 4    // machines that send to it: they forward their events there
)

// sealed judges a conversation with WinRM over TLS, of which the content is hidden.
func (w *winrm) sealed(a *event.NetworkActivity, emit detect.Emit) {
	if a.Proto != event.ProtoTCP || a.Dst.Port != sealedPort || a.Activity == event.FlowOpen || a.Orig.Payload < sealedBytes || a.Resp.Payload < sealedBytes/2 {
		return
	}
	s, isNew := w.table.Touch([2]netip.Addr{a.Src.IP, a.Dst.IP}, a.Time)
	if isNew {
		s.first = a.Start
	}
	who, _ := w.users.Touch(a.Dst.IP, a.Time)
	if len(*who) < collector && !slices.Contains(*who, a.Src.IP) {
		*who = append(*who, a.Src.IP)
	}
	users := len(*who)
	device, peer, ok := w.deps.Actor(&a.Conn)
	if s.told || !ok || users >= collector {
		return
	}
	s.told = true
	exempt := w.deps.HasRole(a.Src.IP, a.Time, w.exempt...)
	f := event.Finding{
		Behaviour: "lm.winrm", Severity: event.Medium, Confidence: 60, Weight: 0.4,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: a.Dst.IP.String(), First: s.first,
		Summary: detect.Say("%s が %s を、暗号化された遠隔管理(WinRM、ポート%d)で操作しました。", "%s operated %s through encrypted WinRM (port %d).", a.Src.IP, a.Dst.IP, a.Dst.Port),
		Reasons: []event.Reason{detect.Because("sealed_bytes", float64(a.Orig.Payload), sealedBytes, "B",
			detect.Say("%dバイトを送り、%dバイトを受け取りました。生存確認だけの量ではありません。", "%d bytes went there and %d came back: more than asking whether it is alive.", a.Orig.Payload, a.Resp.Payload))},
		Gates: []event.Gate{
			detect.AtLeast("sealed_bytes", float64(a.Orig.Payload), sealedBytes, "B", "", event.Text{JA: "操作と言えるだけの量か", EN: "Is it enough for an operation?"}),
			detect.AtMost("users", float64(users), collector-1, "machines", "", event.Text{JA: "多くの端末が記録を送る先ではないか", EN: "Is it no collector that many send their events to?"}),
			detect.Holds("role", !exempt, "admin_roles", event.Text{JA: "管理作業を行う端末ではないか", EN: "Is it no machine for administration?"})},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "WinRM")},
	}
	f.Time = a.Time
	if exempt {
		f.Severity, f.Weight = event.Low, 0.1
	}
	emit(f)
}
