package console

import "github.com/yagura-project/yagura/event"

// texts are the sentences of the console's answers, by code.
var texts = map[string]event.Text{
	"bad_request":       {JA: "入力の形式が正しくありません。赤い欄を確かめてください。", EN: "The input is not in the right form. Check the marked fields."},
	"not_found":         {JA: "見つかりませんでした。すでに整理されたか、アドレスが違います。", EN: "Not found. It was tidied away, or the address is wrong."},
	"too_large":         {JA: "送られたデータが大きすぎます。", EN: "What was sent is too large."},
	"too_slow":          {JA: "時間内に終わりませんでした。期間を短くして、もう一度お試しください。", EN: "It did not finish in time. Choose a shorter period and try again."},
	"internal":          {JA: "櫓の中で問題が起きました。記録に残しました。少し待ってもう一度お試しください。", EN: "Something went wrong inside Yagura. It is in the log. Wait a moment and try again."},
	"refused":           {JA: "この操作は行えません。", EN: "This cannot be done."},
	"login_needed":      {JA: "ログインしてください。", EN: "Please log in."},
	"login_wrong":       {JA: "利用者名またはパスワードが違います。", EN: "The user name or password is wrong."},
	"login_wait":        {JA: "失敗が続いたため、しばらく受け付けません。少し待ってからお試しください。", EN: "Too many attempts. Wait a little and try again."},
	"role_missing":      {JA: "この操作をする権限がありません。管理者に相談してください。", EN: "You are not permitted to do this. Ask an administrator."},
	"must_change":       {JA: "最初に新しいパスワードを決めてください。", EN: "Choose a new password first."},
	"csrf":              {JA: "画面が古くなっています。ページを読み込み直してください。", EN: "This page is out of date. Reload it."},
	"origin":            {JA: "ほかのサイトからの操作なので、受け付けませんでした。", EN: "Refused: the request came from another site."},
	"host":              {JA: "この名前では開けません。設定 console.hosts に加えてください。", EN: "The console does not answer to this name. Add it to console.hosts."},
	"password_wrong":    {JA: "いまのパスワードが違います。", EN: "The current password is wrong."},
	"password_length":   {JA: "パスワードは10文字以上256文字以下にしてください。", EN: "Use 10 to 256 characters."},
	"password_has_name": {JA: "パスワードに利用者名を含めないでください。", EN: "Do not put the user name into the password."},
	"password_simple":   {JA: "同じ文字だけのパスワードは使えません。", EN: "Do not use one repeated character."},
	"password_same":     {JA: "いまと違うパスワードにしてください。", EN: "Choose a password other than the current one."},
	"no_ring":           {JA: "パケットは保存していません。設定 packets.dir を決めると、次から保存されます。", EN: "Packets are not kept. Set packets.dir and they will be from then on."},
	"no_packets":        {JA: "この時間のパケットは残っていません。保存の上限を超えて消えたか、保存を始める前の通信です。", EN: "No packets of that time are left: they have made room for newer ones, or were never kept."},
	"busy":              {JA: "ほかの人が保存しているところです。少し待ってから、もう一度お試しください。", EN: "Others are downloading. Wait a moment and try again."},
	"period":            {JA: "期間が正しくありません。2026-11 または 2026-11-01_2026-11-15 の形で、13か月以内にしてください。", EN: "Unusable period. Write 2026-11 or 2026-11-01_2026-11-15, at most 13 months."},
	"state":             {JA: "案件をその状態には変えられません。", EN: "The case cannot go into that state."},
	"user_name":         {JA: "利用者名は半角英数字と . _ - で、2〜32文字にしてください。", EN: "User names are 2 to 32 letters, digits, . _ or -."},
	"user_exists":       {JA: "その利用者名はすでに使われています。", EN: "That user name is taken."},
	"last_admin":        {JA: "最後の管理者なので、止めたり役割を変えたりできません。", EN: "This is the last administrator; it cannot be disabled or changed."},
}
