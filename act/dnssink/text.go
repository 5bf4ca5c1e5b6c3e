package dnssink

import "github.com/yagura-project/yagura/event"

var (
	textLimit = event.Text{
		JA: "DNSシンクホールは名前解決だけを止めます。IPアドレスへ直接つなぐ通信は止まりません",
		EN: "the DNS sinkhole stops name resolution only; connections to bare addresses still pass",
	}
	textWaiting = event.Text{
		JA: "ゾーンを更新しました。DNSサーバーがまだ新しい版を読み込んでいません",
		EN: "the zone is published; a resolver has not taken the new version yet",
	}
)
