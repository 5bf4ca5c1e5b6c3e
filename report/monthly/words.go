package monthly

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report/paper"
)

// words is everything this report says. Verbs are numbered where the languages order them differently; all are %s.
var words = map[string]event.Text{
	"title":      {JA: "セキュリティ月次報告", EN: "Monthly security report"},
	"title.any":  {JA: "セキュリティ報告", EN: "Security report"},
	"made":       {JA: "%s 作成　Yagura（櫓）", EN: "made %s by Yagura"},
	"foot":       {JA: "%s　%s　%s　取扱注意", EN: "%s · %s · %s · handle with care"},
	"page":       {JA: "%d / %d ページ", EN: "page %d of %d"},
	"same":       {JA: "前の期間と同じ", EN: "as in the period before"},
	"more":       {JA: "前の期間より%s件多い", EN: "%s more than before"},
	"less":       {JA: "前の期間より%s件少ない", EN: "%s fewer than before"},
	"cases":      {JA: "件", EN: "cases"},
	"times":      {JA: "回", EN: "times"},
	"machines":   {JA: "台", EN: "machines"},
	"none.value": {JA: "―", EN: "–"},

	"verdict.quiet":   {JA: "静かな期間でした。対応が必要な異常はありません。", EN: "A quiet period: nothing needs you."},
	"verdict.done":    {JA: "異常は%s件ありましたが、すべて対応を終えています。", EN: "Cases: %s, all of them closed."},
	"verdict.open":    {JA: "対応の終わっていない案件が%s件あります。", EN: "Cases still open: %s."},
	"verdict.bad":     {JA: "重大な案件が%s件、まだ終わっていません。", EN: "Serious cases still open: %s."},
	"verdict.failed":  {JA: "隔離が効いていない端末が%s台あります。至急確認してください。", EN: "Machines that still talk although isolated: %s. Look now."},
	"verdict.blind":   {JA: "この期間、センサーは動いていません。安全とは言えません。", EN: "The sensor did not run in this period: nobody can say that it was safe."},
	"line.cases":      {JA: "案件は%[1]s件（うち重大%[2]s件）。%[3]s。", EN: "Cases: %[1]s, of which serious: %[2]s; %[3]s."},
	"line.nocases":    {JA: "案件はありません。%s。", EN: "No cases; %s."},
	"line.cut":        {JA: "端末を%[1]s回隔離し、%[2]s回で通信が止まったことを確認しました。", EN: "Isolations: %[1]s; silence observed: %[2]s."},
	"line.rehearsed":  {JA: "予行として%s回、隔離の判断を記録しました（実際には止めていません）。", EN: "Isolations rehearsed, that is decided and recorded but not carried out: %s."},
	"line.nocut":      {JA: "隔離した端末はありません。", EN: "No machine was isolated."},
	"line.sensor":     {JA: "センサーは期間の%[1]sを見張り、取りこぼしは%[2]sでした。", EN: "The sensor watched %[1]s of the period and lost %[2]s."},
	"line.sensornone": {JA: "センサーの記録がありません。", EN: "There is no record of the sensor."},

	"tile.cases":    {JA: "案件", EN: "Cases"},
	"tile.serious":  {JA: "うち重大", EN: "Serious"},
	"tile.gravity":  {JA: "危険度8以上。%s", EN: "severity 8+; %s"},
	"tile.open":     {JA: "対応中%s件", EN: "%s still open"},
	"tile.isolated": {JA: "隔離", EN: "Isolations"},
	"tile.verified": {JA: "停止の確認%s回", EN: "%s verified"},
	"tile.stop":     {JA: "止めるまで（中央値）", EN: "Time to contain"},
	"tile.stopnote": {JA: "気づいてから通信が止まるまで", EN: "median, notice to silence"},
	"tile.watched":  {JA: "見張っていた時間", EN: "Watched"},
	"tile.lost":     {JA: "取りこぼし", EN: "Lost"},
	"tile.lostnote": {JA: "%sパケット中%s", EN: "%[2]s of %[1]s packets"},
	"tile.opaque":   {JA: "見えない割合", EN: "Not readable"},
	"tile.opaqnote": {JA: "暗号化で中身が見えない通信量", EN: "encrypted, of all bytes"},
	"tile.sent":     {JA: "送ったフレーム", EN: "Frames sent"},
	"tile.sentnote": {JA: "監視口から。0が正常", EN: "on the mirror; 0 is right"},
	"tile.gap":      {JA: "停止 %s", EN: "%s not watched"},
	"tile.nogap":    {JA: "止まった時間なし", EN: "no gap"},

	"todo":         {JA: "次にすること", EN: "What to do next"},
	"todo.failed":  {JA: "%sの隔離が効いていません。ネットワークケーブルを抜き、機器の設定を確認してください。", EN: "The isolation of %s has no effect: pull its cable and check the device that should have cut it."},
	"todo.case":    {JA: "案件%[1]s（%[2]s）の対応を終えてください。", EN: "Bring case %[1]s (%[2]s) to its end."},
	"todo.cases":   {JA: "ほかに対応中の案件が%s件あります。画面の「案件」で確認してください。", EN: "More cases are open (%s): see Incidents on the screen."},
	"todo.approve": {JA: "隔離の承認を待っている案件が%s件あります。承認か却下を決めてください。", EN: "Isolations wait for approval (%s): decide."},
	"todo.release": {JA: "%s台が隔離されたままです（%s）。安全を確かめて解除するか、続けるかを決めてください。", EN: "Machines still isolated: %s (%s). Release them when they are safe, or keep them cut."},
	"todo.again":   {JA: "%[1]sは%[2]s件の案件に出ています。初期化（再構築）を検討してください。", EN: "%[1]s came up in %[2]s cases: consider installing it anew."},
	"todo.sensor":  {JA: "センサーが%s止まっていました。機器の電源とミラーポートの設定を確認してください。", EN: "The sensor stood still for %s: check its power and the mirror port."},
	"todo.lost":    {JA: "通信の取りこぼしが%sあります。ミラーの量が機器の能力を超えていないか確認してください。", EN: "%s of the packets were lost: check whether the mirror sends more than the machine can take."},
	"todo.false":   {JA: "誤検知が%[1]s件中%[2]s件ありました。業務の通信を登録すると減らせます。", EN: "%[2]s of %[1]s cases were false: register your own services to have fewer."},
	"todo.nothing": {JA: "特にありません。このままお使いください。", EN: "Nothing. Carry on."},
	"todo.unknown": {JA: "センサーを動かしてください。動いていない間は、侵入があっても気づけません。", EN: "Start the sensor: while it stands still, no breach is noticed."},

	"chart.cases":    {JA: "案件の数（気づいた日）", EN: "Cases by day of notice"},
	"chart.hours":    {JA: "案件の数（気づいた時刻）", EN: "Cases by hour of notice"},
	"chart.low":      {JA: "軽い（1～4）", EN: "low (1–4)"},
	"chart.middle":   {JA: "注意（5～7）", EN: "medium (5–7)"},
	"chart.serious":  {JA: "重大（8～10）", EN: "serious (8–10)"},
	"chart.caseunit": {JA: "件", EN: "cases"},

	"main":  {JA: "おもな案件（危険度の高い順）", EN: "Gravest cases"},
	"after": {JA: "%s後", EN: "after %s"},

	"count":         {JA: "1　件数", EN: "1  Counts"},
	"count.note":    {JA: "「前」は、ひとつ前の期間（%s）です。", EN: "“Before” is the period before: %s."},
	"count.kind":    {JA: "種類", EN: "Kind"},
	"count.phase":   {JA: "攻撃の段階", EN: "Phase of attack"},
	"count.now":     {JA: "今回", EN: "Now"},
	"count.before":  {JA: "前", EN: "Before"},
	"count.change":  {JA: "増減", EN: "Change"},
	"count.none":    {JA: "数える案件がありません。", EN: "There are no cases to count."},
	"count.several": {JA: "ひとつの案件が複数の段階に進むことがあるため、合計は案件の数と合いません。", EN: "A case can go through several phases, so these do not add up to the number of cases."},

	"list":         {JA: "2　対応した案件", EN: "2  Cases"},
	"list.none":    {JA: "この期間に案件はありません。", EN: "There are no cases in this period."},
	"list.part":    {JA: "危険度の高い%[2]s件を載せています。全%[1]s件は画面の「案件」で確認できます。", EN: "The %[2]s gravest of %[1]s cases; all of them are on the screen under Incidents."},
	"list.number":  {JA: "番号", EN: "Number"},
	"list.when":    {JA: "気づいた時刻", EN: "Noticed"},
	"list.machine": {JA: "端末", EN: "Machine"},
	"list.what":    {JA: "何が起きたか", EN: "What"},
	"list.grave":   {JA: "危険度", EN: "Level"},
	"list.stopped": {JA: "止めた時刻", EN: "Silent at"},
	"list.state":   {JA: "状態", EN: "State"},

	"rank":       {JA: "3　案件の多かった端末", EN: "3  Machines with most cases"},
	"rank.none":  {JA: "案件に出た端末はありません。", EN: "No machine was in a case."},
	"rank.place": {JA: "部署・場所", EN: "Department, place"},
	"rank.cases": {JA: "案件", EN: "Cases"},
	"rank.worst": {JA: "最大の危険度", EN: "Worst severity"},
	"rank.last":  {JA: "最後", EN: "Latest"},

	"orders":          {JA: "4　隔離の記録", EN: "4  Isolations"},
	"orders.note":     {JA: "「無音まで」は、止める操作をしてから最後の通信が見えるまでの時間です。機器の返事ではなく、実際の通信で確かめています。", EN: "“Silence” is the time from the cut to the last packet that still passed: observed on the wire, not reported by a device."},
	"orders.none":     {JA: "この期間に隔離の記録はありません。", EN: "There are no isolations in this period."},
	"orders.part":     {JA: "新しい%[2]s件を載せています（全%[1]s件）。", EN: "The latest %[2]s of %[1]s."},
	"orders.applied":  {JA: "止めた", EN: "Cut"},
	"orders.verified": {JA: "確認", EN: "Verified"},
	"orders.silence":  {JA: "無音まで", EN: "Silence"},
	"orders.released": {JA: "解除", EN: "Released"},
	"orders.who":      {JA: "決めた人", EN: "Decided by"},
	"orders.result":   {JA: "結果", EN: "Result"},
	"orders.policy":   {JA: "自動（方針）", EN: "policy"},

	"speed":        {JA: "5　気づくまで・止めるまで", EN: "5  Time to notice and to contain"},
	"speed.what":   {JA: "区間", EN: "From – to"},
	"speed.median": {JA: "中央値", EN: "Median"},
	"speed.worst":  {JA: "最長", EN: "Longest"},
	"speed.count":  {JA: "件数", EN: "Cases"},
	"speed.before": {JA: "前の中央値", EN: "Median before"},
	"speed.notice": {JA: "最初の兆候 → 気づく", EN: "first sign → noticed"},
	"speed.stop":   {JA: "気づく → 通信が止まる", EN: "noticed → silent"},
	"speed.none":   {JA: "計れる案件がありません。", EN: "There is no case to measure."},

	"health":          {JA: "6　センサーの健康", EN: "6  Health of the sensor"},
	"health.none":     {JA: "この期間のセンサーの記録がありません。動いていなかった間の通信は、見ていません。", EN: "There is no record of the sensor in this period: what passed then was not seen."},
	"health.chart":    {JA: "受信した通信量（平均）", EN: "Traffic received (mean)"},
	"health.note":     {JA: "記録がない時間は 0 として描いています。", EN: "Time without a record is drawn as 0."},
	"health.source":   {JA: "取り込み口", EN: "Capture"},
	"health.packets":  {JA: "パケット", EN: "Packets"},
	"health.bytes":    {JA: "通信量", EN: "Bytes"},
	"health.drops":    {JA: "取りこぼし", EN: "Lost"},
	"health.opaque":   {JA: "見えない割合", EN: "Not readable"},
	"health.errors":   {JA: "読めなかったパケット", EN: "Undecodable"},
	"health.unparsed": {JA: "途中で読めなくなった通信", EN: "Parsers gave up"},

	"where":          {JA: "7　庁外の通信先（上位10）", EN: "7  Destinations outside (top 10)"},
	"where.none":     {JA: "この期間、庁外との通信の記録はありません。", EN: "There is no record of traffic to the outside in this period."},
	"where.failed":   {JA: "通信先は集計できませんでした（%s）。ほかの項目には影響ありません。", EN: "The destinations could not be counted (%s). The rest of the report stands."},
	"where.to":       {JA: "通信先", EN: "Destination"},
	"where.sent":     {JA: "送信", EN: "Sent"},
	"where.received": {JA: "受信", EN: "Received"},
	"where.flows":    {JA: "通信回数", EN: "Conversations"},

	"proof":      {JA: "8　記録の証明", EN: "8  Proof"},
	"proof.text": {JA: "この報告書を作った時点で、操作の記録は%[1]s行あります。最後の行の値は次のとおりです。この紙を保管しておけば、ここまでの記録が後から書き換えられていないことを確かめられます。", EN: "When this report was made, the ledger had %[1]s lines. Its last line has the value below. Keep this paper: with it, anyone can check later that nothing before it was changed."},
	"proof.none": {JA: "操作の記録はまだありません。", EN: "The ledger is still empty."},
}

