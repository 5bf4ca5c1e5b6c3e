package notice

import (
	"bytes"
	"crypto/rand"
	"html/template"
	"net/http"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// words are the sentences of the page, for somebody who is no expert and has work to do.
var words = struct {
	title, calm, call, say, first, ask, keep, save, not, off, usb, cable, self, free, freeText, refresh, none, why, since, machine, number event.Text
}{
	title:    event.Text{JA: "このパソコンは、いまネットワークを使えません", EN: "This computer is off the network"},
	calm:     event.Text{JA: "不審な通信が見つかったので、念のため切り離しました。どのパソコンでも起こりうることです。落ち着いて、次の番号へ電話してください。", EN: "Suspicious traffic was seen, so it was cut off to be safe. This can happen to any computer. Please call this number."},
	call:     event.Text{JA: "電話先", EN: "Call"},
	say:      event.Text{JA: "電話で伝えること", EN: "Tell them"},
	first:    event.Text{JA: "お願い", EN: "Please"},
	keep:     event.Text{JA: "電源は入れたままにしてください。", EN: "Leave the power on."},
	save:     event.Text{JA: "作りかけの文書は、このパソコンの中に保存してください。", EN: "Save your open documents on this computer."},
	ask:      event.Text{JA: "直前に開いたメールやページを、覚えている範囲でメモしてください。", EN: "Note which mail or page you opened just before."},
	not:      event.Text{JA: "しないでください", EN: "Please do not"},
	off:      event.Text{JA: "電源を切る、再起動する", EN: "switch it off or restart it"},
	usb:      event.Text{JA: "USBメモリーなどで、ファイルをほかのパソコンへ移す", EN: "move files to another computer, by USB stick or otherwise"},
	cable:    event.Text{JA: "LANケーブルを差し替える、無線やスマートフォンでつなぐ", EN: "connect it by another cable, Wi-Fi or a phone"},
	self:     event.Text{JA: "ファイルを消す、自分で直そうとする", EN: "delete files or try to repair it"},
	free:     event.Text{JA: "このパソコンは、切り離されていません", EN: "This computer is not cut off"},
	freeText: event.Text{JA: "ふだんどおり使えます。この画面は閉じてください。", EN: "It works as usual. Please close this page."},
	refresh:  event.Text{JA: "解除されると、この画面の表示が変わります（30秒ごとに確かめています）。鍵マークの付くページ（https）では、この案内の代わりにエラーが出ます。", EN: "When it is released this page changes (it looks every 30 seconds). Pages with a padlock (https) show an error instead of this notice."},
	none:     event.Text{JA: "情報システムの担当", EN: "your IT staff"},
	why:      event.Text{JA: "理由", EN: "Why"},
	since:    event.Text{JA: "切り離した時刻", EN: "Since"},
	machine:  event.Text{JA: "パソコンの名前", EN: "Computer"},
	number:   event.Text{JA: "案件番号", EN: "Case"},
}

// view is what the template shows.
type view struct {
	Nonce, Town string
	Isolated    bool
	Isolation
	Calls []Contact
	W     map[string]event.Text
}

// At is a time as people here read it.
func (v view) At(t time.Time) string { return t.In(japan.JST).Format("1月2日 15:04") }

func (n *Notice) show(w http.ResponseWriter, i Isolation, isolated bool) {
	v := view{Nonce: rand.Text(), Town: n.deps.Town, Isolated: isolated, Isolation: i, W: map[string]event.Text{
		"title": words.title, "calm": words.calm, "call": words.call, "say": words.say, "first": words.first, "keep": words.keep, "save": words.save, "ask": words.ask,
		"not": words.not, "off": words.off, "usb": words.usb, "cable": words.cable, "self": words.self, "free": words.free, "freeText": words.freeText,
		"refresh": words.refresh, "none": words.none, "why": words.why, "since": words.since, "machine": words.machine, "number": words.number}}
	if isolated && n.deps.Contacts != nil {
		v.Calls = n.deps.Contacts(n.deps.Now())
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		n.deps.Log.Error("the notice could not be written", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+v.Nonce+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

var page = template.Must(template.New("notice").Parse(`<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
{{if .Isolated}}<meta http-equiv="refresh" content="30">{{end}}<title>{{if .Isolated}}{{.W.title.JA}}{{else}}{{.W.free.JA}}{{end}}</title>
<style nonce="{{.Nonce}}">
*{box-sizing:border-box}
body{margin:0;background:#f3f4f6;color:#1a1c1e;font:17px/1.8 "BIZ UDPGothic","BIZ UDGothic","Hiragino Sans","Noto Sans CJK JP",Meiryo,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 3rem}
.town{font-size:.93rem;color:#44484e;margin:0 0 .5rem}
.card{background:#fff;border-radius:12px;padding:1.5rem 1.25rem;box-shadow:0 1px 3px rgba(0,0,0,.14)}
h1{font-size:1.5rem;line-height:1.45;margin:0 0 .75rem;text-wrap:balance;word-break:auto-phrase}
h2{font-size:1.08rem;margin:1.6rem 0 .35rem}
p{margin:0 0 .75rem}
.phone{background:#eef4ff;border:2px solid #1a56db;border-radius:10px;padding:1rem 1.1rem;margin:1.1rem 0}
.phone h2{margin:.9rem 0 0;font-size:1rem;color:#1a3f8b}
.phone h2:first-child{margin-top:0}
.phone ul{list-style:none;margin:0;padding:0}
.tel{font-size:1.6rem;font-weight:700;white-space:nowrap}
dl{margin:.5rem 0 0}
dl>div{display:flex;gap:.75rem}
dt{flex:0 0 8.5em;color:#44484e}
dd{margin:0;font-weight:700;overflow-wrap:anywhere}
ul,ol{margin:0;padding-left:1.4em}
li{margin:.15rem 0}
.no li::marker{content:"✕  ";color:#b3261e;font-weight:700}
.foot{margin:1.6rem 0 0;font-size:.88rem;color:#44484e}
.en{border-top:1px solid #dde0e4;margin-top:1.25rem;padding-top:.9rem;font-size:.88rem;color:#44484e}
@media (max-width:480px){dl>div{display:block;margin-bottom:.35rem}h1{font-size:1.35rem}}
</style></head><body><main>{{if .Town}}<p class="town">{{.Town}}</p>{{end}}<div class="card">
{{if .Isolated}}<h1>{{.W.title.JA}}</h1><p>{{.W.calm.JA}}</p>
<section class="phone"><h2>{{.W.call.JA}}</h2>{{if .Calls}}<ul>{{range .Calls}}<li>{{.Name}}　<span class="tel">{{.Phone}}</span></li>{{end}}</ul>{{else}}<p class="tel">{{.W.none.JA}}</p>{{end}}
<h2>{{.W.say.JA}}</h2><dl><div><dt>{{.W.machine.JA}}</dt><dd>{{.Machine}}</dd></div>{{if .Number}}<div><dt>{{.W.number.JA}}</dt><dd>{{.Number}}</dd></div>{{end}}</dl></section>
<h2>{{.W.first.JA}}</h2><ol><li>{{.W.keep.JA}}</li><li>{{.W.save.JA}}</li><li>{{.W.ask.JA}}</li></ol>
<h2>{{.W.not.JA}}</h2><ul class="no"><li>{{.W.off.JA}}</li><li>{{.W.usb.JA}}</li><li>{{.W.cable.JA}}</li><li>{{.W.self.JA}}</li></ul>
<p class="foot">{{if .Why.JA}}{{.W.why.JA}}：{{.Why.JA}}<br>{{end}}{{if not .Since.IsZero}}{{.W.since.JA}}：{{.At .Since}}<br>{{end}}{{.W.refresh.JA}}</p>
<div class="en" lang="en">{{.W.title.EN}}. {{.W.calm.EN}} {{.W.keep.EN}} {{.W.not.EN}}: {{.W.off.EN}}; {{.W.usb.EN}}; {{.W.cable.EN}}; {{.W.self.EN}}.</div>
{{else}}<h1>{{.W.free.JA}}</h1><p>{{.W.freeText.JA}}</p><div class="en" lang="en">{{.W.free.EN}}. {{.W.freeText.EN}}</div>{{end}}
</div></main></body></html>
`))
