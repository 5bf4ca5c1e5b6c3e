package main

import "github.com/yagura-project/yagura/event"

// What the demo says. The audience is the town hall; English is for the console.
const (
	wordsTitle   = "櫓 Yagura デモ — 小さな町役場で起きた侵入を見つけ、その1台だけを切り離します"
	wordsNotRoot = "root ではないので、記録した侵入を再生し、遮断は予行だけにします(本物を見るには: sudo yagura demo)"

	wordsBuilding = "この1台の中に町役場を作っています(PC 2台、共有サーバー、ルーター、外の世界)"
	wordsBuilt    = "できました(%.1f 秒)。外のネットワークには何も出ません"
	wordsMachine  = "%-8s %-9s %-13s %s"
	wordsWatching = "櫓が見張りを始めました"
	wordsConsole  = "画面: %s"
	wordsPassword = "利用者名: %s   最初のパスワード: %s"
	wordsConfig   = "設定: %s"

	wordsMailbox    = "担当者に届くメール: %s/*.txt"
	wordsMail       = "メール: %s"
	wordsFound      = "検知: %s — %s"
	wordsResult     = "遮断できました"
	wordsLast       = "検知から、総務課のPCに最後の通信が届くまで: %+.2f 秒(マイナスは、検知より前)"
	wordsSilence    = "検知から、静かになったと確かめるまで: %.2f 秒(約束の %.0f 秒以内: %s)"
	wordsSessions   = "つながったままだった通信も切れました(IPv4 と IPv6): %s"
	wordsNeighbour  = "税務課のPC: %d 回の確認のうち、届かなかったのは %d 回"
	wordsYes        = "はい"
	wordsNo         = "いいえ"
	wordsNow        = "次に試すこと"
	wordsTry1       = "画面にログインし、案件を開いて、何が起きたかを読む"
	wordsTryMail    = "担当者に届いたメールを読む: cat %s/mail/*.txt"
	wordsTry2       = "「隔離を解除」を押す(機器の設定が元どおりになったかを、ここで確かめます)"
	wordsTry3       = "別の端末で: yagura status --data %s"
	wordsEnd        = "終わるときは Ctrl-C を押してください。作った町はすべて片づけます"
	wordsRestored   = "ルーターとスイッチの設定は、遮断の前とまったく同じです"
	wordsNotSame    = "ルーターかスイッチの設定が、遮断の前と違います"
	wordsClearing   = "片づけています"
	wordsCleared    = "町を片づけました。何も残っていません"
	wordsStepCut    = "(相手から返事がありません。切り離した後なら、そうなります)"
	wordsReplay     = "記録した侵入を再生しています(約 %d 分の記録を %g 倍の速さで)"
	wordsReplayed   = "再生が終わりました"
	wordsEndReplay  = "終わるときは Ctrl-C を押してください"
	wordsTimeout    = "%s たっても遮断が確かめられませんでした"
	wordsStillAlive = "まだ届いているもの: %s"
)

var wordsOrder = map[event.OrderState]string{
	event.OrderObserved:         "予行: %s を切り離すはずでした(実際には何もしていません)",
	event.OrderAwaitingApproval: "遮断の承認待ち: %s",
	event.OrderApproved:         "遮断を決めました: %s",
	event.OrderApplied:          "遮断の命令がルーターとスイッチに入りました: %s",
	event.OrderVerified:         "確認: %s は静かになりました",
	event.OrderPartial:          "注意: %s の通信が一部残っています",
	event.OrderIneffective:      "注意: %s の通信が止まっていません",
	event.OrderReleased:         "解除しました: %s",
	event.OrderExpired:          "期限が来たので解除しました: %s",
	event.OrderFailed:           "失敗: %s を切り離せませんでした",
	event.OrderDenied:           "見送り: %s の遮断は行いません",
}
