// Package remotecommand finds what is done to another machine through its administration when the aim is damage: backups deleted, secrets dumped, machines switched off.
package remotecommand

import (
	"regexp"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector reads the command lines of remote services and tasks (MS-SCMR §3.1.4.12, MS-TSCH §3.2.5.4.2), and watches calls
// that shut a machine down (MS-RSP §3.1.4.1, §3.2.4.1, §3.3.4.1). The commands are those of MITRE ATT&CK T1490 and T1003.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "remotecommand",
		Title: event.Text{JA: "他の機器に対する破壊的な操作", EN: "Destructive command on another machine"},
		Means: event.Text{
			JA: "ある端末が別の機器で、復元用の控えの削除、パスワード情報の書き出し、または停止の命令を動かそうとしました。ランサムウェアの直前に見られる操作です。",
			EN: "A machine ran a command on another that deletes restore points, dumps secrets or switches it off: what is seen right before ransomware."},
		Do: []event.Text{
			{JA: "操作した端末を切り離してください。", EN: "Isolate the machine that did it."},
			{JA: "バックアップが残っているか確認し、ネットワークから外して守ってください。", EN: "Check that backups are left, and take them off the network."},
			{JA: "管理担当者の作業でないか確認してください。", EN: "Ask whether it was an administrator's work."}},
		Sees:       event.Text{JA: "遠隔のサービスやタスクの命令文、停止の命令。", EN: "Command lines of remote services and tasks; calls that shut down."},
		Misses:     event.Text{JA: "暗号化された命令文(WMI、WinRM、SMB3)、機器の上で直接動かされた命令。", EN: "Encrypted command lines (WMI, WinRM, SMB3); commands run on the machine itself."},
		Techniques: []event.Technique{{UID: "T1490", Name: "Inhibit System Recovery"}, {UID: "T1003", Name: "OS Credential Dumping"}, {UID: "T1529", Name: "System Shutdown/Reboot"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"impact.inhibit_recovery", "cred.remote_dump", "impact.shutdown"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	Samples:    samples,
	New: func(_ any, d detect.Deps) detect.Instance {
		return detect.NewCallWatch(d, []string{"management", "backup"}, rules()...)
	},
}

var (
	recovery = regexp.MustCompile(`(?i)vssadmin(\.exe)?\s+(delete|resize)|wmic(\.exe)?\s+.*shadowcopy\s+.*delete|win32_shadowcopy.*(delete|remove)|wbadmin(\.exe)?\s+delete|bcdedit(\.exe)?\s.*(recoveryenabled\s+no|ignoreallfailures)|diskshadow|fsutil\s+usn\s+deletejournal|reagentc(\.exe)?\s+/disable|cipher(\.exe)?\s+/w`)
	secrets  = regexp.MustCompile(`(?i)reg(\.exe)?["']?\s+save\s+["']?hk(lm|ey_local_machine)\\(sam|security|system)|comsvcs(\.dll)?\W.*(minidump|#\+?24)|procdump.*lsass|ntdsutil.*\bifm\b|ntds\.dit|lsass\.dmp|sekurlsa|lsadump`)
)

func rules() (out []detect.CallRule) {
	places := []detect.CallRule{
		{Interface: "svcctl", Operations: []string{"CreateServiceW", "CreateServiceA", "CreateServiceWOW64W", "CreateServiceWOW64A", "ChangeServiceConfigW", "ChangeServiceConfigA"}, Detail: detect.Arg("binpath")},
		{Interface: "atsvc", Operations: []string{"NetrJobAdd"}, Detail: detect.Arg("command")},
		{Interface: "ITaskSchedulerService", Operations: []string{"SchRpcRegisterTask"}, Detail: detect.Arg("arguments", "command", "xml")},
		{Interface: "IWbemServices", Operations: []string{"ExecMethod", "ExecMethodAsync", "ExecQuery", "ExecQueryAsync", "DeleteInstance"}, Detail: detect.Arg("command", "object", "query")},
	}
	for _, r := range places {
		r.Severity, r.Confidence, r.SingleShot = event.Critical, 90, true
		deletes, dumps := r, r
		deletes.Behaviour, deletes.When = "impact.inhibit_recovery", says(recovery)
		deletes.Did = event.Text{JA: "%[1]s が %[2]s で、復元用の控えを消す命令を%[3]d回動かそうとしました(%[4]s)。", EN: "%[1]s tried to run what deletes restore points on %[2]s %[3]d times (%[4]s)."}
		dumps.Behaviour, dumps.When = "cred.remote_dump", says(secrets)
		dumps.Did = event.Text{JA: "%[1]s が %[2]s で、パスワード情報を書き出す命令を%[3]d回動かそうとしました(%[4]s)。", EN: "%[1]s tried to run what dumps passwords on %[2]s %[3]d times (%[4]s)."}
		out = append(out, deletes, dumps)
	}
	off := detect.CallRule{Behaviour: "impact.shutdown", Severity: event.Low, Confidence: 50, Weight: 0.1, Did: event.Text{
		JA: "%[1]s が %[2]s などに、停止や再起動の命令を%[3]d回送りました(%[4]s)。", EN: "%[1]s told machines such as %[2]s to shut down %[3]d times (%[4]s)."}}
	for _, x := range []struct {
		iface string
		ops   []string
	}{{"InitShutdown", []string{"BaseInitiateShutdown", "BaseInitiateShutdownEx"}}, {"WindowsShutdown", []string{"WsdrInitiateShutdown"}},
		{"winreg", []string{"BaseInitiateSystemShutdown", "BaseInitiateSystemShutdownEx"}}} {
		one := off
		one.Interface, one.Operations = x.iface, x.ops
		many := one
		many.Servers, many.Least, many.Window, many.Severity, many.Confidence, many.Weight = 5, 5, 10*time.Minute, event.High, 80, 0.6
		out = append(out, one, many)
	}
	return out
}

// says: one of the call's readable arguments holds such a command.
func says(re *regexp.Regexp) func(*event.SMBActivity) bool {
	return func(s *event.SMBActivity) bool {
		for _, v := range s.RPC.Args {
			if re.MatchString(v) {
				return true
			}
		}
		return false
	}
}
