package console

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// answerView is what the page of a link shows.
type answerView struct {
	Status  int
	Title   event.Text
	Lines   []event.Text
	Facts   []answerFact
	Ask     bool   // with the two buttons
	As      string // as whom one answers
	Contact Contact
	Good    bool
	Nonce   string
	W       any
}

type answerFact struct {
	Name  event.Text
	Value string
}

// wordsAnswer are the sentences of the page.
var wordsAnswer = struct {
	ask, effect, machine, place, why, when, ends, yes, no, reason, as, call, cannot, forged, noRight, used, ended, trouble, approved, denied, shut, over, half, askSegment, effectSegment, segment, phone, rehearsal, two event.Text
}{
	ask:        event.Text{JA: "この端末を切り離してよいですか", EN: "May this machine be cut off?"},
	effect:     event.Text{JA: "「切り離す」を押すと、この端末だけがネットワークから切れます。ほかの端末はそのまま使えます。あとから解除できます。", EN: "“Cut off” disconnects this machine alone. All others keep working. It can be undone."},
	machine:    event.Text{JA: "端末", EN: "Machine"},
	place:      event.Text{JA: "場所", EN: "Place"},
	why:        event.Text{JA: "理由", EN: "Why"},
	when:       event.Text{JA: "提案した時刻", EN: "Proposed"},
	ends:       event.Text{JA: "切り離す時間", EN: "For"},
	yes:        event.Text{JA: "切り離す", EN: "Cut off"},
	no:         event.Text{JA: "切り離さない", EN: "Do not cut off"},
	reason:     event.Text{JA: "ひとこと（書かなくてもかまいません）", EN: "A word (optional)"},
	as:         event.Text{JA: "回答する人", EN: "You answer as"},
	call:       event.Text{JA: "迷ったら電話してください", EN: "In doubt, call"},
	cannot:     event.Text{JA: "回答できませんでした", EN: "No answer could be taken"},
	forged:     event.Text{JA: "このリンクは使えません。メールのリンクを途中で切らずに開いてください。", EN: "This link is not valid. Open the whole link from the mail."},
	noRight:    event.Text{JA: "このメールアドレスの方には、切り離しを決める権限がありません。この操作は記録しました。決められる方に電話してください。", EN: "The person of this address may not decide about isolations. This was recorded. Please call somebody who may."},
	used:       event.Text{JA: "このリンクでは、すでに回答をいただいています。", EN: "An answer by this link was taken already."},
	ended:      event.Text{JA: "このリンクの期限が切れました。Yagura の画面から回答してください。", EN: "This link has expired. Please answer in the console."},
	trouble:    event.Text{JA: "Yagura の側の問題で受け付けられませんでした。Yagura の画面から回答するか、電話してください。", EN: "Something is wrong on our side. Please answer in the console, or call."},
	approved:   event.Text{JA: "切り離しを受け付けました", EN: "The machine will be cut off"},
	denied:     event.Text{JA: "切り離さないことにしました", EN: "The machine will not be cut off"},
	over:       event.Text{JA: "この提案への回答は終わっています", EN: "This proposal needs no answer any more"},
	half:       event.Text{JA: "承認を受け付けました。もう一人の承認を待っています", EN: "Your approval is taken; a second person must approve too"},
	phone:      event.Text{JA: "電話先", EN: "Call"},
	segment:    event.Text{JA: "区画", EN: "Segment"},
	askSegment: event.Text{JA: "この区画をまるごと切り離してよいですか", EN: "May this whole segment be cut off?"},
	effectSegment: event.Text{JA: "「切り離す」を押すと、この区画の端末がすべて、ほかのネットワークから切れます。業務への影響が大きいため、二人の承認が必要です。あとから解除できます。",
		EN: "“Cut off” disconnects every machine of this segment. Two people must approve. It can be undone."},
	rehearsal: event.Text{JA: "いまは予行の設定です。回答は記録しますが、実際には切り離しません。危険なときは、LANケーブルを抜いてください。", EN: "This is a rehearsal: your answer is recorded, nothing is cut off. If there is danger, unplug the network cable."},
	two:       event.Text{JA: "大切な機器なので、二人の承認が必要です。一人目の回答では、まだ切り離しません。", EN: "It takes two people: nothing is cut off by the first answer."},
	shut:      event.Text{JA: "この画面は閉じてかまいません。", EN: "You may close this page."},
}

