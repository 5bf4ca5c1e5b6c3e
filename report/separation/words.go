package separation

import (
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
)

// words is everything this certificate says; all verbs are %s.
var words = map[string]event.Text{
	"title":   {JA: "ネットワーク分離の証明書", EN: "Certificate of network separation"},
	"made":    {JA: "%s 作成　Yagura（櫓）", EN: "made %s by Yagura"},
	"foot":    {JA: "%s　%s　%s　取扱注意", EN: "%s · %s · %s · handle with care"},
	"page":    {JA: "%d / %d ページ", EN: "page %d of %d"},
	"cases":   {JA: "件", EN: ""},
	"comma":   {JA: "、", EN: ", "},
	"others":  {JA: "ほか", EN: " and others"},
	"never":   {JA: "なし", EN: "none"},
	"unknown": {JA: "記録なし", EN: "not recorded"},
	"below":   {JA: "0.001%未満", EN: "below 0.001%"},

	"verdict.proven": {JA: "0件の逸脱：分離は守られていました。", EN: "0 deviations: the separation held."},
	"verdict.sofar":  {JA: "0件の逸脱：ここまで分離は守られています（期間の途中です）。", EN: "0 deviations so far; the period has not ended."},
	"verdict.gaps":   {JA: "見えた範囲で逸脱は0件です。ただし、見張れていない時間か取りこぼしがあり、証明にはなりません。", EN: "0 deviations in what was seen; but some time was not watched or packets were lost, so this proves nothing."},
	"verdict.breach": {JA: "許可されていない通信が%s件ありました。", EN: "Conversations without permission: %s."},
	"verdict.none":   {JA: "この期間の記録がありません。安全とは言えません。", EN: "There is no record of this period: nobody can say that it was safe."},
	"verdict.forged": {JA: "記録が書き換えられています（%s日分）。この証明書は使えません。", EN: "Records were changed (days: %s). This certificate is void."},

	"line.checked":   {JA: "ゾーンの間の通信 %[1]s件（%[2]s）を、特定通信の一覧 %[3]s件とすべて照合しました。", EN: "Every conversation between zones was held against the list: %[1]s conversations (%[2]s), %[3]s entries."},
	"line.watched":   {JA: "期間の%sを見張り、取りこぼしたパケットは%sです。", EN: "%s of the period was watched; packets lost: %s."},
	"line.uncounted": {JA: "期間の%sを見張りました。取りこぼしの記録はありません。", EN: "%s of the period was watched; losses were not recorded."},
	"line.strangers": {JA: "2つのゾーンにまたがる端末%s台、台帳にない機器%s台が見つかりました。", EN: "Machines in two zones: %s; machines that no list admits: %s."},
	"line.none":      {JA: "分離するゾーン（detect.detectors.separation.isolated）が設定されていないか、Yaguraが動いていませんでした。", EN: "No zone is set to be separate (detect.detectors.separation.isolated), or Yagura did not run."},

	"tile.breaches": {JA: "逸脱", EN: "Deviations"},
	"tile.zones":    {JA: "分離するゾーン: %s", EN: "separate: %s"},
	"tile.checked":  {JA: "調べた通信", EN: "Checked"},
	"tile.entries":  {JA: "特定通信", EN: "Permitted"},
	"tile.unused":   {JA: "期間中に未使用 %s件", EN: "%s not used"},
	"tile.watched":  {JA: "見張っていた時間", EN: "Watched"},
	"tile.loss":     {JA: "取りこぼし %s", EN: "lost: %s"},

	"todo":           {JA: "していただくこと", EN: "What to do"},
	"todo.forged":    {JA: "%s の記録が指紋と合いません。台帳（監査記録）と突き合わせ、誰が変えたかを調べてください。", EN: "The records of %s do not fit their fingerprints: compare with the ledger and find out who changed them."},
	"todo.breach":    {JA: "下の表の通信について、必要なものは特定通信に登録し（理由・期限つき）、心当たりのないものは端末を切り離してください。", EN: "Of the conversations below, register what is needed, with reason and end; isolate the machines of those that nobody knows."},
	"todo.strangers": {JA: "2つのゾーンにまたがる端末と、台帳にない機器を、コンソールの案件から確認してください。", EN: "Look at the cases of machines in two zones and of machines that no list admits."},
	"todo.expired":   {JA: "期限切れの特定通信 %s件（%s）を、延長するか一覧から外してください。", EN: "Expired entries: %s (%s). Extend them or take them off the list."},
	"todo.unused":    {JA: "一度も使われていない特定通信 %s件（%s）は、本当に必要か担当課に確かめてください。", EN: "Entries never used: %s (%s). Ask their owners whether they are needed."},
	"todo.gaps":      {JA: "見張れていない時間の原因や取りこぼし（停止・停電・ミラーポート）を確かめ、監査のために書き残してください。", EN: "Find out why some time was not watched or what was lost (stop, power, mirror port) and write it down for the audit."},

	"breach.title": {JA: "許可されていない通信", EN: "Without permission"},
	"breach.note":  {JA: "同じ組み合わせは1行にまとめています。", EN: "The same ends and service are one line."},
	"breach.none":  {JA: "ありません（0件）。", EN: "None (0)."},
	"entry.title":  {JA: "特定通信の一覧と使われ方", EN: "Permitted communications and their use"},
	"entry.note":   {JA: "使われていない許可は、狙われる穴になります。", EN: "A permit that nobody uses is a hole."},
	"entry.none":   {JA: "特定通信は登録されていません。", EN: "No communication is permitted."},
	"pair.title":   {JA: "ゾーンの間で調べた通信", EN: "Checked, by zones"},
	"pair.none":    {JA: "ゾーンの間の通信はありませんでした。", EN: "Nothing passed between zones."},

	"record.title":   {JA: "証拠：日ごとの記録と指紋", EN: "Evidence: the records and their fingerprints"},
	"record.note":    {JA: "指紋（SHA-256）は、書き換えると鎖が切れる監査台帳に残っています。", EN: "Each fingerprint (SHA-256) stands in the ledger, whose chain breaks when a line is changed."},
	"record.none":    {JA: "記録がありません。", EN: "No records."},
	"record.open":    {JA: "この日はまだ終わっていません。", EN: "The day has not ended."},
	"record.line":    {JA: "台帳 %s行目　%s…", EN: "ledger line %s, %s…"},
	"record.forged":  {JA: "記録が指紋と合いません", EN: "the record does not fit its fingerprint"},
	"record.missing": {JA: "記録なし", EN: "no record"},
	"record.head":    {JA: "作成時の台帳の末尾：%s行目 %s…", EN: "End of the ledger when this was made: line %s, %s…"},
	"limits":         {JA: "この証明は、監視点（ミラーポート）を通る通信についてのものです。監視点を通らない通信と、USBメモリーなどによる持ち運びは含みません。", EN: "This covers traffic that passes the mirror port. It says nothing of traffic elsewhere, nor of what is carried on foot."},

	"state.used":    {JA: "使用中", EN: "in use"},
	"state.unused":  {JA: "期間中は未使用", EN: "not used in the period"},
	"state.never":   {JA: "一度も使われていない", EN: "never used"},
	"state.expired": {JA: "期限切れ", EN: "expired"},
	"state.last":    {JA: "最後は %s", EN: "last %s"},

	"col.first": {JA: "最初", EN: "First"}, "col.from": {JA: "送信元", EN: "From"}, "col.to": {JA: "宛先", EN: "To"}, "col.service": {JA: "サービス", EN: "Service"},
	"col.count": {JA: "回数", EN: "Count"}, "col.name": {JA: "名称・理由", EN: "Name, reason"}, "col.owner": {JA: "担当", EN: "Owner"}, "col.expires": {JA: "期限", EN: "Ends"},
	"col.uses": {JA: "使用回数", EN: "Uses"}, "col.bytes": {JA: "量", EN: "Volume"}, "col.state": {JA: "状態", EN: "State"}, "col.checked": {JA: "調べた件数", EN: "Checked"},
	"col.breaches": {JA: "逸脱", EN: "Deviations"}, "col.day": {JA: "日", EN: "Day"}, "col.watched": {JA: "見張った時間", EN: "Watched"}, "col.print": {JA: "記録の指紋", EN: "Fingerprint"},
}