var threats = []struct {
	key  event.ThreatType
	name event.Text
}{
	{event.MaliciousContent, event.Text{JA: "不正なファイル", EN: "Malicious content"}},
	{event.MaliciousBehaviour, event.Text{JA: "不正な動き", EN: "Malicious behaviour"}},
	{event.SuspiciousBehaviour, event.Text{JA: "疑わしい動き", EN: "Suspicious behaviour"}},
	{event.Exploit, event.Text{JA: "弱点をつく攻撃", EN: "Exploit"}},
	{event.Grayware, event.Text{JA: "望ましくないソフト", EN: "Grayware"}},
	{event.WebReputation, event.Text{JA: "危険なサイト", EN: "Web reputation"}},
	{event.DisruptiveApplication, event.Text{JA: "業務外の通信ソフト", EN: "Disruptive application"}},
	{"", event.Text{JA: "その他", EN: "Other"}},
}

var phases = []struct {
	key  event.Phase
	name event.Text
}{
	{event.PhaseIntelligence, event.Text{JA: "下調べ", EN: "Intelligence gathering"}},
	{event.PhaseEntry, event.Text{JA: "侵入", EN: "Point of entry"}},
	{event.PhaseC2, event.Text{JA: "外部からの遠隔操作", EN: "C&C communication"}},
	{event.PhaseLateral, event.Text{JA: "庁内への広がり", EN: "Lateral movement"}},
	{event.PhaseDiscovery, event.Text{JA: "情報の探索", EN: "Asset and data discovery"}},
	{event.PhaseExfiltration, event.Text{JA: "情報の持ち出し", EN: "Data exfiltration"}},
}

