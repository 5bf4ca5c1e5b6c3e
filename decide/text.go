package decide

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// The sentences that a decision is explained with. %s and %d are filled in both languages alike.
var (
	textClosedCase    = event.Text{JA: "この案件は終わっています", EN: "the case is closed"}
	textBelow         = event.Text{JA: "危険度%dは、隔離を考える基準に達していません", EN: "host severity %d is below what the policy acts on"}
	textAlready       = event.Text{JA: "この端末にはすでに隔離の記録があります（%s）", EN: "there is already an order for this machine (%s)"}
	textSettled       = event.Text{JA: "%sに担当者が解除または却下しています。%sまでは自動では隔離しません", EN: "a person released or denied it at %s; no automatic order before %s"}
	textRehearsed     = event.Text{JA: "この案件では、すでに「観察のみ」として記録しました", EN: "already recorded as a rehearsal for this case"}
	textObserved      = event.Text{JA: "観察のみ：実行していれば隔離していました", EN: "rehearsal: it would have been isolated"}
	textAwaiting      = event.Text{JA: "担当者の承認を待っています", EN: "waiting for a person to approve"}
	textByPolicy      = event.Text{JA: "方針「%s」により自動で承認しました", EN: "approved by the policy's rule %q"}
	textByPerson      = event.Text{JA: "担当者が承認しました", EN: "approved by a person"}
	textAskedBy       = event.Text{JA: "担当者が隔離を指示しました", EN: "a person asked for isolation"}
	textLapsed        = event.Text{JA: "期限までに返事がなかったため取り下げました", EN: "nobody answered in time; withdrawn"}
	textDeniedBy      = event.Text{JA: "担当者が却下しました", EN: "denied by a person"}
	textWithdrawn     = event.Text{JA: "実行の前に取り下げました", EN: "withdrawn before it was carried out"}
	textProposed      = event.Text{JA: "%s：危険度%d。%s", EN: "%s: host severity %d. %s"}
	textFrozen        = event.Text{JA: "全停止中のため、自動では隔離しません", EN: "everything automatic is stopped (freeze)"}
	textNotFrozen     = event.Text{JA: "全停止ではありません", EN: "not frozen"}
	textNever         = event.Text{JA: "隔離してはならない端末です：%s", EN: "it may never be cut off: %s"}
	textNotNever      = event.Text{JA: "隔離禁止の一覧にありません", EN: "not on the never-touch list"}
	textNeverOver     = event.Text{JA: "期限が過ぎています。先の日付にしてください", EN: "its end has passed; choose a later one"}
	textNoAddress     = event.Text{JA: "切り離すためのアドレスが分かりません", EN: "no usable address is known"}
	textAddress       = event.Text{JA: "切り離すアドレス：%s", EN: "addresses to cut: %s"}
	textConflict      = event.Text{JA: "どの端末か確かではありません：%s", EN: "which machine it is, is not certain: %s"}
	textDoubt         = event.Text{JA: "どの端末か言い切れません（確かさ %[2]d %%）：%[1]s", EN: "which machine it is, is not certain (%[2]d %%): %[1]s"}
	textNoConflict    = event.Text{JA: "端末の情報に食い違いはありません", EN: "the sources agree which machine it is"}
	textStale         = event.Text{JA: "アドレスと端末の対応が古すぎます（%s前、%sによる）。別の端末かもしれません", EN: "who has the address was last known %s ago, from %s; it may be another machine by now"}
	textUnknownAge    = event.Text{JA: "アドレスと端末の対応がいつのものか分かりません", EN: "it is not known since when the address is this machine's"}
	textFresh         = event.Text{JA: "アドレスと端末の対応は新しいものです（%s前、%sによる）", EN: "who has the address was known %s ago, from %s"}
	textDouble        = event.Text{JA: "この端末の隔離 %s が続いています", EN: "order %s for this machine is still open"}
	textNotDouble     = event.Text{JA: "この端末の隔離はほかにありません", EN: "no other order for this machine"}
	textCapHour       = event.Text{JA: "この1時間の自動隔離が上限（%d件）に達しました", EN: "the cap of %d automatic isolations an hour is reached"}
	textCapManual     = event.Text{JA: "この1時間の手動の隔離が上限（%d件）に達しました", EN: "the cap of %d manual isolations an hour is reached"}
	textCapPercent    = event.Text{JA: "区画「%s」で切り離せる台数の上限（%d台）に達しました", EN: "the cap of zone %q is reached (%d machines)"}
	textCapsLeft      = event.Text{JA: "隔離の上限には余裕があります（この1時間に%d件）", EN: "within the caps (%d in this hour)"}
	textCapTotal      = event.Text{JA: "町全体で同時に切り離せる台数の上限（%d台）に達しました", EN: "the cap of %d machines cut off at once in the whole town is reached"}
	textCapTotalLeft  = event.Text{JA: "町全体の上限には余裕があります（いま%d台）", EN: "within the cap of the whole town (%d now)"}
	textTwoRole       = event.Text{JA: "役割「%s」の機器なので、2人の承認が必要です", EN: "it has the role %s: two people must approve"}
	textOneIsEnough   = event.Text{JA: "承認は1人で足ります", EN: "one person's approval is enough"}
	textFirstOfTwo    = event.Text{JA: "1人目（%s）が承認しました。もう1人の承認を待っています", EN: "the first of two (%s) approved; another person is awaited"}
	textAskedTwo      = event.Text{JA: "担当者が求めました。もう1人の承認を待っています", EN: "a person asked for it; another person's approval is awaited"}
	textPlanned       = event.Text{JA: "予行：%d台の装置に%d件の設定を送る予定です（できない装置%d台）。まだ何も送っていません", EN: "rehearsed: %d enforcers would be sent %d commands (%d cannot do it); nothing was sent"}
	textResumed       = event.Text{JA: "判断の途中で再起動しました。担当者の承認を待っています", EN: "restarted in the middle of the decision; waiting for a person"}
	textLifted        = event.Text{JA: "隔離禁止の一覧に加わったため解除します：%s", EN: "lifted, for it is on the never-touch list now: %s"}
	textSegmentSize   = event.Text{JA: "切り離す範囲：端末のアドレス%d件、範囲%d件", EN: "to be cut: %d addresses of machines, %d ranges"}
	textSegmentEmpty  = event.Text{JA: "切り離せる端末がありません（すべて隔離禁止か、端末が知られていません）", EN: "nothing is left to cut: all of it is on the never-touch list, or no machine is known"}
	textSegmentTwo    = event.Text{JA: "区画の切り離しには、必ず2人の承認が必要です", EN: "cutting a segment off always takes two people"}
	textOutbreak      = event.Text{JA: "%s の %d 台に、同じ時間帯の異常が出ています。1台ずつではなく、まとめての切り離しを判断してください", EN: "%[2]d machines of %[1]s show it at the same time: decide about the whole segment instead of each machine"}
	textInOutbreak    = event.Text{JA: "区画の切り離しの提案 %s に含まれています", EN: "it is part of the proposal %s for its whole segment"}
	textOtherPolicy   = event.Text{JA: "予行のあとで方針が変わりました。もう一度、予行を見てください", EN: "the policy has changed since the rehearsal; look at a new one"}
	textAccepted      = event.Text{JA: "予行を確認し、自動の隔離を認めました（対象%d台、うち誤検知%d台）", EN: "rehearsal seen, automatic isolation allowed (%d machines, %d of them judged false)"}
	textRehearseFirst = event.Text{JA: "この方針の予行をまだ確認していないため、自動では隔離しません（yagura rehearse）", EN: "nobody has looked at a rehearsal of this policy yet: nothing is automatic (yagura rehearse)"}
	textRehearsalSeen = event.Text{JA: "%sがこの方針の予行を確認しました（%s）", EN: "%s has looked at a rehearsal of this policy (%s)"}
	textNoRehearsal   = event.Text{JA: "予行の確認を求めない設定です", EN: "the configuration asks for no rehearsal"}
	textKnownOnly     = event.Text{JA: "範囲ごと切り離せる装置がないため、知られている端末だけを切り離します。知られていない端末は残ります", EN: "no enforcer cuts whole ranges: only the machines that are known are cut off; unknown ones stay connected"}
	textTooLong       = event.Text{JA: "隔離は最長%sまでです", EN: "an isolation may last %s at most"}
	textSamePerson    = event.Text{JA: "指示した人とは別の人の承認が必要です", EN: "another person than the one who asked must approve"}
	textWrongState    = event.Text{JA: "この隔離は「%s」の状態なので、その操作はできません", EN: "the order is %s; this cannot be done now"}
	textNobody        = event.Text{JA: "操作する人の名前が要ります", EN: "the name of who asks is needed"}
	textNoReason      = event.Text{JA: "理由を書いてください", EN: "a reason is needed"}
	textFreezeOn      = event.Text{JA: "全停止にしました：自動の隔離は行いません", EN: "freeze on: nothing automatic is done"}
	textFreezeOff     = event.Text{JA: "全停止を解除しました", EN: "freeze off"}
	textDHCP          = event.Text{JA: "アドレスの更新(DHCP)だけは通します", EN: "renewing its address (DHCP) still passes"}
	textNoticePage    = event.Text{JA: "お知らせの画面（%s）は見られます", EN: "the notice page (%s) can still be reached"}
	textMACToo        = event.Text{JA: "機器番号 %s でも切り離すので、アドレスが変わっても通信できません", EN: "also cut by its hardware address %s, so a new address does not help it"}
	textOtherMachine  = event.Text{JA: "ほかの端末の通信には触れません", EN: "no other machine is touched"}
)

// fill puts args into both languages; an event.Text among them gives its own language.
func fill(t event.Text, args ...any) event.Text {
	ja, en := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case event.Text:
			ja[i], en[i] = a.In("ja"), a.In("en")
		case time.Time:
			s := a.In(japan.JST).Format("1/2 15:04")
			ja[i], en[i] = s, s
		case time.Duration:
			ja[i], en[i] = longJA(a), a.Round(time.Second).String()
		default:
			ja[i], en[i] = a, a
		}
	}
	return event.Text{JA: fmt.Sprintf(t.JA, ja...), EN: fmt.Sprintf(t.EN, en...)}
}

func longJA(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d日", int(d.Hours()/24))
	case d >= time.Hour:
		return fmt.Sprintf("%d時間", int(d.Hours()))
	case d >= time.Minute:
		return fmt.Sprintf("%d分", int(d.Minutes()))
	}
	return fmt.Sprintf("%d秒", int(d.Seconds()))
}
