package asset

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// whyWords say what a role was learnt from; %d is the number of machines.
var whyWords = map[string]event.Text{
	"dc":         {JA: "%d台の端末にKerberosのチケットを発行しました。", EN: "It issued Kerberos tickets to %d machines."},
	"dns":        {JA: "%d台の端末の名前の問い合わせに答えました。", EN: "It answered name queries of %d machines."},
	"dhcp":       {JA: "%d台の端末にアドレスを割り当てました。", EN: "It leased addresses to %d machines."},
	"gateway":    {JA: "DHCPで%d台の端末にルーターとして知らされています。", EN: "DHCP told %d machines that it is their router."},
	"proxy":      {JA: "%d台の端末が、この機器を通して外のWebを見ています。", EN: "%d machines reach the web through it."},
	"wsus":       {JA: "%d台の端末がWindowsの更新を取りに来ています。", EN: "%d machines fetch Windows updates from it."},
	"mail":       {JA: "%d台の機器からメールを受け取っています。", EN: "It accepts mail of %d machines."},
	"printer":    {JA: "%d台の端末から印刷データを受け取っています。", EN: "It accepts print jobs of %d machines."},
	"backup":     {JA: "夜間に%d台の機器から大量のデータを受け取っています。", EN: "At night it takes in much data of %d machines."},
	"management": {JA: "2日以上にわたり、%d台の機器を遠隔操作しています。侵入者も同じことをするため、確認されるまで例外にはしません。", EN: "On two days or more it worked on %d machines remotely. Intruders do so too: until confirmed it is no exemption."},
	"scanner":    {JA: "2日以上にわたり、%d台の機器を調べて回っています。侵入者も同じことをするため、確認されるまで例外にはしません。", EN: "On two days or more it probed %d machines. Intruders do so too: until confirmed it is no exemption."},
}

func why(role string, s *standing) event.Text {
	w, ok := whyWords[role]
	if !ok {
		return event.Text{JA: "通信から学びました。", EN: "Learnt from traffic."}
	}
	n := s.count()
	return event.Text{JA: fmt.Sprintf(w.JA, n), EN: fmt.Sprintf(w.EN, n)}
}
