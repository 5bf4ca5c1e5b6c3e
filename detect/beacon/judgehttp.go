package beacon

import (
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// single is how many points more a single request needs: one is no series.
const single = 1.0

// clearMalice is how many points of clues that ordinary programs do not give halve that.
const clearMalice = 2.5

// judgeHTTP weighs content and regularity together (DETECTIONS: real sessions are short, so content must count as well).
func (n *instance) judgeHTTP(e *event.HTTPActivity, to detect.Destination, s *series, emit detect.Emit) {
	t := s.overHTTP()
	c := call{at: e.Time, behaviour: "c2.http", name: to.Host, dst: event.Endpoint{IP: to.IP, Port: to.Port}, series: s,
		rhythm: s.rhythm(n.deps.Facts.Hours(s.last.Src.IP, e.Time), false)}
	p := n.points.begin()
	n.asked(e, to, t, p)
	n.hidden(t, p)
	n.sent(t, p)
	n.general(&c, p)
	p.add(2*t.api > t.n && !isAddress(to.Host) && !madeUpName(to.Host) && 2*t.product > t.n, -1.5, "api", "%d回、名前のあるソフトが、決まった形(JSON・XML)のやり取りをしています。", "%d requests are exchanges of a named product in JSON or XML.", t.api)
	p.add(2*t.soap > t.n && webPort(to.Port), -1.5, "soap", "%d回は、業務システムで使われる形(SOAP)の呼び出しです。", "%d requests are calls as business systems make them (SOAP).", t.soap)
	n.excuses(t, p)
	need := n.cfg.High + single
	if p.malice >= clearMalice {
		need = n.cfg.High + single/2
	}
	if t.n < 2 && p.content < need-0.01 {
		return
	}
	n.tell(&c, p, emit)
}

// asked looks at who is asked, and by what.
func (n *instance) asked(e *event.HTTPActivity, to detect.Destination, t *httpTraits, p *points) {
	most := func(k int) bool { return 2*k > t.n }
	p.add(isAddress(to.Host), 2, "bare_address", "名前ではなく数字のアドレス(%s)を相手にしています。", "The destination is a bare address (%s), not a name.", to.Host)
	p.add(most(t.badHost) && e.Host != "", 4.3, "invalid_host", "%d回、存在し得ない相手名を名乗りました。", "%d requests named a host that cannot exist.", t.badHost)
	p.add(most(t.gone), 0.8, "long_gone", "%d回、ずっと以前に使われなくなったものを名乗りました。", "%d requests named what went out of use long ago.", t.gone)
	p.add(most(t.http10), 0.5, "old_http", "%d回、ブラウザーが使わない古い方式(HTTP/1.0)でした。", "%d requests used HTTP/1.0, which browsers do not.", t.http10)
	p.add(to.Port == 443 && !to.Proxy, 1.5, "plain_on_443", "暗号化通信用のポート%dで、暗号化されていません。", "Port %d is for encrypted traffic, but this is not encrypted.", to.Port)
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

// hidden looks for what travels where nobody looks, and for what is asked of other sites as well.
func (n *instance) hidden(t *httpTraits, p *points) {
	most := func(k int) bool { return 2*k > t.n }
	p.add(most(t.cookies), 0.8, "data_cookie", "%d回、cookieとして長い暗号のような値を送りました。", "%d requests carried a long coded value as a cookie.", t.cookies)
	p.add(most(t.longPaths), 2, "encoded_page", "%d回、ページの名前が長い暗号のような文字列でした。", "%d requests named pages that are long codes.", t.longPaths)
	p.add(most(t.mislabelled), 1, "mislabelled", "%d回、画像や動画の名前なのに、返されたのは文書でした。", "%d answers were documents although pictures were asked for.", t.mislabelled)
	p.add(most(t.panel), 0.5, "panel_page", "%d回、遠隔操作の受付によくある名前のページでした。", "%d requests went to a page named as control panels name theirs.", t.panel)
	p.add(most(t.untyped), 0.5, "untyped", "%d回、返答に種類の表示がありませんでした。", "%d answers did not say what they are.", t.untyped)
	p.add(t.sockets > 0, 1.5, "socket", "%d回、ブラウザーではないものがつなぎ続ける通信(WebSocket)を始めました。", "%d times something that is no browser began a lasting exchange (WebSocket).", t.sockets)
	sites := 2.5
	if t.elsewhere > 3 {
		sites = 3.5
	}
	p.add(t.elsewhere >= 3, sites, "same_page_elsewhere", "関係のない%dのサイトに、同じ名前のページを求めています。", "It asks %d unrelated sites for the same page.", t.elsewhere)
	p.add(t.posted == 2, 1.2, "sends_to_two", "名前のない%d台の機器に、同じように送信しています。", "It sends to %d machines without names alike.", t.posted)
	p.add(t.posted >= 3, 1.8, "sends_to_several", "名前のない%d台の機器に、同じように送信しています。", "It sends to %d machines without names alike.", t.posted)
}

// sent looks at what went out and came back.
func (n *instance) sent(t *httpTraits, p *points) {
	most := func(k int) bool { return 2*k > t.n }
	p.add(t.posts >= 2 && most(t.posts) || t.n == 1 && t.posts == 1, 1, "posts", "%d回のうち%d回が送信(POST)です。", "Of %d requests %d were uploads (POST).", t.n, t.posts)
	p.add(t.archive > 0, 1, "archive", "%d回、まとめられたファイルが送信されました。", "%d uploads were archives.", t.archive)
	p.add(most(t.php), 0.6, "script_page", "%d回、プログラムのページに送信しました。", "%d uploads went to a script page.", t.php)
	p.add(t.tells >= 3, 1.3, "introduces_itself", "端末についての情報を%d種類、相手に伝えています。", "It tells the other side %d kinds of facts about the machine.", t.tells)
	p.add(t.posts > 0 && t.out > 1024 && t.out > 2*t.in, 0.6, "more_out", "送信%dバイトに対し、受信は%dバイトだけです。", "%d bytes went out and only %d came back.", t.out, t.in)
	p.add((t.unreadable >= 2 || t.n == 1) && most(t.unreadable), 0.6, "encoded", "%d回、読めない形のデータが送信されました。", "%d uploads were unreadable.", t.unreadable)
	p.add(t.n >= 2 && most(t.small), 0.5, "small_answers", "%d回の返答がごく小さいものでした。", "%d answers were tiny.", t.small)
}

// excuses look at what speaks against it.
func (n *instance) excuses(t *httpTraits, p *points) {
	p.add(2*t.system > t.n, -3, "system_agent", "%d回、OSの標準機能を名乗っています。", "%d requests name a service of the operating system.", t.system)
	pages := t.page
	if len(t.paths) <= 2 { // one style or script again and again is no person's doing: browsers keep it
		pages -= t.keptAgain
	}
	p.add(10*pages >= 3*t.n, -2.5, "pages", "%d回は画像や書式など、人がページを見たときの通信です。", "%d requests fetched pictures or styles, as people's browsers do.", t.page)
	p.add(t.big*2 > t.n, -1.5, "downloads", "%d回は大きなファイルの受信です。", "%d answers were large files.", t.big)
	p.add(t.revocation > 0, -4, "revocation", "%d回は証明書の失効確認です。", "%d requests checked certificates.", t.revocation)
}

func webPort(p uint16) bool { return p == 80 || p == 8080 || p == 443 || p == 3128 || p == 8000 }