// answered says what became of an order that waits no more.
func answered(o event.Order) event.Text {
	who := o.Approved
	if n := len(o.History); who == "" && n > 0 {
		who = o.History[n-1].Who
	}
	switch {
	case o.State == event.OrderExpired:
		return event.Text{JA: "期限までに返事がなかったため、この提案は取り下げました。", EN: "Nobody answered in time; the proposal was withdrawn."}
	case o.State == event.OrderDenied:
		return event.Text{JA: fmt.Sprintf("この提案には、すでに「切り離さない」と回答がありました（%s）。", who), EN: fmt.Sprintf("It was answered already: not to be cut off (%s).", who)}
	}
	return event.Text{JA: fmt.Sprintf("この提案には、すでに「切り離す」と回答がありました（%s）。", who), EN: fmt.Sprintf("It was answered already: to be cut off (%s).", who)}
}

// which names the machine.
func (q question) which() event.Text {
	parts := []string{}
	if q.order.Segment != "" {
		return segmentText(q.order.Segment)
	}
	for _, s := range []string{q.order.Target.Department, q.order.Target.Name()} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	s := strings.Join(parts, "　")
	return event.Text{JA: s, EN: s}
}

// page is the question with its two buttons.
func (q question) page(status int) answerView {
	o := q.order
	v := answerView{Status: status, Title: wordsAnswer.ask, Ask: true, As: q.user.Name, Contact: q.phone, Lines: []event.Text{wordsAnswer.effect}}
	add := func(name event.Text, value string) {
		if value != "" {
			v.Facts = append(v.Facts, answerFact{name, value})
		}
	}
	if o.Segment != "" {
		v.Title, v.Lines = wordsAnswer.askSegment, []event.Text{wordsAnswer.effectSegment}
		add(wordsAnswer.segment, segmentText(o.Segment).In("ja"))
	}
	if o.TwoPeople && o.Segment == "" {
		v.Lines = append(v.Lines, wordsAnswer.two)
	}
	if q.rehearsal {
		v.Lines = append(v.Lines, wordsAnswer.rehearsal)
	}
	which := o.Target.Name()
	if o.Target.IP.IsValid() && o.Target.Hostname != "" {
		which += "（" + o.Target.IP.String() + "）"
	}
	if o.Segment == "" {
		add(wordsAnswer.machine, which)
	}
	add(wordsAnswer.place, strings.TrimSpace(o.Target.Department+"　"+o.Target.Place))
	add(wordsAnswer.why, o.Reason.In("ja"))
	add(wordsAnswer.when, o.Time.In(japan.JST).Format("1月2日 15:04"))
	if d := o.Expires.Sub(o.Time); d > 0 {
		add(wordsAnswer.ends, spell(d)+"（その前に解除できます）")
	}
	return v
}

// spell writes a length of time as people say it.
func spell(d time.Duration) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h == 0:
		return fmt.Sprintf("%d分", m)
	case m == 0:
		return fmt.Sprintf("%d時間", h)
	}
	return fmt.Sprintf("%d時間%d分", h, m)
}

