// Package logclear finds a machine that empties the event logs of another, or crashes the service that writes them.
package logclear

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector watches the calls that clear logs from afar (MS-EVEN §3.1.4.9, MS-EVEN6 §3.1.4.16; the list of MITRE's BZAR,
// DETECTIONS "log clearing"). One is enough. A clearing call that gets no answer, or an error, is how the service is
// crashed: its handle is not checked, and the service starts again only twice a day by default.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "logclear",
		Title: event.Text{JA: "証拠となるログの消去", EN: "Event logs wiped from afar"},
		Means: event.Text{
			JA: "ある端末が、別の機器の記録(イベントログ)を遠隔から消したか、記録の仕組みを止めました。侵入の跡を隠す行為です。",
			EN: "A machine wiped the event logs of another from afar, or stopped the service that writes them: a way to hide an intrusion."},
		Do: []event.Text{
			{JA: "操作した端末を切り離してください。", EN: "Isolate the machine that did it."},
			{JA: "消された側の機器で記録が続いているか確認し、残っている記録を保存してください。", EN: "Check that the other machine still writes its logs, and save what is left."},
			{JA: "管理担当者の作業でないか確認してください。", EN: "Ask whether it was an administrator's work."}},
		Sees:       event.Text{JA: "ログの消去命令と、それに対する返事の有無。", EN: "Calls that clear logs, and whether they were answered."},
		Misses:     event.Text{JA: "機器の上で直接行われた消去、SMB3で暗号化された命令。", EN: "Wiping on the machine itself; calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1070.001", Name: "Clear Windows Event Logs"}, {UID: "T1562.002", Name: "Disable Windows Event Logging"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"evasion.eventlog_clear", "evasion.eventlog_crash"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		return detect.NewCallWatch(d, []string{"management"}, rules()...)
	},
	Samples: samples,
}

func rules() []detect.CallRule {
	crash := detect.CallRule{Interface: "eventlog", Operations: []string{"ElfrClearELFW", "ElfrClearELFA"}, When: failed,
		Behaviour: "evasion.eventlog_crash", Severity: event.High, Confidence: 80, SingleShot: true, Window: 5 * time.Minute, Did: event.Text{
			JA: "%[1]s が %[2]s の記録の仕組み(イベントログ)を止めようとする命令を%[3]d回送りました(%[4]s)。",
			EN: "%[1]s sent %[2]s %[3]d calls that stop its event log service (%[4]s)."}}
	clears := detect.CallRule{Interface: "eventlog", Operations: crash.Operations, When: done,
		Behaviour: "evasion.eventlog_clear", Severity: event.High, Confidence: 85, SingleShot: true, Detail: detect.Arg("log", "backup"), Did: event.Text{
			JA: "%[1]s が %[2]s のイベントログを%[3]d回消去しました(%[4]s)。", EN: "%[1]s wiped event logs of %[2]s %[3]d times (%[4]s)."}}
	newer := clears
	newer.Interface, newer.Operations, newer.When = "IEventService", []string{"EvtRpcClearLog"}, nil
	return []detect.CallRule{crash, clears, newer}
}

// failed: no answer, a fault, or an error as the result.
func failed(s *event.SMBActivity) bool {
	return !s.RPC.Answered || detect.Refused(s) || s.RPC.Result != 0
}

func done(s *event.SMBActivity) bool { return !failed(s) }
