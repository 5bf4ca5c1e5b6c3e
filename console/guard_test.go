package console_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/console"
)

func trust(t *testing.T, pem []byte) *tls.Config {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("no certificate in the file")
	}
	return &tls.Config{RootCAs: pool}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := open(t, demo)
	for _, path := range []string{"/", "/incidents/x", "/api/v1/session", "/healthz", "/assets/none.js"} {
		res, _ := h.call("GET", path, nil)
		policy := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "unsafe-eval") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for _, name := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"} {
			if res.Header.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
	}
}

func TestCookieIsOutOfReach(t *testing.T) {
	h := open(t, demo)
	res, _ := h.call("POST", "/api/v1/session", map[string]string{"user": h.first.User, "password": h.first.Password})
	cookies := res.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	c := cookies[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure {
		t.Errorf("cookie %v: HttpOnly and Strict are needed, Secure only over TLS", c)
	}
}

func TestChangesNeedTheToken(t *testing.T) {
	h := open(t, demo)
	h.enter()
	for name, change := range map[string]struct {
		with func(*http.Request)
		code string
	}{
		"no token":    {func(*http.Request) {}, "csrf"},
		"wrong token": {func(r *http.Request) { r.Header.Set("X-CSRF-Token", "guess") }, "csrf"},
		"other origin": {func(r *http.Request) {
			r.Header.Set("X-CSRF-Token", h.csrf)
			r.Header.Set("Origin", "http://evil.example")
		}, "origin"},
		"fetch of site": {func(r *http.Request) {
			r.Header.Set("X-CSRF-Token", h.csrf)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}, "origin"},
		"other host": {func(r *http.Request) { r.Header.Set("X-CSRF-Token", h.csrf); r.Host = "rebound.example" }, "host"},
	} {
		res, b := h.send("PUT", "/api/v1/freeze", map[string]any{"on": true}, change.with)
		if res.StatusCode < 400 || problemOf(t, b) != change.code {
			t.Errorf("%s: %d %s, want %s", name, res.StatusCode, b, change.code)
		}
	}
	var f console.Freeze
	h.want(http.StatusOK, "GET", "/api/v1/freeze", nil, &f)
	if f.On {
		t.Error("a refused call changed something")
	}
}

func TestNothingWithoutLogin(t *testing.T) {
	h := open(t, demo)
	for _, path := range []string{"overview", "incidents", "devices", "orders", "freeze", "reports", "reports/2026-11/pdf", "hunts", "audit", "sensors", "stream", "users", "session"} {
		res, b := h.call("GET", "/api/v1/"+path, nil)
		if res.StatusCode != http.StatusUnauthorized || problemOf(t, b) != "login_needed" {
			t.Errorf("%s without login: %d", path, res.StatusCode)
		}
		if kind := res.Header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s: %s", path, kind)
		}
	}
}

func TestRolesAreKeptAndRefusalsWritten(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var made console.UserAnswer
	h.want(http.StatusOK, "POST", "/api/v1/users", map[string]string{"name": "miru", "role": "viewer"}, &made)
	h.client = browser(t)
	h.login("miru", made.Password)
	h.want(http.StatusOK, "POST", "/api/v1/session/skip", nil, nil)
	h.want(http.StatusOK, "GET", "/api/v1/incidents", nil, nil)
	device := h.town.Machine(3).UID
	h.want(http.StatusOK, "POST", "/api/v1/orders/preview", map[string]any{"device": device}, nil)
	for method, path := range map[string]string{"POST": "/api/v1/orders", "PUT": "/api/v1/freeze", "GET": "/api/v1/users"} {
		res, b := h.call(method, path, map[string]any{"device": device, "on": true})
		if res.StatusCode != http.StatusForbidden || problemOf(t, b) != "role_missing" {
			t.Errorf("%s %s as a viewer: %d %s", method, path, res.StatusCode, b)
		}
	}
	if res, b := h.call("GET", "/api/v1/incidents/"+h.town.Breach()+"/packets", nil); res.StatusCode != http.StatusForbidden || problemOf(t, b) != "role_missing" {
		t.Errorf("packets as a viewer: %d %s", res.StatusCode, b)
	}
	res, b := h.call("POST", "/api/v1/hunts/sql", map[string]any{"params": map[string]string{"query": "SELECT 1"}})
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("free SQL as a viewer: %d %s", res.StatusCode, b)
	}
	refused := 0
	audits, err := h.town.Audits(t.Context(), made.User.Created, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range audits {
		if a.Action == "refused" && a.Who == "miru" {
			refused++
		}
	}
	if refused != 5 {
		t.Errorf("%d refusals in the ledger, want 5", refused)
	}
}

func TestLargeAndStrangeBodiesAreRefused(t *testing.T) {
	h := open(t, demo)
	h.enter()
	res, b := h.call("POST", "/api/v1/orders/preview", map[string]string{"device": strings.Repeat("x", 100<<10)})
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("100 KiB: %d %s", res.StatusCode, b)
	}
	res, b = h.call("POST", "/api/v1/orders/preview", map[string]any{"device": 7, "surprise": true})
	if res.StatusCode != http.StatusUnprocessableEntity || problemOf(t, b) != "bad_request" {
		t.Errorf("wrong types: %d %s", res.StatusCode, b)
	}
}

func TestCountersAndHealth(t *testing.T) {
	h := open(t, demo)
	res, b := h.call("GET", "/metrics", nil)
	if res.StatusCode != http.StatusOK || string(b) != "yagura_up 1\n" {
		t.Errorf("metrics from this machine: %d %s", res.StatusCode, b)
	}
	far := httptest.NewRequest("GET", "http://127.0.0.1/metrics", nil)
	far.RemoteAddr = "198.51.100.9:1234"
	w := httptest.NewRecorder()
	h.c.Handler().ServeHTTP(w, far)
	if w.Code != http.StatusForbidden {
		t.Errorf("metrics from elsewhere: %d", w.Code)
	}
	if res, _ := h.call("GET", "/healthz", nil); res.StatusCode != http.StatusOK {
		t.Errorf("healthz: %d", res.StatusCode)
	}
}

func TestPagesAreServedOrTheirAbsenceExplained(t *testing.T) {
	h := open(t, demo)
	res, b := h.call("GET", "/incidents/anything", nil)
	text := string(b)
	switch res.StatusCode {
	case http.StatusServiceUnavailable:
		if !strings.Contains(text, "make web") {
			t.Errorf("the page does not say how to build: %s", text)
		}
	case http.StatusOK:
		nonce := between(res.Header.Get("Content-Security-Policy"), "'nonce-", "'")
		if nonce == "" || !strings.Contains(text, `content="`+nonce+`"`) || strings.Contains(text, "__YAGURA_NONCE__") {
			t.Errorf("the nonce %q of the policy is not in the page", nonce)
		}
		again, _ := h.call("GET", "/", nil)
		if between(again.Header.Get("Content-Security-Policy"), "'nonce-", "'") == nonce {
			t.Error("the nonce is the same twice")
		}
	default:
		t.Errorf("status %d", res.StatusCode)
	}
	for _, path := range []string{"/.keep", "/assets/../.keep", "/assets/none.js"} {
		if res, b := h.call("GET", path, nil); res.StatusCode == http.StatusOK && !strings.Contains(res.Header.Get("Content-Type"), "html") {
			t.Errorf("%s: %d %q", path, res.StatusCode, b)
		}
	}
}

func between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	out, _, _ := strings.Cut(rest, to)
	return out
}
