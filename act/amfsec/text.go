package amfsec

import "github.com/yagura-project/yagura/event"

var (
	textSent = event.Text{
		JA: "AMF-SECへ隔離を依頼しました。AMF-SECは応答を返さないため、実行されたかは通信の観測とAMF-SECのアクションログで確かめてください",
		EN: "AMF-SEC was asked to isolate it. It does not answer: see by the traffic and in its action log whether it did",
	}
	textByHand = event.Text{
		JA: "Yaguraからは解除できません。AMF-SECの設定画面で［ポリシー設定］→［アクション一覧］を開き、この端末のアクションを削除してください。［デバイス］→［接続中 デバイス一覧］で、元のネットワークに戻ったことを確かめます。",
		EN: "Yagura cannot release this. In AMF-SEC open Policy Settings > Action List and delete the action of this machine; Device > Active Device List shows that it is back in its network.",
	}
)
