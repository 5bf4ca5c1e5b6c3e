package webhook

import "github.com/yagura-project/yagura/event"

var textOneWay = event.Text{
	JA: "依頼先が受け付けました。依頼先の状態は読み返せないため、通信の観測で確かめてください",
	EN: "it accepted the request; it cannot be read back, so see by the traffic whether it worked",
}