// zoneWords are what people call the usual zones.
var zoneWords = map[string]event.Text{
	"mynumber": {JA: "マイナンバー利用事務系", EN: "My Number"}, "lgwan": {JA: "LGWAN接続系", EN: "LGWAN"}, "internet": {JA: "インターネット接続系", EN: "internet"},
	"school": {JA: "教育系", EN: "school"}, "dmz": {JA: "DMZ", EN: "DMZ"}, "": {JA: "庁外・その他", EN: "outside, others"},
}

func (v voice) zone(z string) string {
	if t, ok := zoneWords[z]; ok {
		return v.of(t)
	}
	return z
}

func (v voice) zones(list []string) string {
	var out []string
	for _, z := range list {
		out = append(out, v.zone(z))
	}
	return strings.Join(out, v.say("comma"))
}

func (v voice) clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	if v == "en" {
		return t.In(report.JST).Format("2 Jan 15:04")
	}
	return t.In(report.JST).Format("1/2 15:04")
}

func (v voice) minutes(n int) string {
	if v == "en" {
		return fmt.Sprintf("%d h %02d min", n/60, n%60)
	}
	return fmt.Sprintf("%d時間%02d分", n/60, n%60)
}

func (v voice) bytes(n uint64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	x, i := float64(n), 0
	for x >= 1000 && i < len(units)-1 {
		x, i = x/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", x, units[i])
}

func service(proto string, port uint16) string {
	if port == 0 {
		return proto
	}
	return fmt.Sprintf("%s/%d", proto, port)
}

// spaced writes a fingerprint in groups of eight, so that a person can compare it and paper can break it.
func spaced(hex string) string {
	var parts []string
	for len(hex) > 8 {
		parts, hex = append(parts, hex[:8]), hex[8:]
	}
	return strings.Join(append(parts, hex), " ")
}

func short(hex string) string { return hex[:min(16, len(hex))] }
