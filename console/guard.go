package console

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

const maxBody = 64 << 10 // bytes of a request; nothing that people send is larger

// pagePolicy is the content security policy of the pages: nothing from elsewhere, no inline script.
// The nonce admits the style sheets that the component library writes at run time.
func pagePolicy(nonce string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; font-src 'self'; img-src 'self' data:; " +
		"connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// apiPolicy lets nothing in an answer of the API be run or loaded.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

// reportPolicy shows a report, which is one page without script and with its own style, inside the console.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'; sandbox"

// guarded puts what holds for every request around the routes.
func (c *Console) guarded(routes http.Handler) http.Handler {
	gz, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes([]string{
		"text/html", "text/css", "text/javascript", "application/json", "application/problem+json", "image/svg+xml", "application/openapi+json",
	}))
	h := c.withSession(routes)
	if err == nil {
		h = gz(h)
	}
	h = http.MaxBytesHandler(h, maxBody)
	h = c.sameOrigin(h)
	h = c.knownHost(h)
	return securityHeaders(h)
}

// withSession loads the session for the API; pages and counters need none.
func (c *Console) withSession(next http.Handler) http.Handler {
	loaded := c.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, base+"/") {
			loaded.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", apiPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what another site's page makes a browser send (Sec-Fetch-Site, Origin).
func (c *Console) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, problem(http.StatusForbidden, "origin", ""))
	}))
	return guard.Handler(next)
}

// knownHost refuses names that are not the console's own, against DNS rebinding.
func (c *Console) knownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.answersTo(r.Host) {
			writeProblem(w, problem(http.StatusMisdirectedRequest, "host", r.Host))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answersTo accepts the configured names, localhost and any address; addresses cannot be rebound.
func (c *Console) answersTo(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" {
		return true
	}
	return slices.ContainsFunc(c.cfg.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

// mayReadMetrics lets this machine and the configured networks read the counters.
func (c *Console) mayReadMetrics(r *http.Request) bool {
	ip := clientAddr(r.RemoteAddr)
	if ip.IsLoopback() {
		return true
	}
	return slices.ContainsFunc(c.cfg.MetricsFrom, func(s string) bool {
		p, err := netip.ParsePrefix(s)
		return err == nil && p.Contains(ip)
	})
}

// clientAddr is the address that the connection came from; headers that a client can write are not believed.
func clientAddr(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}