// answerPolicy admits the page's own style and its form, nothing else.
func answerPolicy(nonce string) string {
	return "default-src 'none'; style-src 'nonce-" + nonce + "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

func (c *Console) answerPage(w http.ResponseWriter, v answerView) {
	v.Nonce, v.W = rand.Text(), map[string]event.Text{"yes": wordsAnswer.yes, "no": wordsAnswer.no, "reason": wordsAnswer.reason, "as": wordsAnswer.as, "call": wordsAnswer.call, "phone": wordsAnswer.phone}
	var b bytes.Buffer
	if err := answerTemplate.Execute(&b, v); err != nil {
		c.deps.Log.Error("the page of an answer could not be written", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Content-Security-Policy", answerPolicy(v.Nonce))
	w.WriteHeader(v.Status)
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

// The first button can do nothing: Enter in the text field presses the first one, and must not cut anybody off.
var answerTemplate = template.Must(template.New("answer").Parse(`<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title.JA}} - Yagura</title>
<style nonce="{{.Nonce}}">
*{box-sizing:border-box}
body{margin:0;background:#f3f4f6;color:#1a1c1e;font:17px/1.75 "BIZ UDPGothic","BIZ UDGothic","Hiragino Sans","Noto Sans CJK JP",Meiryo,sans-serif}
main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem 3rem}
.card{background:#fff;border-radius:12px;padding:1.5rem 1.25rem;box-shadow:0 1px 3px rgba(0,0,0,.14)}
.from{font-size:.9rem;color:#5b6068;margin:0 0 .5rem}
h1{font-size:1.4rem;line-height:1.4;margin:0 0 1rem;text-wrap:balance;word-break:auto-phrase}
dl{margin:0 0 1.25rem;border-top:1px solid #dde0e4}
dl>div{display:flex;gap:1rem;padding:.6rem 0;border-bottom:1px solid #dde0e4}
dt{flex:0 0 7.5em;color:#5b6068;font-size:.93rem}
dd{margin:0;flex:1;overflow-wrap:anywhere}
p{margin:0 0 1rem}
label{display:block;font-size:.93rem;color:#5b6068;margin-bottom:.25rem}
input{width:100%;font:inherit;padding:.55rem .7rem;border:1px solid #8a9099;border-radius:8px;margin-bottom:1.25rem}
.buttons{display:flex;gap:.75rem;flex-wrap:wrap}
button{flex:1 1 12rem;font:inherit;font-weight:700;padding:.85rem 1rem;border-radius:8px;cursor:pointer;border:2px solid #b3261e;background:#b3261e;color:#fff}
button.no{background:#fff;color:#1a1c1e;border-color:#5b6068}
button:focus-visible,input:focus-visible{outline:3px solid #1a56db;outline-offset:2px}
.foot{margin:1.25rem 0 0;font-size:.93rem;color:#44484e}
.tel{font-size:1.15rem;font-weight:700;white-space:nowrap}
.good h1::before{content:"✓ ";color:#1b7a3d}
.en{color:#5b6068;font-size:.85rem}
@media (max-width:480px){dl>div{display:block}dt{margin-bottom:.1rem}}
</style></head><body><main><p class="from">櫓 Yagura</p><div class="card{{if .Good}} good{{end}}"><h1>{{.Title.JA}}</h1>
{{if .Facts}}<dl>{{range .Facts}}<div><dt>{{.Name.JA}}</dt><dd>{{.Value}}</dd></div>{{end}}</dl>{{end}}
{{range .Lines}}<p>{{.JA}}</p>{{end}}
{{if .Ask}}<form method="post"><button type="submit" disabled hidden></button><label for="why">{{.W.reason.JA}}</label><input id="why" name="why" maxlength="500" autocomplete="off">
<div class="buttons"><button name="do" value="approve">{{.W.yes.JA}}</button><button class="no" name="do" value="deny">{{.W.no.JA}}</button></div></form>
<p class="foot">{{.W.as.JA}}：{{.As}}</p>{{end}}
{{if .Contact.Phone}}<p class="foot">{{if .Ask}}{{.W.call.JA}}{{else}}{{.W.phone.JA}}{{end}}：{{.Contact.Name}}　<span class="tel">{{.Contact.Phone}}</span></p>{{end}}
<p class="foot en" lang="en">{{.Title.EN}}{{if .Ask}} — {{.W.yes.EN}} (red) / {{.W.no.EN}} (white){{else}}{{range .Lines}} — {{.EN}}{{end}}{{end}}</p>
</div></main></body></html>
`))
