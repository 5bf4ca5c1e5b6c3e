package beacon

import (
	"regexp"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// httpTraits are counted over all requests of a series.
type httpTraits struct {
	n, posts, noAgent, script, system, old, noReferer            int
	small, big, refused, page, revocation, badHost, php, archive int
	paths                                                        map[string]int
}

const maxPaths = 32

// http adds one request to its series.
func (n *instance) http(e *event.HTTPActivity, emit detect.Emit) {
	host := hostOnly(e.Host)
	k := key{src: e.Src.IP, dst: e.Dst.IP, port: e.Dst.Port, via: viaHTTP}
	name := ""
	if n.deps.Facts.NameOf(e.Dst.IP, e.Time) == host && host != "" {
		name = host
		k.dst, k.name = noAddress, host
	}
	s, _ := n.series.Touch(k, e.Time)
	s.add(e.Time, uint64(len(e.URI))+e.RequestLen, &e.Conn, strings.TrimSpace(e.Method+" "+e.Host+shortURI(e.URI)))
	s.http.count(e, host, n.agent(e.UserAgent))
	if !s.due() || n.common(e.Dst.IP, name, e.Time) || n.known(host) {
		return
	}
	n.judgeHTTP(e, host, s, emit)
}

var (
	scriptAgent = regexp.MustCompile(`(?i)^(curl|wget|python|go-http|java/|powershell|winhttp|okhttp|libwww|perl|ruby|axios|node|httpclient|urllib|mozilla/4\.08|autoit|ie|ua|agent|test|user-?agent)|powershell|bitsadmin|certutil`)
	oldAgent    = regexp.MustCompile(`MSIE [5-9]\.|Windows NT [45]\.|Chrome/[1-4][0-9]\.|Firefox/[1-9]\.|Mozilla/[1-3]\.`)
)

// agent is what a user agent says of the program behind it.
type agent struct{ none, system, script, old bool }

// maxAgents bounds the agents whose kind is remembered.
const maxAgents = 4096

func (n *instance) agent(s string) agent {
	a, known := n.agents[s]
	if known {
		return a
	}
	a = agent{none: s == "", system: startsWithAny(s, n.cfg.Agents), script: scriptAgent.MatchString(s) || s != "" && !strings.HasPrefix(s, "Mozilla/"), old: oldAgent.MatchString(s)}
	if len(n.agents) >= maxAgents {
		clear(n.agents)
	}
	n.agents[s] = a
	return a
}

// hostShape reports that a Host header is a possible name or address.
func hostShape(h string) bool {
	return h != "" && strings.Trim(h, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == "" || strings.HasPrefix(h, "[") && strings.HasSuffix(h, "]")
}

func (t *httpTraits) count(e *event.HTTPActivity, host string, a agent) {
	t.n++
	inc := func(p *int, ok bool) {
		if ok {
			*p++
		}
	}
	post := e.Method == "POST" || e.Method == "PUT"
	inc(&t.posts, post)
	inc(&t.noAgent, a.none)
	inc(&t.system, a.system)
	inc(&t.script, a.script)
	inc(&t.old, a.old)
	inc(&t.noReferer, e.Referer == "")
	inc(&t.small, e.Status != 0 && e.ResponseLen <= 512)
	inc(&t.big, e.ResponseLen > 100_000)
	inc(&t.refused, e.Status >= 400 && e.Status != 401 && e.Status != 407)
	inc(&t.page, isPage(e.ResponseType))
	inc(&t.revocation, strings.Contains(e.ResponseType, "ocsp") || strings.Contains(e.ResponseType, "pkix") || strings.Contains(e.RequestType, "ocsp"))
	inc(&t.badHost, !hostShape(host))
	inc(&t.archive, post && e.RequestFile != nil && archives[e.RequestFile.Type])
	path, _, _ := strings.Cut(e.URI, "?")
	inc(&t.php, post && strings.HasSuffix(strings.ToLower(path), ".php"))
	if t.paths == nil {
		t.paths = map[string]int{}
	}
	if _, ok := t.paths[path]; ok || len(t.paths) < maxPaths {
		t.paths[path]++
	}
}

// archives are true types in which stolen data travels.
var archives = map[string]bool{"zip": true, "rar": true, "7z": true, "cab": true, "gzip": true}

// isPage is what browsers fetch along with pages and programs do not.
func isPage(contentType string) bool {
	for _, p := range []string{"image/", "text/css", "javascript", "font", "video/", "audio/"} {
		if strings.Contains(contentType, p) {
			return true
		}
	}
	return false
}

func startsWithAny(s string, with []string) bool {
	for _, w := range with {
		if len(s) >= len(w) && strings.EqualFold(s[:len(w)], w) {
			return true
		}
	}
	return false
}

func shortURI(u string) string {
	if len(u) > 120 {
		return u[:120] + "…"
	}
	return u
}

// single is how many points more a single request needs: one is no series.
const single = 1.0

// judgeHTTP weighs content and regularity together (DETECTIONS: real sessions are short, so content must count as well).
func (n *instance) judgeHTTP(e *event.HTTPActivity, host string, s *series, emit detect.Emit) {
	t := &s.http
	r := measure(s.times, s.sizes, n.deps.Facts.Hours(e.Src.IP, e.Time))
	var p points
	most := func(k int) bool { return 2*k > t.n }
	p.add(isAddress(host), 2, "bare_address", detect.Say("名前ではなく数字のアドレス(%s)を相手にしています。", "The destination is a bare address (%s), not a name.", host))
	p.add(most(t.badHost) && e.Host != "", 4.3, "invalid_host", detect.Say("%d回、存在し得ない相手名を名乗りました。", "%d requests named a host that cannot exist.", t.badHost))
	p.add(!webPort(e.Dst.Port), 1.5, "odd_port", detect.Say("Webでは使われないポート%dです。", "Port %d is not used for the web.", e.Dst.Port))
	p.add(most(t.noAgent), 1, "no_agent", detect.Say("%d回の要求にブラウザーの名乗りがありません。", "%d requests did not name a browser.", t.noAgent))
	p.add(most(t.script) && !most(t.system), 1.2, "odd_agent", detect.Say("%d回、ブラウザーではないプログラムを名乗りました。", "%d requests named a program that is no browser.", t.script))
	p.add(most(t.old) && !most(t.script), 0.7, "old_agent", detect.Say("%d回、今は使われない古いブラウザーを名乗りました。", "%d requests named a browser that is out of use.", t.old))
	p.add(t.posts >= 2 && most(t.posts) || t.n == 1 && t.posts == 1, 1, "posts", detect.Say("%d回のうち%d回が送信(POST)です。", "Of %d requests %d were uploads (POST).", t.n, t.posts))
	p.add(t.archive > 0, 1, "archive", detect.Say("%d回、まとめられたファイルが送信されました。", "%d uploads were archives.", t.archive))
	p.add(t.n >= 3 && len(t.paths)*3 <= t.n, 1.2, "same_pages", detect.Say("%d回の要求が同じ%d種類のページだけに行われました。", "%d requests went to the same %d pages only.", t.n, len(t.paths)))
	p.add(t.n == 2 && len(t.paths) == 1, 0.7, "same_page", detect.Say("%d回とも同じページでした。", "All %d requests went to one page.", t.n))
	p.add(most(t.php), 0.6, "script_page", detect.Say("%d回、プログラムのページに送信しました。", "%d uploads went to a script page.", t.php))
	p.add(t.noReferer == t.n, 0.5, "no_referer", detect.Say("%d回とも、どのページから来たかの情報がありません。", "None of %d requests came from another page.", t.n))
	p.add(t.n >= 2 && most(t.small), 0.5, "small_answers", detect.Say("%d回の返答がごく小さいものでした。", "%d answers were tiny.", t.small))
	p.add(t.n >= 2 && most(t.refused), 0.7, "refused", detect.Say("%d回断られても続けています。", "It goes on although it was refused %d times.", t.refused))
	p.add(rented(host), 1, "rented_name", detect.Say("誰でも取得できる無料の名前(%s)です。", "The name (%s) is one that anybody can get for free.", host))
	p.regular(r)
	p.add(most(t.system), -3, "system_agent", detect.Say("%d回、OSの標準機能を名乗っています。", "%d requests name a service of the operating system.", t.system))
	p.add(10*t.page >= 3*t.n, -2.5, "pages", detect.Say("%d回は画像や書式など、人がページを見たときの通信です。", "%d requests fetched pictures or styles, as people's browsers do.", t.page))
	p.add(t.big*2 > t.n, -1.5, "downloads", detect.Say("%d回は大きなファイルの受信です。", "%d answers were large files.", t.big))
	p.add(t.revocation > 0, -4, "revocation", detect.Say("%d回は証明書の失効確認です。", "%d requests checked certificates.", t.revocation))
	if t.n < 2 && p.content < n.cfg.High+single {
		return
	}
	n.tell(e.Time, "c2.http", destination(host, e.Dst), s, r, p, emit)
}

func webPort(p uint16) bool { return p == 80 || p == 8080 || p == 443 || p == 3128 || p == 8000 }
