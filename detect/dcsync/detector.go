// Package dcsync finds a machine that asks a domain controller for everybody's password hashes, or poses as a domain controller.
package dcsync

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector watches directory replication (MS-DRSR §4.1) that does not come from a domain controller.
// Thresholds: none; one call is enough (DETECTIONS 24 and 25, MITRE ATT&CK T1003.006 and T1207).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "dcsync",
		Title: event.Text{JA: "全職員のパスワード情報の抜き取り", EN: "Theft of all password hashes (DCSync)"},
		Means: event.Text{
			JA: "ドメインコントローラーではない端末が、ディレクトリの複製機能を使いました。全利用者のパスワード情報が渡った、または不正な変更が書き込まれた恐れがあります。",
			EN: "A machine that is not a domain controller used directory replication. All password hashes may have been handed over, or rogue changes written."},
		Do: []event.Text{
			{JA: "端末をすぐに切り離してください。", EN: "Isolate the machine at once."},
			{JA: "この端末で使われた管理者アカウントを停止してください。", EN: "Disable the administrator account that was used on it."},
			{JA: "専門家に連絡し、krbtgtを含む管理者パスワードの変更を計画してください。", EN: "Call an expert and plan the change of administrator passwords, krbtgt included."}},
		Sees:       event.Text{JA: "ネットワーク上の複製要求(内容が暗号化されていても要求の種類は見えます)。", EN: "Replication requests on the wire; the operation is visible even when its content is encrypted."},
		Misses:     event.Text{JA: "ドメインコントローラー自身の上で行われた抜き取り、SMB3で暗号化された経路。", EN: "Theft on the domain controller itself; calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1003.006", Name: "OS Credential Dumping: DCSync"}, {UID: "T1207", Name: "Rogue Domain Controller"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"cred.dcsync", "cred.dcshadow"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		return &instance{deps: d, asked: detect.NewTable[pair, int](10_000, time.Hour)}
	},
	Samples: samples,
}

// operations of drsuapi (MS-DRSR §4.1) that only domain controllers call.
var operations = map[uint16]struct{ name, behaviour string }{
	2:  {"DRSReplicaSync", "cred.dcsync"},
	3:  {"DRSGetNCChanges", "cred.dcsync"},
	5:  {"DRSReplicaAdd", "cred.dcshadow"},
	6:  {"DRSReplicaDel", "cred.dcshadow"},
	7:  {"DRSReplicaModify", "cred.dcshadow"},
	17: {"DRSAddEntry", "cred.dcshadow"},
}
