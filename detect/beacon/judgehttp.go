package beacon

import (
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// single is how many points more a single request needs: one is no series.
const single = 1.0

// judgeHTTP weighs content and regularity together (DETECTIONS: real sessions are short, so content must count as well).
func (n *instance) judgeHTTP(e *event.HTTPActivity, to detect.Destination, s *series, emit detect.Emit) {
	t := s.overHTTP()
	c := call{at: e.Time, behaviour: "c2.http", name: to.Host, dst: event.Endpoint{IP: to.IP, Port: to.Port}, series: s,
		rhythm: s.rhythm(n.deps.Facts.Hours(s.last.Src.IP, e.Time), false)}
	var p points
	n.asked(e, to, t, &p)
	n.sent(t, &p)
	n.general(&c, &p)
	p.add(2*t.api > t.n && !isAddress(to.Host) && !madeUpName(to.Host) && 2*t.product > t.n, -1.5, "api", "%d回、名前のあるソフトが、決まった形(JSON・XML)のやり取りをしています。", "%d requests are exchanges of a named product in JSON or XML.", t.api)
	n.excuses(t, &p)
	if t.n < 2 && p.content < n.cfg.High+single {
		return
	}
	n.tell(&c, &p, emit)
}

// asked looks at who is asked, and by what.
func (n *instance) asked(e *event.HTTPActivity, to detect.Destination, t *httpTraits, p *points) {
	most := func(k int) bool { return 2*k > t.n }
	p.add(isAddress(to.Host), 2, "bare_address", "名前ではなく数字のアドレス(%s)を相手にしています。", "The destination is a bare address (%s), not a name.", to.Host)
	p.add(most(t.badHost) && e.Host != "", 4.3, "invalid_host", "%d回、存在し得ない相手名を名乗りました。", "%d requests named a host that cannot exist.", t.badHost)
	p.add(!webPort(to.Port), 1.5, "odd_port", "Webでは使われないポート%dです。", "Port %d is not used for the web.", to.Port)
	p.add(most(t.noAgent), 1, "no_agent", "%d回の要求にブラウザーの名乗りがありません。", "%d requests did not name a browser.", t.noAgent)
	p.add(most(t.script) && !most(t.system), 1.2, "odd_agent", "%d回、ブラウザーではないプログラムを名乗りました。", "%d requests named a program that is no browser.", t.script)
	own := 0.6
	if isAddress(to.Host) { // products ask their makers by name
		own = 1.2
	}
	p.add(most(t.product) && !most(t.system), own, "own_agent", "%d回、ブラウザーではないソフトの名前を名乗りました。", "%d requests named a product that is no browser.", t.product)
	p.add(most(t.old) && !most(t.script), 0.7, "old_agent", "%d回、当時すでに使われていない古いブラウザーを名乗りました。", "%d requests named a browser that was out of use by then.", t.old)
	p.add(most(t.falseBrowser), 0.6, "false_browser", "%d回、ブラウザーを名乗りながら、ブラウザーが必ず付ける情報がありませんでした。", "%d requests claimed to come from a browser but lacked what browsers always send.", t.falseBrowser)
	p.add(t.n >= 3 && len(t.paths)*3 <= t.n, 1.2, "same_pages", "%d回の要求が同じ%d種類のページだけに行われました。", "%d requests went to the same %d pages only.", t.n, len(t.paths))
	p.add(t.n == 2 && len(t.paths) == 1, 0.7, "same_page", "%d回とも同じページでした。", "All %d requests went to one page.", t.n)
	p.add(t.noReferer == t.n, 0.5, "no_referer", "%d回とも、どのページから来たかの情報がありません。", "None of %d requests came from another page.", t.n)
	p.add(t.n >= 2 && most(t.refused), 0.7, "refused", "%d回断られても続けています。", "It goes on although it was refused %d times.", t.refused)
}

// sent looks at what went out and came back.
func (n *instance) sent(t *httpTraits, p *points) {
	most := func(k int) bool { return 2*k > t.n }
	p.add(t.posts >= 2 && most(t.posts) || t.n == 1 && t.posts == 1, 1, "posts", "%d回のうち%d回が送信(POST)です。", "Of %d requests %d were uploads (POST).", t.n, t.posts)
	p.add(t.archive > 0, 1, "archive", "%d回、まとめられたファイルが送信されました。", "%d uploads were archives.", t.archive)
	p.add(most(t.php), 0.6, "script_page", "%d回、プログラムのページに送信しました。", "%d uploads went to a script page.", t.php)
	p.add(t.tells >= 3, 1.3, "introduces_itself", "端末についての情報を%d種類、相手に伝えています。", "It tells the other side %d kinds of facts about the machine.", t.tells)
	p.add(t.posts > 0 && t.out > 1024 && t.out > 2*t.in, 0.6, "more_out", "送信%dバイトに対し、受信は%dバイトだけです。", "%d bytes went out and only %d came back.", t.out, t.in)
	p.add(t.unreadable >= 2 && most(t.unreadable), 0.6, "encoded", "%d回、読めない形のデータが送信されました。", "%d uploads were unreadable.", t.unreadable)
	p.add(t.n >= 2 && most(t.small), 0.5, "small_answers", "%d回の返答がごく小さいものでした。", "%d answers were tiny.", t.small)
}

// excuses look at what speaks against it.
func (n *instance) excuses(t *httpTraits, p *points) {
	p.add(2*t.system > t.n, -3, "system_agent", "%d回、OSの標準機能を名乗っています。", "%d requests name a service of the operating system.", t.system)
	p.add(10*t.page >= 3*t.n, -2.5, "pages", "%d回は画像や書式など、人がページを見たときの通信です。", "%d requests fetched pictures or styles, as people's browsers do.", t.page)
	p.add(t.big*2 > t.n, -1.5, "downloads", "%d回は大きなファイルの受信です。", "%d answers were large files.", t.big)
	p.add(t.revocation > 0, -4, "revocation", "%d回は証明書の失効確認です。", "%d requests checked certificates.", t.revocation)
}

func webPort(p uint16) bool { return p == 80 || p == 8080 || p == 443 || p == 3128 || p == 8000 }
