package dnssink

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// asked is what it means when a machine asks for an attacker's name.
var asked = event.Advisory{
	ID: "dnssink", Version: "1", Type: "Rule",
	Title: event.Text{JA: "遮断済みの攻撃者サーバーの名前を問い合わせた", EN: "asked for the name of an attacker's server that is sunk"},
	Means: event.Text{
		JA: "別の端末の事案で攻撃者のサーバーと判断し、DNSで遮断した名前を、この端末も問い合わせました。同じマルウェアに感染している可能性が高いです。通信そのものはDNSで止まっています。",
		EN: "This machine asked for a name that was sunk because another case showed it to be an attacker's server. It is probably infected as well; the connection itself was stopped.",
	},
	Do: []event.Text{
		{JA: "この端末の利用者に連絡し、LANから切り離してください。", EN: "Call its user and take it off the network."},
		{JA: "最初の事案と同じメール・ファイル・サイトを開いていないか確認してください。", EN: "Ask whether the mail, file or site of the first case was opened here too."},
	},
	Sees:       event.Text{JA: "シンクホールへの問い合わせ（転送元が端末を名乗る場合はその端末）", EN: "questions that reach the sinkhole, with the client that a forwarder names"},
	Misses:     event.Text{JA: "DNSサーバーがRPZで直接答えた問い合わせ、IPアドレスへ直接つなぐ通信", EN: "questions that a resolver answers from the zone itself; connections to bare addresses"},
	Techniques: []event.Technique{{UID: "T1071.004", Name: "Application Layer Protocol: DNS"}},
	Threat:     event.MaliciousBehaviour, Phase: event.PhaseC2,
}

// Finding is what a question that the sinkhole answered says about the machine that asked.
func Finding(e event.DNSActivity) event.Finding {
	sum := sha256.Sum256(fmt.Appendf(nil, "dnssink %s %s", e.Src.IP, e.Query))
	return event.Finding{
		Header:    event.Header{UID: "fnd-" + hex.EncodeToString(sum[:8]), Time: e.Time, Seen: e.Seen},
		Advisory:  asked,
		Behaviour: "c2.dns", Severity: event.High, Confidence: 90, SingleShot: true, Weight: 0.9,
		Device: event.Device{IP: e.Src.IP}, Peers: []event.Endpoint{e.Dst}, Subject: e.Query,
		Summary: event.Text{
			JA: fmt.Sprintf("%s が、遮断中の名前 %s を問い合わせました。", e.Src.IP, e.Query),
			EN: fmt.Sprintf("%s asked for the sunk name %s.", e.Src.IP, e.Query),
		},
		Reasons:  []event.Reason{{Name: "sunk_name", Text: event.Text{JA: "遮断中の名前への問い合わせ 1件", EN: "1 question for a sunk name"}, Value: 1, Threshold: 1, Unit: "queries"}},
		Evidence: []event.Evidence{{Time: e.Time, Src: e.Src, Dst: e.Dst, Name: e.Query, Detail: e.Type + " " + e.RCode}},
		First:    e.Time, Last: e.Time, Count: 1,
	}
}
