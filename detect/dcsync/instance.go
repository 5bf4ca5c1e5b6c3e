package dcsync

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type pair struct {
	client, server netip.Addr
	behaviour      string
}

type instance struct {
	deps  detect.Deps
	asked *detect.Table[pair, int] // calls so far
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.asked.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.asked.Stats() }

// Observe judges each drsuapi call by who made it.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	s, ok := e.(*event.SMBActivity)
	if !ok || !detect.IsCall(s) || s.RPC.Interface != "drsuapi" {
		return
	}
	op, ok := operations[s.RPC.Opnum]
	if !ok || n.deps.HasRole(s.Src.IP, s.Time, "dc") {
		return
	}
	device, peer, ok := n.deps.Actor(&s.Conn)
	if !ok {
		return
	}
	calls, _ := n.asked.Touch(pair{s.Src.IP, s.Dst.IP, op.behaviour}, s.Time)
	*calls++
	f := event.Finding{
		Behaviour: op.behaviour, Severity: event.Critical, Confidence: 92, SingleShot: true,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: s.Dst.IP.String(),
		Summary:  summary(op.behaviour, s, *calls),
		Evidence: []event.Evidence{detect.Seen(s.Time, &s.Conn, "drsuapi "+op.name)},
		Reasons: []event.Reason{
			detect.Because("replication_calls", float64(*calls), 1, "calls", detect.Say("複製要求(%[2]s)が%[1]d回ありました。", "%[1]d replication calls (%[2]s).", *calls, op.name)),
			detect.Because("is_dc", 0, 1, "", detect.Say("要求した %s はドメインコントローラーとして知られていません。", "The caller %s is not known as a domain controller.", s.Src.IP)),
		},
	}
	f.Time = s.Time
	if s.RPC.Guessed {
		f.Confidence = 75
		f.Counter = append(f.Counter, detect.Because("guessed", 1, 0, "", event.Text{
			JA: "通信の始まりが見えていないため、要求の種類は推定です。", EN: "The beginning was not seen; the interface is inferred."}))
	}
	if detect.Refused(s) {
		f.Severity = event.High
		f.Counter = append(f.Counter, detect.RefusedReason())
	}
	if n.deps.HasRole(s.Src.IP, s.Time, "management") { // e.g. directory synchronisation to a cloud
		f.Severity, f.SingleShot, f.Weight = event.Low, false, 0.2
		f.Counter = append(f.Counter, detect.Because("management", 1, 0, "", event.Text{
			JA: "管理用の端末として登録されています。", EN: "It is registered as a management machine."}))
	}
	emit(f)
}

func summary(behaviour string, s *event.SMBActivity, calls int) event.Text {
	if behaviour == "cred.dcshadow" {
		return detect.Say("%s が、ドメインコントローラーのふりをする登録を %s に%d回行いました。",
			"%s registered itself as a domain controller with %s (%d calls).", s.Src.IP, s.Dst.IP, calls)
	}
	return detect.Say("%s が、ドメインコントローラー %s にパスワード情報の複製を%d回求めました。",
		"%s asked the domain controller %s to replicate password data (%d calls).", s.Src.IP, s.Dst.IP, calls)
}
