package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/console/consoletest"
	"go.uber.org/goleak"
)

// scs.New starts a cleaner that cannot be stopped (see newSessions).
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/alexedwards/scs/v2/memstore.(*MemStore).startCleanup"))
}

// house is a console over a town in memory, and a browser in front of it.
type house struct {
	t      *testing.T
	town   *consoletest.Town
	c      *console.Console
	url    string
	client *http.Client
	csrf   string
	first  console.First
}

func open(t *testing.T, change func(*console.Config)) *house {
	t.Helper()
	h := &house{t: t, town: consoletest.New(time.Now)}
	h.town.Silence = 4 * time.Millisecond
	cfg := console.DefaultConfig()
	cfg.Listen = "127.0.0.1:0"
	cfg.Cost = console.HashCost{Time: 1, KiB: 1 << 10, Threads: 1}
	if change != nil {
		change(&cfg)
	}
	deps := h.town.Deps(t.TempDir(), slog.New(slog.DiscardHandler))
	deps.Announce = func(f console.First) { h.first = f }
	deps.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "yagura_up 1\n") })
	var err error
	if h.c, err = console.New(cfg, deps); err != nil {
		t.Fatal(err)
	}
	h.town.Connect(h.c.Hub())
	if err := h.c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.url = h.c.URL()
	h.client = browser(t)
	t.Cleanup(func() {
		h.town.Wait()
		h.client.CloseIdleConnections()
		if err := h.c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return h
}

func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: &http.Transport{}}
}

// call sends one request with the CSRF token and gives the answer, its body read.
func (h *house) call(method, path string, body any) (*http.Response, []byte) {
	h.t.Helper()
	return h.send(method, path, body, func(r *http.Request) { r.Header.Set("X-CSRF-Token", h.csrf) })
}

func (h *house) send(method, path string, body any, change func(*http.Request)) (*http.Response, []byte) {
	h.t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, in)
	if err != nil {
		h.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	change(req)
	res, err := h.client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res, out
}

// want calls and checks the status; a JSON answer is read into out where that is not nil.
func (h *house) want(status int, method, path string, body, out any) *http.Response {
	h.t.Helper()
	res, b := h.call(method, path, body)
	if res.StatusCode != status {
		h.t.Fatalf("%s %s: status %d, want %d: %s", method, path, res.StatusCode, status, b)
	}
	if out != nil {
		if err := json.Unmarshal(b, out); err != nil {
			h.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return res
}

func (h *house) login(user, password string) {
	h.t.Helper()
	var s console.SessionInfo
	h.want(http.StatusOK, "POST", "/api/v1/session", map[string]string{"user": user, "password": password}, &s)
	h.csrf = s.CSRF
}

// enter logs in as the first administrator and keeps the first password, as the demo allows.
func (h *house) enter() {
	h.t.Helper()
	h.login(h.first.User, h.first.Password)
	h.want(http.StatusOK, "POST", "/api/v1/session/skip", nil, nil)
}

func demo(c *console.Config) { c.Demo = true }

// problemOf reads the stable word of a problem.
func problemOf(t *testing.T, b []byte) string {
	t.Helper()
	var p console.Problem
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	if p.Text.JA == "" || p.Text.EN == "" {
		t.Errorf("problem %s has no sentence in both languages: %+v", p.Code, p.Text)
	}
	return p.Code
}

func TestDepsAndSettingsAreNamedWhenWrong(t *testing.T) {
	_, err := console.New(console.Config{Listen: "8440", MetricsFrom: []string{"ten"}, TLS: console.TLSConfig{Cert: "x"}}, console.Deps{})
	if err == nil {
		t.Fatal("an empty console was made")
	}
	for _, want := range []string{"listen", "session_hours", "idle_minutes", "tls", "metrics_from", "Ledger", "Sessions"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
}

func TestFirstPasswordIsInAFileThatOnlyItsOwnerReads(t *testing.T) {
	h := open(t, nil)
	info, err := os.Stat(h.first.File)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
	h.login(h.first.User, h.first.Password)
	res, b := h.call("GET", "/api/v1/overview", nil)
	if res.StatusCode != http.StatusForbidden || problemOf(t, b) != "must_change" {
		t.Fatalf("before the first change: %d %s", res.StatusCode, b)
	}
	res, b = h.call("POST", "/api/v1/session/skip", nil)
	if res.StatusCode != http.StatusForbidden {
		t.Fatalf("outside of the demo the first password was kept: %s", b)
	}
	fresh := "a calm evening in the town hall"
	var s console.SessionInfo
	h.want(http.StatusOK, "PUT", "/api/v1/session/password", map[string]string{"current": h.first.Password, "new": fresh}, &s)
	h.csrf = s.CSRF
	h.want(http.StatusOK, "GET", "/api/v1/overview", nil, nil)
	if _, err := os.Stat(h.first.File); !os.IsNotExist(err) {
		t.Errorf("the first password's file is still there: %v", err)
	}
	if filepath.Dir(h.first.File) == "" {
		t.Error("no directory")
	}
}

func TestSecondStartMakesNoSecondAdministrator(t *testing.T) {
	town := consoletest.New(time.Now)
	dir := t.TempDir()
	firsts := 0
	for range 2 {
		cfg := console.DefaultConfig()
		cfg.Listen = "127.0.0.1:0"
		deps := town.Deps(dir, slog.New(slog.DiscardHandler))
		deps.Announce = func(console.First) { firsts++ }
		c, err := console.New(cfg, deps)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if firsts != 1 {
		t.Errorf("%d first administrators, want 1", firsts)
	}
}

func TestPortInUseNamesAddressAndProcess(t *testing.T) {
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	address := strings.TrimPrefix(taken.URL, "http://")
	town := consoletest.New(time.Now)
	cfg := console.DefaultConfig()
	cfg.Listen = address
	c, err := console.New(cfg, town.Deps(t.TempDir(), slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Start(t.Context())
	if err == nil {
		t.Fatal("started on a taken port")
	}
	for _, want := range []string{address, "in use", "console.listen"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	if _, statErr := os.Stat("/proc/net/tcp"); statErr == nil && !strings.Contains(err.Error(), "process") {
		t.Errorf("the process is not named: %v", err)
	}
}

func TestSelfSignedCertificateIsKept(t *testing.T) {
	h := open(t, func(c *console.Config) { c.TLS.SelfSigned = true; c.Demo = true })
	if !strings.HasPrefix(h.url, "https://") {
		t.Fatalf("url %s", h.url)
	}
	pem, err := os.ReadFile(filepath.Join(filepath.Dir(h.first.File), "console-cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	h.client.Transport.(*http.Transport).TLSClientConfig = trust(t, pem)
	h.enter()
	res := h.want(http.StatusOK, "GET", "/api/v1/overview", nil, nil)
	if res.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security over TLS")
	}
}
