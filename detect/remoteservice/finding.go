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
