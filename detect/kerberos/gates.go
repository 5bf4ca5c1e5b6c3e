package kerberos

import (
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// settingOf is which setting holds a reason's threshold.
var settingOf = map[string]string{"names": "names", "rc4_services": "services"}

// gates are what was asked before the finding: the number that decided, and what made it weigh more or less.
func (n *instance) gates(a *event.Authentication, s *state, behaviour string, why event.Reason) []event.Gate {
	out := []event.Gate{{Name: why.Name, Text: why.Text, Value: why.Value, Op: ">=", Threshold: why.Threshold, Unit: why.Unit, Passed: why.Value >= why.Threshold, Source: settingOf[why.Name]}}
	if behaviour == "cred.rc4_downgrade" { // the fewer, the stranger
		out[0].Op, out[0].Threshold, out[0].Passed = "<=", commonRC4-1, why.Value < commonRC4
	}
	window := 2 * n.cfg.Window
	if behaviour == "cred.kerberos_spray" {
		window = n.cfg.Window
	}
	realmAES := n.aes.Peek(realm(a.Domain), a.Time) != nil
	return append(out,
		detect.AtMost("window", a.Time.Sub(s.items[0].at).Seconds(), window.Seconds(), "s", "window", event.Text{JA: "数えた時間", EN: "Time within which it is counted"}),
		detect.Holds("realm_aes", realmAES, "RFC 3962", event.Text{JA: "このドメインは新しい暗号(AES)を使っている(そうなら重く見る)", EN: "The domain does AES (it weighs more then)"}),
		detect.Holds("offers_aes", offersAES(a), "RFC 4120 §5.4.1", event.Text{JA: "端末は新しい暗号(AES)を申し出た", EN: "The machine offered AES"}),
		detect.Holds("rc4_first", toolOffer(a), "MS-KILE", event.Text{JA: "攻撃ツールのように、古い暗号(RC4)を真っ先に申し出た", EN: "It offered RC4 first, as tools do and no system"}),
		detect.Holds("preauth", a.PreAuth, "RFC 4120 §7.5.2", event.Text{JA: "パスワードを知っていることを示した(事前認証)", EN: "It proved to know the password (pre-authentication)"}))
}
