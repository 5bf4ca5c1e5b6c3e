// Package zerologon finds attempts to take over a domain controller through a weakness of its logon service (CVE-2020-1472).
package zerologon

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector counts secure-channel set-ups with an all-zero credential (MS-NRPC §3.5.4.4.2). The attack needs 256
// tries on average; an ordinary client makes one, never with zeros. Three in a minute are enough (DETECTIONS 26).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "zerologon",
		Title: event.Text{JA: "ドメインコントローラーの乗っ取り攻撃(Zerologon)", EN: "Attack on a domain controller (Zerologon)"},
		Means: event.Text{
			JA: "ドメインコントローラーのログオン機能の弱点を突く攻撃がありました。成功すると庁内の全端末を支配されます。",
			EN: "A weakness in the domain controller's logon service was attacked. Success gives control over every machine."},
		Do: []event.Text{
			{JA: "端末をすぐに切り離してください。", EN: "Isolate the machine at once."},
			{JA: "ドメインコントローラーの更新状況(2020年8月以降)を確認してください。", EN: "Check that the domain controller has the updates of August 2020 and later."},
			{JA: "専門家に連絡してください。", EN: "Call an expert."}},
		Sees:       event.Text{JA: "ゼロばかりの認証情報による試行の回数。", EN: "The number of tries with an all-zero credential."},
		Misses:     event.Text{JA: "暗号化されたSMB3の中の試行。", EN: "Tries inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1210", Name: "Exploitation of Remote Services"}},
		Threat:     event.Exploit,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"ex.zerologon"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		r := detect.CallRule{Interface: "netlogon", Operations: []string{"NetrServerAuthenticate", "NetrServerAuthenticate2", "NetrServerAuthenticate3"},
			Behaviour: "ex.zerologon", Severity: event.Critical, Confidence: 95, SingleShot: true, Window: time.Minute, Least: 3, Detail: detect.Arg("account"),
			When: func(s *event.SMBActivity) bool { return s.RPC.Args["zero_credential"] == "true" },
			Did: event.Text{JA: "%[1]s が %[2]s に、ゼロばかりの認証情報で%[3]d回ログオンを試みました(%[4]s)。",
				EN: "%[1]s tried to log on to %[2]s with all-zero credentials %[3]d times (%[4]s)."}}
		many := r // where the credential cannot be read: nobody sets up a channel ten times a minute
		many.Least, many.Confidence = 10, 80
		many.When = func(s *event.SMBActivity) bool { return s.RPC.Args["zero_credential"] == "" }
		return detect.NewCallWatch(d, nil, r, many)
	},
	Samples: samples,
}
