package act

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// The sentences of what was done.
var (
	textProtected    = event.Text{JA: "隔離してはならないものです：%s", EN: "it may never be cut off: %s"}
	textEverybody    = event.Text{JA: "すべてのアドレスを止める命令は実行しません", EN: "an order for all addresses is never carried out"}
	textNoRanges     = event.Text{JA: "範囲（%s）の隔離はこの装置ではできません", EN: "this enforcer cannot cut the range %s"}
	textNoName       = event.Text{JA: "この装置は%sで端末を見分けますが、命令にそれがありません", EN: "it knows machines by %s, and the order names none"}
	textProbeSilent  = event.Text{JA: "Yaguraからの呼びかけに応答がないことを確かめました", EN: "it does not answer Yagura's own questions"}
	textProbeAnswers = event.Text{JA: "Yaguraからの呼びかけに応答がありました：%s", EN: "it answers Yagura's own questions: %s"}
	textUnknown      = event.Text{JA: "台帳にない隔離が装置にあります。そのままにしています。心当たりがなければ、装置の手順で解除してください", EN: "the enforcer has an isolation that the ledger does not know; it is left alone: if nobody knows it, end it at the device"}
	textResume       = event.Text{JA: "装置への設定の途中で止まっていました。予定していた設定の一部がすでに送られているかもしれません。続きから行い、読み返して確かめます", EN: "interrupted while enforcers were told: part of what was planned may have been sent; going on from there and reading back"}
	textSent         = event.Text{JA: "装置に送りました。この装置は読み返せません", EN: "sent to the enforcer, which cannot be read back"}
	textSameSegment  = event.Text{JA: "同じ部屋・同じスイッチの端末どうしの通信は、この装置では止められません。あわせてLANケーブルを抜いてください", EN: "machines on the same switch still reach it: this enforcer does not see them; unplug its cable too"}
	textBegin        = event.Text{JA: "切り離しを始めます", EN: "cutting it off"}
	textApplied      = event.Text{JA: "装置に設定し、読み返して確かめました", EN: "set at the enforcer and read back"}
	textWatching     = event.Text{JA: "通信が止まったかを観測しています", EN: "watching whether its traffic stops"}
	textNoWatcher    = event.Text{JA: "設定しました。観測装置がないため、止まったかは確かめられません", EN: "set; without a sensor its silence cannot be verified"}
	textBlind        = event.Text{JA: "設定しましたが、観測装置に何も届いていないため、止まったかを確かめられません。ミラーポートを確認してください", EN: "set, but the sensor sees nothing at all, so its silence cannot be verified; check the mirror port"}
	textBehind       = event.Text{JA: "設定しましたが、観測が通信に追いついていないため、止まったかをまだ確かめられません", EN: "set, but the sensor is behind the traffic, so silence cannot be verified yet"}
	textVerified     = event.Text{JA: "通信が止まったことを観測しました（%dミリ秒で停止、遮断された試み%d件）", EN: "silence observed (after %d ms; %d attempts were cut)"}
	textPartial      = event.Text{JA: "一部の通信がまだ通っています：%s", EN: "some of it still passes: %s"}
	textIneffective  = event.Text{JA: "まだ通信しています：%s", EN: "it still talks: %s"}
	textAgain        = event.Text{JA: "停止を確認したあとに通信を観測しました：%s", EN: "traffic was seen after its silence: %s"}
	textRehearsed    = event.Text{JA: "予行：装置には何も送っていません", EN: "rehearsal: nothing was sent"}
	textAllRefused   = event.Text{JA: "どの装置も実行できませんでした：%s", EN: "no enforcer could do it: %s"}
	textGaveUp       = event.Text{JA: "装置に設定できないまま時間切れになりました：%s", EN: "no enforcer could be told in time: %s"}
	textExpired      = event.Text{JA: "期限が来たので解除しました", EN: "its time is over; undone"}
	textExpiring     = event.Text{JA: "期限が来ました", EN: "its time is over"}
	textReleased     = event.Text{JA: "解除し、装置に残っていないことを確かめました", EN: "undone; nothing of it is left at the enforcers"}
	textNeverBegun   = event.Text{JA: "切り離す前に取りやめました：%s", EN: "called off before anything was done: %s"}
	textPassesAgain  = event.Text{JA: "解除後の通信を観測しました：%s", EN: "its traffic passes again: %s"}
	textNotYetSeen   = event.Text{JA: "解除後の通信はまだ見えません（電源が切れているかもしれません）", EN: "no traffic seen since the release (it may be switched off)"}
	textNoHand       = event.Text{JA: "装置「%s」は今の設定にありません", EN: "enforcer %s is not in the configuration now"}
	textMended       = event.Text{JA: "装置の設定を台帳に合わせ直しました", EN: "the enforcer was brought into line with the ledger"}
)

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
