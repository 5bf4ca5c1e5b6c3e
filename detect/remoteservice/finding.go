package remoteservice

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

func (n *instance) tell(s *event.SMBActivity, t *trace, behaviour string, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&s.Conn)
	if !ok {
		return
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: event.Critical, Confidence: 90, SingleShot: true,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: s.Dst.IP.String(),
		Summary: n.summary(s, t, behaviour), Reasons: reasons(t, behaviour), Evidence: slices.Clone(t.evidence),
	}
	f.Time = s.Time
	f.Gates = n.gates(s, t, behaviour)
	switch behaviour {
	case "lm.svc_create":
		f.Severity, f.Confidence = event.High, 75
	case "lm.smb_copy_exe":
		f.Severity, f.Confidence, f.SingleShot, f.Weight = event.High, 65, false, 0.6
	}
	if detect.Refused(s) {
		f.Severity, f.Confidence = min(f.Severity, event.High), f.Confidence-10
		f.Counter = append(f.Counter, detect.RefusedReason())
	}
	if n.deps.HasRole(s.Src.IP, s.Time, n.cfg.Management...) {
		f.Severity, f.SingleShot, f.Weight = event.Low, false, 0.1
		f.Counter = append(f.Counter, detect.Because("management", 1, 0, "", event.Text{
			JA: "管理作業を行う端末として登録されています。", EN: "It is registered as a machine for administration."}))
	}
	if s.RPC != nil && s.RPC.Guessed {
		f.Confidence -= 10
		f.Counter = append(f.Counter, detect.Because("guessed", 1, 0, "", event.Text{
			JA: "通信の始まりが見えていないため、操作の種類は推定です。", EN: "The beginning was not seen; the operation is inferred."}))
	}
	emit(f)
}

// gates are what was asked of the writes, pipes and calls of the pair, with what lowers the finding.
func (n *instance) gates(s *event.SMBActivity, t *trace, behaviour string) []event.Gate {
	out := []event.Gate{
		detect.Holds("program_written", n.recent(t.wrote, s.Time), "MS-SMB2 §2.2.21", event.Text{JA: "管理共有にプログラムが書かれた", EN: "A program was written to an administrative share"}),
		detect.Holds("service_made", n.recent(t.made, s.Time), "MS-SCMR §3.1.4", event.Text{JA: "サービスが作られたか、書き換えられた", EN: "A service was created or changed"}),
		detect.Holds("shell_pipe", shellPipe(s), "", event.Text{JA: "遠隔操作ツールの名前付きパイプが使われた", EN: "A named pipe of a remote shell was used"}),
		detect.Holds("shell_command", behaviour == "lm.smbexec", "", event.Text{JA: "サービスの中身が命令文そのものである", EN: "The service only runs a command line"})}
	if !t.wrote.IsZero() && !t.made.IsZero() {
		out = append(out, detect.AtMost("write_to_service", t.made.Sub(t.wrote).Abs().Seconds(), n.cfg.Window.Seconds(), "s", "window", event.Text{JA: "書き込みからサービス作成までの時間", EN: "Time from the write to the service"}))
	}
	return append(out,
		detect.Holds("answered", !detect.Refused(s), "MS-RPCE §2.2.2", event.Text{JA: "相手が要求を受け入れた", EN: "The other machine carried it out"}),
		detect.Holds("read", s.RPC == nil || !s.RPC.Guessed, "C706 §12", event.Text{JA: "通信の始まりから見えていて、操作の種類が確かである", EN: "The beginning was seen, so that the operation is certain"}))
}

func (n *instance) summary(s *event.SMBActivity, t *trace, behaviour string) event.Text {
	switch behaviour {
	case "lm.psexec":
		return detect.Say("%s が %s にプログラム(%s)を送り、サービスとして動かそうとしました。", "%s sent a program to %s (%s) to run it as a service.",
			s.Src.IP, s.Dst.IP, named(t))
	case "lm.smbexec":
		return detect.Say("%s が %s で、サービスを使って命令(%s)を動かそうとしました。", "%s tried to run a command on %s through a service (%s).",
			s.Src.IP, s.Dst.IP, short(first(s.RPC.Args, "binpath", "path", "command")))
	case "lm.svc_create":
		if t.changed {
			return detect.Say("%s が %s のサービスを、別のプログラム(%s)を動かすように書き換えました。", "%s changed a service on %s so that it runs another program (%s).", s.Src.IP, s.Dst.IP, named(t))
		}
		return detect.Say("%s が %s に新しいサービス(%s)を作りました。", "%s created a new service on %s (%s).", s.Src.IP, s.Dst.IP, named(t))
	}
	return detect.Say("%s が %s の管理共有にプログラム(%s)を書き込みました。", "%s wrote a program to an administrative share of %s (%s).",
		s.Src.IP, s.Dst.IP, short(t.program))
}

func named(t *trace) string {
	switch {
	case t.service != "":
		return short(t.service)
	case t.program != "":
		return short(t.program)
	}
	return "-"
}

// short keeps a foreign name readable within a sentence.
func short(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

func reasons(t *trace, behaviour string) (out []event.Reason) {
	if !t.wrote.IsZero() {
		out = append(out, detect.Because("program_written", 1, 1, "files", detect.Say("管理共有に書かれたプログラム: %s", "program written to an administrative share: %s", short(t.program))))
	}
	if !t.made.IsZero() {
		out = append(out, detect.Because("service_created", 1, 1, "services", detect.Say("作られた、または書き換えられたサービス: %s", "service created or changed: %s", named(t))))
		if !t.wrote.IsZero() {
			gap := t.made.Sub(t.wrote).Round(100 * time.Millisecond)
			out = append(out, detect.Because("write_to_service", gap.Seconds(), 600, "s",
				detect.Say("書き込みからサービス作成まで%.1f秒でした。", "%.1f s passed between the write and the service.", gap.Seconds())))
		}
	}
	if len(out) == 0 || behaviour == "lm.psexec" && t.made.IsZero() {
		out = append(out, detect.Because("remote_shell", 1, 1, "pipes", event.Text{
			JA: "遠隔操作ツール特有の接続(名前付きパイプ、サービスの開始)がありました。", EN: "A connection typical of remote shells was seen (named pipe, service start)."}))
	}
	return out
}
