package radius

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// The sentences of this enforcer.
var (
	textNoMAC  = event.Text{JA: "この端末のMACアドレスが分からないため、認証では切り離せません", EN: "its hardware address is not known, so RADIUS cannot name it"}
	textShared = event.Text{JA: "同じポート（%s）に別の端末（%s）もつながっているため、ポートを止められません。設定の shared を true にすると止めます",
		EN: "other machines (%[2]s) are on its port (%[1]s), so the port is not touched; the setting shared allows it"}
	textNeighbour = event.Text{JA: "同じポート（%s）に切り離してはならない端末（%s）がつながっています", EN: "on its port (%s) is a machine that may never be cut off (%s)"}
)

func fill(t event.Text, args ...any) event.Text {
	return event.Text{JA: fmt.Sprintf(t.JA, args...), EN: fmt.Sprintf(t.EN, args...)}
}
