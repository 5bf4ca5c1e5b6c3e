package detect

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// gates are what a rule asked of the calls, with what lowers it.
func (w *CallWatch) gates(r *CallRule, s *event.SMBActivity, st *callState) []event.Gate {
	out := []event.Gate{
		Holds("operation", true, "", Say("呼ばれた操作が見張りの対象である（%s の %s）", "The operation is one that is watched (%s %s)", s.RPC.Interface, s.RPC.Operation)),
		AtLeast("calls", float64(st.n), float64(max(1, r.Least)), "calls", "", Say("この操作が%d分間に呼ばれた回数", "Calls of it within %d minutes", int(r.Window/time.Minute))),
	}
	if r.When != nil {
		out = append(out, Holds("condition", true, "", event.Text{JA: "操作の中身が条件に合う", EN: "What was asked meets the rule's condition"}))
	}
	if r.Servers > 1 {
		out = append(out, AtLeast("servers", float64(len(st.servers)), float64(r.Servers), "machines", "", event.Text{JA: "相手の機器の数", EN: "Machines that were asked"}))
	}
	out = append(out,
		Holds("read", !s.RPC.Guessed, "C706 §12", event.Text{JA: "通信の始まりから見えていて、操作の種類が確かである", EN: "The beginning was seen, so that the operation is certain"}),
		Holds("answered", !Refused(s), "MS-RPCE §2.2.2", event.Text{JA: "相手が要求を受け入れた", EN: "The other machine carried it out"}))
	if len(w.exempt) > 0 {
		out = append(out, Holds("not_exempt", !w.deps.HasRole(s.Src.IP, s.Time, w.exempt...), "asset.csv",
			event.Text{JA: "この種の作業を行う機器として登録されていない", EN: "It is not registered as a machine that does such work"}))
	}
	return out
}
