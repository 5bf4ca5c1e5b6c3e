package console

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// blindOrder is the order in which reasons stand side by side.
var blindOrder = []string{"tls", "smb", "encrypted", "unparsed", "one_sided", "lost"}

// blindReasons are the constant parts: what it is, what it means, what can be done.
var blindReasons = map[string]BlindReason{
	"tls": {
		Title: event.Text{JA: "暗号化された Web などの通信（TLS・QUIC）", EN: "Encrypted web and other traffic (TLS, QUIC)"},
		Means: event.Text{JA: "いまの Web はほとんど暗号化されています。中身は見えませんが、どの端末が、どこへ、いつ、どれだけ通信したかは見えています。",
			EN: "Nearly all of the web is encrypted today. Which machine talked where, when and how much is seen; the content is not."},
		Do: event.Text{JA: "そのままで構いません。中身まで調べたいときは、プロキシの記録か、端末の記録を合わせて見ます。",
			EN: "Nothing. Where content matters, read the proxy's log or the machine's own."},
	},
	"smb": {
		Title: event.Text{JA: "暗号化されたファイル共有（SMB3）", EN: "Encrypted file shares (SMB 3)"},
		Means: event.Text{JA: "ファイルサーバーとのやりとりが暗号化されています。どの端末がどのサーバーとどれだけやりとりしたかは見えていますが、ファイル名は見えません。",
			EN: "Talk with the file server is encrypted. Which machine talked with which server, and how much, is seen; names of files are not."},
		Do: event.Text{JA: "安全な設定です。ファイル名まで必要なときは、ファイルサーバーの監査ログを残してください。",
			EN: "This is a safe setting. Where names of files matter, keep the file server's audit log."},
	},
	"encrypted": {
		Title: event.Text{JA: "そのほかの暗号化された通信（SSH・VPN など）", EN: "Other encrypted traffic (SSH, VPN …)"},
		Means: event.Text{JA: "遠隔操作や VPN などです。どの端末がどこと通信したかは見えています。", EN: "Remote work, VPN and the like. Which machine talked where is seen."},
		Do: event.Text{JA: "知らない相手との VPN がないか、端末の画面の「おもな通信先」をときどき見てください。",
			EN: "Look now and then whether a machine keeps a VPN to somebody unknown (top destinations)."},
	},
	"unparsed": {
		Title: event.Text{JA: "形式の分からない通信", EN: "Traffic of unknown form"},
		Means: event.Text{JA: "業務システム独自の通信など、櫓が形式を知らないものです。相手と量は見えています。", EN: "Programs with a language of their own. Who talked with whom, and how much, is seen."},
		Do:    event.Text{JA: "急に増えたときだけ、どの端末かを調べてください。", EN: "Look for the machine only when this grows suddenly."},
	},
	"one_sided": {
		Mend:  true,
		Title: event.Text{JA: "片方向しか届いていない通信", EN: "Traffic of which one direction is missing"},
		Means: event.Text{JA: "行きか帰りの片方しかセンサーに届いていません。ミラー設定が片方向になっているか、往復で別の道を通っています。",
			EN: "Only one direction reaches the sensor: the mirror shows one direction, or the ways there and back differ."},
		Do: event.Text{JA: "スイッチの保守業者に「ミラーポートを送受信の両方向にしてください」と伝えてください。",
			EN: "Ask whoever looks after the switch to mirror both directions (both, not rx or tx only)."},
	},
	"lost": {
		Mend:  true,
		Title: event.Text{JA: "センサーに届かなかった通信", EN: "Traffic that did not reach the sensor"},
		Means: event.Text{JA: "混み合って、ミラーポートか櫓の機械が取りこぼした分です（量は推定）。", EN: "Lost at the mirror port or by this machine when it was busy (estimated)."},
		Do: event.Text{JA: "ミラーポートの速度が、写す通信の合計より大きいかを確かめてください。続くときは、櫓の機械の CPU を増やします。",
			EN: "Check that the mirror port is faster than all it mirrors. If it goes on, give this machine more processors."},
	},
}

// RuleCount is what the room of rules tells.
type RuleCount struct {
	Loaded, Refused int
	Since           time.Time
}

func (c RuleCount) health() *RuleHealth {
	h := &RuleHealth{Loaded: c.Loaded, Refused: c.Refused, Since: c.Since}
	if h.Refused == 0 {
		h.Text = event.Text{JA: fmt.Sprintf("ルール %d 件をすべて読み込んでいます。", c.Loaded), EN: fmt.Sprintf("All of %d rules are loaded.", c.Loaded)}
		return h
	}
	h.Text = event.Text{JA: fmt.Sprintf("ルール %d 件を読み込みました。%d 件は使えません。理由は yagura rules check で分かります。", c.Loaded, c.Refused),
		EN: fmt.Sprintf("%d rules are loaded, %d are refused; yagura rules check says why.", c.Loaded, c.Refused)}
	return h
}
