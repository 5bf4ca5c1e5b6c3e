package notify

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// The sentences of notices.
var (
	textKeepOn        = event.Text{JA: "端末の電源は切らないでください。LANケーブルを抜き、無線は切ってください。", EN: "Do not switch the machine off. Unplug its network cable and turn its Wi-Fi off."}
	textLeaveIsolated = event.Text{JA: "端末の電源は切らないでください。通信はYaguraが止めました。", EN: "Do not switch the machine off. Yagura has stopped its traffic."}
	textPleaseApprove = event.Text{JA: "Yaguraの画面で、この端末を切り離してよいか答えてください。", EN: "Open Yagura and say whether this machine may be cut off."}
	textCallIT        = event.Text{JA: "下の電話先に、端末の名前と案件番号を伝えてください。", EN: "Call the number below; tell the machine's name and the case."}
	textNote          = event.Text{JA: "直前にしていたこと（開いたメール、挿したUSBなど）を書き留めてください。", EN: "Write down what was done just before (a mail opened, a USB stick plugged in …)."}

	textPlace        = event.Text{JA: "%s（%s）", EN: "%s (%s)"}
	textPlaceUnknown = event.Text{JA: "設置場所は台帳にありません（%s）", EN: "its place is not in the asset list (%s)"}

	textDoneAwaiting = event.Text{JA: "端末の切り離しを提案しました。承認を待っています。", EN: "proposed to cut the machine off; waiting for approval."}
	textDoneBegun    = event.Text{JA: "端末の切り離しを始めました。", EN: "began to cut the machine off."}
	textDoneVerified = event.Text{JA: "端末を切り離し、通信が止まったことを確かめました（%sまで）。", EN: "cut the machine off and saw its traffic stop (until %s JST)."}
	textDoneNot      = event.Text{JA: "切り離しましたが、まだ通信が見えます：%s。LANケーブルを抜いてください。", EN: "cut the machine off, but it still talks: %s. Unplug its network cable."}
	textDoneReleased = event.Text{JA: "切り離しを解除しました。", EN: "released the machine."}
	textDoneExpired  = event.Text{JA: "切り離しの期限が来たので解除しました。", EN: "the isolation's time is over; it was released."}
	textDoneFailed   = event.Text{JA: "切り離せませんでした：%s", EN: "could not cut the machine off: %s"}
	textDoneDenied   = event.Text{JA: "切り離しは行いません：%s", EN: "the machine is not cut off: %s"}
	textDoneObserved = event.Text{JA: "観察のみの設定なので、切り離していません。", EN: "the policy only observes: nothing was cut off."}
)

// words are the headings of the page.
var words = struct {
	What, Which, Where, Do, Call, Evidence, Done, Link, Number, Repeats, NoContact, Footer, Digest, DigestMore, DigestLine, Test, TestText event.Text
}{
	What:      event.Text{JA: "何が起きたか", EN: "What happened"},
	Which:     event.Text{JA: "どの端末か", EN: "Which machine"},
	Where:     event.Text{JA: "どこにあるか", EN: "Where it is"},
	Do:        event.Text{JA: "今すぐすること", EN: "What to do now"},
	Call:      event.Text{JA: "電話先", EN: "Whom to call"},
	Evidence:  event.Text{JA: "証拠", EN: "Evidence"},
	Done:      event.Text{JA: "Yaguraがしたこと", EN: "What Yagura did"},
	Link:      event.Text{JA: "詳しい画面", EN: "Details"},
	Number:    event.Text{JA: "案件番号", EN: "Case"},
	Repeats:   event.Text{JA: "（同じような検知 %d 件をまとめています）", EN: "(%d similar detections are folded into this notice)"},
	NoContact: event.Text{JA: "設定されていません（情報システム担当へ）", EN: "none is configured (ask your IT staff)"},
	Footer: event.Text{JA: "Yagura（櫓）が自動で送りました。パスワードを入れる前に、リンク先がいつものYaguraの画面であることを確かめてください。",
		EN: "Sent by Yagura. Before you sign in, make sure that the link leads to your own Yagura."},
	Digest:     event.Text{JA: "まとめ：%d件", EN: "digest: %d cases"},
	DigestMore: event.Text{JA: "ほか %d 件（画面で確認できます）", EN: "and %d more (see the console)"},
	DigestLine: event.Text{JA: "危険度%d　%s　%s（%s、%d回）", EN: "severity %d  %s  %s (%s, %d times)"},
	Test:       event.Text{JA: "通知の試験です", EN: "test of the notifications"},
	TestText:   event.Text{JA: "これは試験です。この通知が届けば、連絡の経路は働いています。", EN: "This is a test. If it reaches you, the way of notification works."},
}

// zoneNames are zones as people say them; other zones are shown as configured.
var zoneNames = map[string]event.Text{
	"mynumber": {JA: "マイナンバー利用事務系", EN: "My Number zone"},
	"lgwan":    {JA: "LGWAN接続系", EN: "LGWAN zone"},
	"internet": {JA: "インターネット接続系", EN: "internet zone"},
	"school":   {JA: "学校系", EN: "school zone"},
	"dmz":      {JA: "公開サーバー", EN: "DMZ"},
	"":         {JA: "区画は不明", EN: "zone unknown"},
}

func zoneName(zone string) event.Text {
	if t, ok := zoneNames[zone]; ok {
		return t
	}
	return event.Text{JA: zone, EN: zone}
}

func fill(t event.Text, args ...any) event.Text {
	ja, en := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		ja[i], en[i] = a, a
		if t, ok := a.(event.Text); ok {
			ja[i], en[i] = t.In("ja"), t.In("en")
		}
	}
	return event.Text{JA: fmt.Sprintf(t.JA, ja...), EN: fmt.Sprintf(t.EN, en...)}
}
