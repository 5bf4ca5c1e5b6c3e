// Package webattack finds attacks in web requests: injected commands, stolen files, scanners.
package webattack

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector reads request targets as a server would, percent-encoding undone twice (DETECTIONS 26, 42; OWASP CRS families 930–942).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "webattack",
		Title: event.Text{JA: "Webサーバーへの攻撃", EN: "Attack on a web server"},
		Means: event.Text{
			JA: "Webへの要求の中に、データベースの盗み見やファイルの読み出し、命令の実行を狙う文字列がありました。",
			EN: "Web requests carried strings that aim at reading a database or files, or at running commands."},
		Do: []event.Text{
			{JA: "庁内の端末が攻撃元なら、その端末を切り離してください。", EN: "If a machine inside is the attacker, isolate it."},
			{JA: "外部からの場合は、狙われたサーバーの記録を確認し、更新を適用してください。", EN: "If it came from outside, read the server's log and install its updates."},
			{JA: "攻撃が成功していないか(見慣れないファイル、外部との通信)を調べてください。", EN: "Look for success: unknown files, traffic to the outside."}},
		Sees:       event.Text{JA: "暗号化されていないWeb要求のアドレス、見出し、名乗り、フォームの初め。", EN: "Targets, fields, agents and the beginning of forms of unencrypted web requests."},
		Misses:     event.Text{JA: "暗号化されたWeb(HTTPS)、長い本文の後半に隠された攻撃。", EN: "HTTPS; attacks deep within long bodies."},
		Techniques: []event.Technique{{UID: "T1190", Name: "Exploit Public-Facing Application"}, {UID: "T1595.002", Name: "Vulnerability Scanning"}},
		Threat:     event.Exploit,
		Phase:      event.PhaseEntry,
	},
	Behaviours: []string{"web.sqli", "web.traversal", "web.xss", "web.rce", "web.scanner", "ex.log4shell", "ex.web", "cred.adfs_export"},
	Reads:      []event.Event{(*event.HTTPActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		return &instance{deps: d, seen: detect.NewTally(20_000, time.Hour), visits: detect.NewTable[visit, guesses](10_000, guessWindow),
			heads: newHarmless(), agents: newHarmless()}
	},
	Samples: samples,
}
