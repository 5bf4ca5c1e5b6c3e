package beacon

import (
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// shape counts what a single request looks like.
func (t *httpTraits) shape(e *event.HTTPActivity, page string, a agent, inc func(*int, bool)) {
	wire := e.Depth > 0
	inc(&t.gone, a.gone(e.Time.Year()))
	inc(&t.http10, wire && e.Version == "1.0" && a.browser)
	inc(&t.cookies, dataCookie(e, a))
	inc(&t.longPaths, encodedPath(page))
	inc(&t.mislabelled, e.Status == 200 && e.ResponseLen > 0 && strings.HasPrefix(e.ResponseType, "text/html") && pictureName.MatchString(page))
	inc(&t.soap, strings.Contains(e.RequestType, "xml") && strings.Contains(e.ResponseType, "xml") && (hasField(e.Fields, "soapaction") || strings.Contains(e.RequestType, "soap")))
	inc(&t.panel, panel(page))
	inc(&t.untyped, wire && e.Status == 200 && e.ResponseLen > 64 && e.ResponseType == "")
	inc(&t.sockets, e.Status == 101 && hasField(e.Fields, "sec-websocket-key") && !hasField(e.Fields, "origin"))
}

// pictureName are names of what is no page.
var pictureName = regexp.MustCompile(`(?i)\.(gif|jpe?g|png|bmp|avi|ico)$`)

// panelPage are names that panels of bots give the page to report to, as their published descriptions have them.
var panelPage = regexp.MustCompile(`(?i)^(gate|fre|panel|bot|knock|tasks?|cmd|getcmd|order|check-?in|is-ready)(\.php)?$`)

// longestPanel is the length of the longest of them: most pages need not be asked.
const longestPanel = len("is-ready.php")

// panel reports whether a page is called like that of a panel.
func panel(page string) bool {
	at := strings.LastIndexByte(page, '/')
	return at >= 0 && len(page)-at-1 <= longestPanel && panelPage.MatchString(page[at+1:])
}

// dataCookie reports a cookie of one long coded value from what is no browser: orders and reports travel in it.
func dataCookie(e *event.HTTPActivity, a agent) bool {
	value, ok := field(e.Fields, "cookie")
	if !ok || len(value) < 28 || strings.ContainsAny(value, " ;") && !a.none {
		return false
	}
	name, coded, named := strings.Cut(value, "=")
	if !named || strings.Trim(coded, "=") == "" { // no name at all
		return len(strings.TrimRight(name, "=")) >= 40
	}
	return (a.none || falseBrowser(e, a)) && len(coded) >= 26 && e.Referer == ""
}

// encodedPath reports a page whose name is one long code, cut by slashes or not: letters of both cases and digits, no words.
func encodedPath(page string) bool {
	if i := strings.LastIndexByte(page, '.'); i > 0 && len(page)-i <= 6 {
		page = page[:i]
	}
	if len(page) < 90 || strings.HasPrefix(page, "http") {
		return false
	}
	lower, upper, digit, turns := 0, 0, 0, 0
	kind, last := 0, 0
	for i := range len(page) {
		switch c := page[i]; {
		case 'a' <= c && c <= 'z':
			lower, kind = lower+1, 1
		case 'A' <= c && c <= 'Z':
			upper, kind = upper+1, 2
		case '0' <= c && c <= '9':
			digit, kind = digit+1, 3
		case c == '-' && i+9 < len(page) && digit > upper*4: // an identifier in hexadecimal groups
			return false
		}
		if kind != last {
			turns, last = turns+1, kind
		}
	}
	n := len(page)
	return lower*4 >= n && upper*5 >= n && digit*20 >= n && turns*3 >= n
}

// page is one that a machine asks for, by its hash.
type page struct {
	src  netip.Addr
	hash uint32
}

// everywhere are pages that many sites have.
var everywhere = []string{"favicon.ico", "robots.txt", "wpad.dat", "generate_204", "connecttest.txt", "ncsi.txt", "success.txt", "index.html", "index.php", "index.htm",
	"xmlrpc.php", "sitemap.xml", "ads.txt", "autodiscover.xml", "hotspot-detect.html", "wp-login.php"}

// compare looks at what the machine asks of other sites.
func (n *instance) compare(e *event.HTTPActivity, to detect.Destination, t *httpTraits, a agent) {
	strange := a.none && e.Depth > 0 || falseBrowser(e, a)
	post := e.Method == "POST"
	if isAddress(to.Host) && post && strange && to.IP.IsValid() {
		t.posted = n.others(n.deps.Client(e), "posts", to.IP, e.Time)
	}
	name, _, _ := strings.Cut(e.URI, "?")
	if !strange && !post || len(name) < 4 || isAddress(to.Host) || to.Host == "" || slices.Contains(everywhere, strings.ToLower(path.Base(name))) || a.system {
		return
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(to.Host)
	if err != nil {
		return
	}
	sites, _ := n.pages.Touch(page{n.deps.Client(e), hash(name)}, e.Time)
	t.elsewhere = few(sites, domain)
}
