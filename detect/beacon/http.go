package beacon

import (
	"hash/fnv"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// httpTraits are counted over all requests of a series.
type httpTraits struct {
	n, posts, noAgent, script, system, old, noReferer            int
	small, big, refused, page, revocation, badHost, php, archive int
	falseBrowser, unreadable, product, api                       int
	gone, http10, cookies, longPaths, mislabelled, panel         int
	untyped, sockets, soap, keptAgain                            int
	elsewhere, posted                                            int // most sites asked for the same page; bare addresses sent to
	tells                                                        int // most kinds of facts about the machine in one request
	out, in                                                      uint64
	paths                                                        []uint32 // the kinds of pages that were asked for, by their hash
}

const maxPaths = 32

// http adds one request to its series.
func (n *instance) http(e *event.HTTPActivity, emit detect.Emit) {
	to, ok := n.deps.Destination(e)
	if !ok {
		return
	}
	if to.Tunnel { // CONNECT: what is inside is encrypted
		n.tunnel(e, to, emit)
		return
	}
	conn := e.Conn
	conn.Src.IP = n.deps.Client(e)
	k := key{src: conn.Src.IP, dst: to.IP, port: to.Port, via: viaHTTP}
	name := ""
	if to.Host != "" && (to.Proxy || n.deps.Facts.NameOf(to.IP, e.Time) == to.Host) {
		name = to.Host
		k.dst, k.name = noAddress, to.Host
	}
	s, _ := n.series.Touch(k, e.Time)
	s.add(e.Time, uint64(len(e.URI))+e.RequestLen, &conn, strings.TrimSpace(e.Method+" "+e.Host+shortURI(e.URI)))
	a := n.agent(e.UserAgent)
	s.overHTTP().count(e, to.Host, a)
	n.compare(e, to, s.overHTTP(), a)
	if !s.due() || n.common(to.IP, name, e.Time) || n.known(to.Host) {
		return
	}
	n.judgeHTTP(e, to, s, emit)
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
	log := e.Depth == 0 // where nothing is said of agent and referer
	inc(&t.noAgent, a.none && (!log || e.UserAgent != ""))
	inc(&t.system, a.system)
	inc(&t.script, a.script)
	inc(&t.product, a.product)
	inc(&t.old, a.old(e.Time.Year()))
	inc(&t.noReferer, e.Referer == "" && !log)
	inc(&t.small, e.Status != 0 && e.ResponseLen <= 512)
	inc(&t.big, e.ResponseLen > 100_000)
	inc(&t.refused, e.Status >= 400 && e.Status != 401 && e.Status != 407)
	inc(&t.revocation, strings.Contains(e.ResponseType, "ocsp") || strings.Contains(e.ResponseType, "pkix") || strings.Contains(e.RequestType, "ocsp"))
	inc(&t.badHost, e.Host != "" && !hostShape(host))
	inc(&t.archive, post && e.RequestFile != nil && archives[e.RequestFile.Type])
	inc(&t.falseBrowser, falseBrowser(e, a))
	inc(&t.unreadable, unreadable(e))
	inc(&t.api, structured(e.RequestType) || structured(e.ResponseType))
	path, _, _ := strings.Cut(e.URI, "?")
	t.shape(e, path, a, inc)
	inc(&t.php, post && strings.HasSuffix(strings.ToLower(path), ".php"))
	t.tells = max(t.tells, introduces(e))
	t.out += uint64(len(e.URI)) + e.RequestLen
	t.in += e.ResponseLen
	h := hash(path)
	again := slices.Contains(t.paths, h)
	inc(&t.page, isPage(e.ResponseType))
	inc(&t.keptAgain, isPage(e.ResponseType) && again && !picture(e))
	if !again {
		if len(t.paths) < maxPaths {
			t.paths = append(t.paths, h)
		}
	}
}

func hash(s string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, s)
	return h.Sum32()
}

// archives are true types in which stolen data travels.
var archives = map[string]bool{"zip": true, "rar": true, "7z": true, "cab": true, "gzip": true}

// picture reports an answer that truly is one: cameras are looked at again and again.
func picture(e *event.HTTPActivity) bool {
	f := e.ResponseFile
	return f != nil && f.Size > 1024 && (f.Type == "jpeg" || f.Type == "png" || f.Type == "gif" || f.Type == "webp")
}

// isPage is what browsers fetch along with pages and programs do not.
func isPage(contentType string) bool {
	for _, p := range []string{"image/", "text/css", "javascript", "font", "video/", "audio/"} {
		if strings.Contains(contentType, p) {
			return true
		}
	}
	return false
}

// structured is what programs with nothing to hide exchange.
func structured(contentType string) bool {
	return strings.Contains(contentType, "json") || strings.Contains(contentType, "xml") && !strings.Contains(contentType, "html")
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

func isAddress(h string) bool {
	_, err := netip.ParseAddr(strings.Trim(h, "[]"))
	return err == nil
}