var incidentStates = map[event.IncidentState]event.Text{
	event.IncidentNew:           {JA: "未対応", EN: "new"},
	event.IncidentInProgress:    {JA: "対応中", EN: "in progress"},
	event.IncidentContained:     {JA: "封じ込め済み", EN: "contained"},
	event.IncidentResolved:      {JA: "解決", EN: "resolved"},
	event.IncidentFalsePositive: {JA: "誤検知", EN: "false"},
}

var orderStates = map[event.OrderState]event.Text{
	event.OrderProposed:         {JA: "提案", EN: "proposed"},
	event.OrderRehearsed:        {JA: "予行済み", EN: "planned"},
	event.OrderObserved:         {JA: "予行のみ", EN: "rehearsed"},
	event.OrderAwaitingApproval: {JA: "承認待ち", EN: "awaiting approval"},
	event.OrderApproved:         {JA: "承認済み", EN: "approved"},
	event.OrderDenied:           {JA: "却下", EN: "denied"},
	event.OrderApplying:         {JA: "適用中", EN: "being applied"},
	event.OrderApplied:          {JA: "適用済み", EN: "applied"},
	event.OrderVerifying:        {JA: "確認中", EN: "being verified"},
	event.OrderVerified:         {JA: "停止を確認", EN: "verified"},
	event.OrderIneffective:      {JA: "効いていない", EN: "ineffective"},
	event.OrderPartial:          {JA: "一部だけ停止", EN: "partial"},
	event.OrderReleasing:        {JA: "解除中", EN: "being released"},
	event.OrderReleased:         {JA: "解除", EN: "released"},
	event.OrderExpired:          {JA: "期限で解除", EN: "expired"},
	event.OrderFailed:           {JA: "失敗", EN: "failed"},
}

// voice speaks one language.
type voice string

// say gives the words of a key with its numbers in them.
func (v voice) say(key string, args ...any) string {
	return paper.Say(words[key].In(string(v)), args...)
}

func (v voice) of(t event.Text) string { return t.In(string(v)) }
