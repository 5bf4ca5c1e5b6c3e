package incident

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// phaseOrder is the order in which an attack usually goes.
var phaseOrder = []event.Phase{event.PhaseIntelligence, event.PhaseEntry, event.PhaseC2, event.PhaseLateral, event.PhaseDiscovery, event.PhaseExfiltration}

var (
	textPlain    = event.Text{JA: "%s", EN: "%s"}
	textItem     = event.Text{JA: "・%s", EN: "- %s"}
	textStep     = event.Text{JA: "・%s　%s%s", EN: "- %s  %s%s"}
	textHappened = event.Text{JA: "【何が起きたか】", EN: "What happened"}
	textOpening  = event.Text{JA: "%s ごろから、%s で「%s」が見つかりました。", EN: "Since about %s (JST), on %s: %s."}
	textMachines = event.Text{JA: "動きのある端末は %d 台です。最初は %s（%s）とみられます。", EN: "%d machines are active in it. The first seems to have been %s (%s JST)."}
	textReached  = event.Text{JA: "ほかに %d 台が、手を伸ばされています。まだ自分からの動きは見えていません。", EN: "%d more were reached; they have not been seen to act themselves."}
	textCourse   = event.Text{JA: "【起きた順】", EN: "In order"}
	textCertain  = event.Text{JA: "【確実なこと】", EN: "What is certain"}
	textLikely   = event.Text{JA: "【おそらく】", EN: "What is likely"}
	textMore     = event.Text{JA: "・ほか %d 件", EN: "- %d more"}
	textUnknown  = event.Text{JA: "【まだ分からないこと】", EN: "What is not known"}

	textLeakUnknown  = event.Text{JA: "情報が外へ出たかどうか。これまでの記録には、はっきりした持ち出しは見えていません。", EN: "Whether anything leaked. What was recorded so far shows no clear exfiltration."}
	textLeft         = event.Text{JA: "外部の %s へ、およそ %s が送られました。それが何だったか。", EN: "About %[2]s were sent to %[1]s outside; what it was."}
	textLeftSome     = event.Text{JA: "外部の %s へ送られたものの量。", EN: "How much was sent to %s outside."}
	textLeakContent  = event.Text{JA: "外へ出た可能性のあるデータの中身。", EN: "What the data was that may have left."}
	textEntryUnknown = event.Text{JA: "最初の侵入のきっかけ（メール、Web、USB など）。", EN: "How it got in (mail, web, USB …)."}
	textUserUnknown  = event.Text{JA: "そのとき端末を使っていた人。", EN: "Who was using the machine."}
	textEncrypted    = event.Text{JA: "暗号化された通信の中身（根拠のうち %d 件は、相手・量・間隔だけから判断しています）。", EN: "What was said under encryption: %d of the findings are judged by destination, size and rhythm alone."}
	textLost         = event.Text{JA: "取りこぼした通信（%.1f %%）に何があったか。", EN: "What was in the %.1f %% of packets that were lost."}
	textOpaque       = event.Text{JA: "この間の通信の %.0f %% は暗号化されていて、中身は見えていません。", EN: "%.0f %% of the traffic of that time was encrypted and could not be read."}
	textUnsure       = event.Text{JA: "端末の名前は推定です（確からしさ %d %%）。", EN: "Which machine it was is a guess (%d %% sure)."}
	textLookAtAll    = event.Text{JA: "関係する %d 台を同じように確かめてください（下の「広がり」を参照）。", EN: "Treat all %d machines of the incident alike (see the picture of the spread)."}
	textTakenBack    = event.Text{JA: "あとから加えた例外により、この案件の根拠はすべて取り下げられました。", EN: "Exceptions that were added later took back everything that this case stood on."}
)

var stateTexts = map[event.IncidentState]event.Text{
	event.IncidentNew:           {JA: "未対応に戻しました", EN: "Set back to new"},
	event.IncidentInProgress:    {JA: "対応を始めました", EN: "Work began"},
	event.IncidentContained:     {JA: "封じ込めました", EN: "Contained"},
	event.IncidentResolved:      {JA: "解決しました", EN: "Resolved"},
	event.IncidentFalsePositive: {JA: "誤検知として閉じました", EN: "Closed as a false positive"},
}

// orderText makes one line of a case from a step of an order.
type orderText func(o *event.Order, t event.Transition) event.Text

func fixed(ja, en string) orderText {
	return func(*event.Order, event.Transition) event.Text { return event.Text{JA: ja, EN: en} }
}

// because adds the step's own reason.
func because(ja, en string) orderText {
	return func(_ *event.Order, t event.Transition) event.Text {
		return event.Text{JA: ja + "：" + t.Why.In("ja"), EN: en + ": " + t.Why.In("en")}
	}
}

var orderTexts = map[event.OrderState]orderText{
	event.OrderObserved:         fixed("予行：切り離しの判断だけを記録しました", "Rehearsal: the isolation was only recorded"),
	event.OrderAwaitingApproval: fixed("切り離しの承認を待っています", "Isolation awaits approval"),
	event.OrderApproved:         fixed("切り離しが承認されました", "Isolation approved"),
	event.OrderDenied:           because("切り離しを見送りました", "Isolation denied"),
	event.OrderApplied:          fixed("端末を切り離しました。通信が止まったか確認しています", "The machine was cut off; observing whether it is silent"),
	event.OrderVerified: func(o *event.Order, _ event.Transition) event.Text {
		if o.SilenceMS < 100 {
			return event.Text{JA: "通信が止まったことを確認しました（0.1 秒以内）", EN: "Silence was observed (within 0.1 s)"}
		}
		s := float64(o.SilenceMS) / 1000
		return event.Text{JA: fmt.Sprintf("通信が止まったことを確認しました（%.1f 秒）", s), EN: fmt.Sprintf("Silence was observed (%.1f s)", s)}
	},
	event.OrderPartial:     because("一部の通信がまだ通っています", "Some traffic still passes"),
	event.OrderIneffective: because("切り離しが効いていません", "The isolation has no effect"),
	event.OrderReleased:    fixed("切り離しを解除し、元に戻しました", "Released, everything is as before"),
	event.OrderExpired:     fixed("期限が来たので切り離しを終えました", "The isolation reached its end"),
	event.OrderFailed:      because("切り離しに失敗しました", "The isolation failed"),
}

var (
	textReopened         = event.Text{JA: "同じ端末で新しい動きがあったため、再び開きました", EN: "Opened again: the machine was active anew"}
	textAfterContainment = event.Text{JA: "隔離した後にも動きが見つかりました。隔離が効いているか確認してください",
		EN: "Activity was found after the isolation; check that it holds"}
)

func textRaised(from, to int, other string) event.Text {
	return event.Text{JA: fmt.Sprintf("%s の件とつながりが見つかり、危険度が %d から %d に上がりました", other, from, to),
		EN: fmt.Sprintf("Severity rose from %[2]d to %[3]d: it is linked with %[1]s", other, from, to)}
}

var (
	textJoined = event.Text{JA: "案件 %s とひとつの案件にまとめました。この番号でも引き続き見られます", EN: "Joined with case %s into one incident; this number stays valid"}
	textTookIn = event.Text{JA: "案件 %s（%s）をまとめました", EN: "Took in case %s (%s)"}
)
