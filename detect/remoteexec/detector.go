// Package remoteexec finds programs started on another machine without a service: by scheduled task, WMI, DCOM or WinRM.
package remoteexec

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config is who may do this.
type Config struct {
	AdminRoles []string `yaml:"admin_roles"` // roles whose remote tasks are ordinary work
}

// DefaultConfig exempts machines for administration.
func DefaultConfig() Config { return Config{AdminRoles: []string{"management", "backup", "scanner"}} }

// Detector watches MS-TSCH, MS-WMI, MS-DCOM and WS-Management (DETECTIONS 33–35, 37).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "remoteexec",
		Title: event.Text{JA: "他の端末での遠隔操作(タスク・WMI)", EN: "Remote execution by task, WMI, DCOM or WinRM"},
		Means: event.Text{
			JA: "ある端末が、Windowsの管理機能を使って別の端末でプログラムを動かしました。侵入者が広がるときにも使われます。",
			EN: "A machine used Windows' own administration to run a program on another. Intruders spread this way too."},
		Do: []event.Text{
			{JA: "管理担当者の作業かどうかを確認してください。", EN: "Ask whether it was an administrator's work."},
			{JA: "心当たりがなければ、操作した端末を切り離してください。", EN: "If nobody knows of it, isolate the machine that did it."},
			{JA: "操作された側の端末で、見慣れないタスクやプログラムを調べてください。", EN: "Look for unknown tasks and programs on the other machine."}},
		Sees:   event.Text{JA: "予定タスクの登録と実行、WMIのメソッド呼び出し、遠隔でのOffice等の起動、WinRMの要求。", EN: "Registering and running tasks, WMI method calls, remote start of Office and shell objects, WinRM requests."},
		Misses: event.Text{JA: "SMB3で暗号化された通信の中身、暗号化されたWinRM(5986番)の内容(使われたことは分かります)。", EN: "The content of encrypted SMB3 and of WinRM over TLS (that it was used is seen)."},
		Techniques: []event.Technique{{UID: "T1053.005", Name: "Scheduled Task"}, {UID: "T1047", Name: "Windows Management Instrumentation"},
			{UID: "T1021.003", Name: "Distributed Component Object Model"}, {UID: "T1021.006", Name: "Windows Remote Management"}},
		Threat: event.MaliciousBehaviour,
		Phase:  event.PhaseLateral,
	},
	Behaviours: []string{"lm.schtask", "lm.wmi", "lm.dcom", "lm.winrm"},
	Reads:      []event.Event{(*event.SMBActivity)(nil), (*event.HTTPActivity)(nil), (*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{CallWatch: detect.NewCallWatch(d, c.AdminRoles, rules()...), winrm: newWinRM(d, c.AdminRoles)}
	},
	Samples: samples,
}

func rules() []detect.CallRule {
	task := detect.CallRule{Behaviour: "lm.schtask", Severity: event.High, Confidence: 85, SingleShot: true, Detail: detect.Arg("command", "task", "xml"), Did: event.Text{
		JA: "%[1]s が %[2]s に予定タスクを%[3]d回登録・実行しました(%[4]s)。", EN: "%[1]s registered or ran scheduled tasks on %[2]s %[3]d times (%[4]s)."}}
	at, sch := task, task
	at.Interface, at.Operations = "atsvc", []string{"NetrJobAdd"}
	sch.Interface, sch.Operations = "ITaskSchedulerService", []string{"SchRpcRegisterTask", "SchRpcRun", "SchRpcEnableTask"}
	wmi := detect.CallRule{Interface: "IWbemServices", Operations: []string{"ExecMethod", "ExecMethodAsync", "PutInstance", "PutInstanceAsync", "PutClass"},
		Behaviour: "lm.wmi", Severity: event.High, Confidence: 85, SingleShot: true, Detail: detect.Arg("command", "method", "object"), Did: event.Text{
			JA: "%[1]s が %[2]s でWMIを使い、操作を%[3]d回実行しました(%[4]s)。", EN: "%[1]s ran WMI operations on %[2]s %[3]d times (%[4]s)."}}
	dcom := detect.CallRule{Interface: "IRemoteSCMActivator", Operations: []string{"RemoteCreateInstance", "RemoteGetClassObject"}, When: abused,
		Behaviour: "lm.dcom", Severity: event.High, Confidence: 85, SingleShot: true, Detail: detect.Arg("clsid"), Did: event.Text{
			JA: "%[1]s が %[2]s で、画面操作用の部品を遠隔から%[3]d回起動しました(%[4]s)。", EN: "%[1]s activated user-interface objects on %[2]s %[3]d times (%[4]s)."}}
	return []detect.CallRule{at, sch, wmi, dcom}
}

// abusable are classes that run programs and that nothing legitimate activates
// from afar (MITRE ATT&CK T1021.003): MMC20.Application, ShellWindows,
// ShellBrowserWindow, Excel, Word, PowerPoint, Outlook, Visio, InternetExplorer.
var abusable = []string{
	"49b2791a-b1ae-4c90-9b8e-e860ba07f889", "9ba05972-f6a8-11cf-a442-00a0c90a8f39", "c08afd90-f2a1-11d1-8455-00a0c91f3880",
	"00024500-0000-0000-c000-000000000046", "00020812-0000-0000-c000-000000000046", "000209ff-0000-0000-c000-000000000046",
	"91493441-5a91-11cf-8700-00aa0060263b", "0006f03a-0000-0000-c000-000000000046", "00021a20-0000-0000-c000-000000000046",
	"0002df01-0000-0000-c000-000000000046",
}

func abused(s *event.SMBActivity) bool {
	return slices.Contains(abusable, strings.Trim(strings.ToLower(s.RPC.Args["clsid"]), "{}"))
}
