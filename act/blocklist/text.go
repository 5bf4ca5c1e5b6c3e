package blocklist

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
)

var (
	textTooWide = event.Text{JA: "範囲（%s）が広すぎます。/%dより広い範囲は載せません", EN: "the range %s is too wide: nothing wider than /%d is listed"}
	textFull    = event.Text{JA: "ブロックリストが上限（%d件）に達しました", EN: "the block list is full (%d entries)"}
	textWaiting = event.Text{JA: "リストに載せました。まだ取得していない装置：%s", EN: "published; not yet fetched by%s"}
	textNever   = event.Text{JA: "なし", EN: "never"}
)

func fill(t event.Text, args ...any) event.Text {
	ja, en := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		ja[i], en[i] = a, a
		if t, ok := a.(event.Text); ok {
			ja[i], en[i] = t.JA, t.EN
		}
	}
	return event.Text{JA: fmt.Sprintf(t.JA, ja...), EN: fmt.Sprintf(t.EN, en...)}
}
