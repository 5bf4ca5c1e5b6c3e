package webhook

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
	"github.com/yagura-project/yagura/lab/drill"
)

// settings for a server, with its certificate, token and secret in files.
func settings(t *testing.T, s *httptest.Server) Config {
	dir := t.TempDir()
	c := DefaultConfig()
	c.URL, c.Attempts, c.Timeout = s.URL+"/isolations", 1, 10*time.Second
	c.CAFile, c.TokenFile, c.Secret = filepath.Join(dir, "ca"), filepath.Join(dir, "token"), filepath.Join(dir, "secret")
	files := map[string]string{c.TokenFile: token + "\n", c.Secret: secret + "\n"}
	if s.TLS != nil {
		files[c.CAFile] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	} else {
		c.CAFile = ""
	}
	for file, text := range files {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (g *gate) bench(c Config, dir string) acttest.Bench {
	turn := func(mode int32) func(*testing.T) func() {
		return func(*testing.T) func() {
			g.mode.Store(mode)
			return func() { g.mode.Store(works) }
		}
	}
	return acttest.Bench{
		Open: func(t *testing.T, d act.Deps) act.Hand {
			d.Dir = dir
			c := c
			h, err := Enforcer.Open(&c, d)
			if err != nil {
				t.Fatal(err)
			}
			return h
		},
		Machine: acttest.Documentation, Dial: g.Dial,
		Foreign:  func(t *testing.T) string { return g.In(street.Router, "nft -s list table ip theirs") },
		Received: func(*testing.T) int { return int(g.moved.Load()) },
		Flush:    func(*testing.T) { g.In(street.Router, "nft delete table inet yagura 2>/dev/null || true") },
		Lose: func(t *testing.T, _ string, m acttest.Machine) {
			g.In(street.Router, "nft delete element inet yagura isolated4 '{ "+m.V4.String()+" }'")
		},
		Mute: turn(mutes), Deny: turn(denies),
	}
}

func TestConformance(t *testing.T) {
	g := newGate(t)
	c := settings(t, g.Server)
	c.ReadURL, c.Forgets, c.Cuts = c.URL, true, []string{"ipv4", "ipv6", "mac"}
	acttest.Run(t, g.bench(c, t.TempDir()))
}

// The drill: the sensor listens where PC a's cable reaches the router.
func TestScenario(t *testing.T) {
	g := newGate(t)
	c := settings(t, g.Server)
	c.ReadURL, c.Forgets, c.Cuts = c.URL, true, []string{"ipv4", "ipv6", "mac"}
	drill.Run(t, drill.Town{Bench: g.bench(c, t.TempDir()), Namespace: g.NetNS(street.Router), Interfaces: []string{"to-" + street.PCA}})
}

func TestConformanceOpenC2(t *testing.T) {
	g := newGate(t)
	c := settings(t, g.Server)
	c.URL, c.Body = g.URL+"/.well-known/openc2", "openc2"
	acttest.Run(t, g.bench(c, t.TempDir()))
}

func target(order string, nets ...string) act.Target {
	t := act.Target{Order: order, Until: time.Now().Add(time.Hour)}
	for _, n := range nets {
		t.Nets = append(t.Nets, netip.MustParsePrefix(n))
	}
	return t
}

func opened(t *testing.T, c Config) act.Hand {
	t.Helper()
	h, err := Enforcer.Open(&c, act.Deps{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// A redirect would carry the request and its token to an address that nobody configured.
func TestARedirectIsNotFollowed(t *testing.T) {
	var strayed atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
	defer other.Close()
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	_, err := opened(t, settings(t, s)).Apply(context.Background(), target("iso-1", "192.0.2.7/32"))
	if err == nil || !strings.Contains(err.Error(), "307") || strayed.Load() != 0 {
		t.Errorf("%v, %d requests strayed", err, strayed.Load())
	}
}

// A name is never looked up: the request goes where the configuration says.
func TestTheAddressIsPinned(t *testing.T) {
	var host atomic.Value
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { host.Store(r.Host) }))
	defer s.Close()
	c := settings(t, s)
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "https://"), ":")
	c.URL = "https://example.com:" + port + "/x" // the name in the test server's certificate
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "addresses:") {
		t.Errorf("a name without an address: %v", err)
	}
	c.Addresses = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	if _, err := opened(t, c).Apply(context.Background(), target("iso-1", "192.0.2.7/32")); err != nil {
		t.Error(err)
	}
	if host.Load() != "example.com:"+port {
		t.Errorf("asked for %v", host.Load())
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	for code, want := range map[int]int32{500: 3, 503: 3, 429: 3, 400: 1, 401: 1, 403: 1, 404: 1, 302: 1} {
		var n atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			n.Add(1)
			w.WriteHeader(code)
		}))
		c := settings(t, s)
		c.Attempts = 3
		_, err := opened(t, c).Apply(context.Background(), target("iso-1", "192.0.2.7/32"))
		var no *act.Refused
		if err == nil || n.Load() != want || errors.As(err, &no) {
			t.Errorf("%d: %d attempts, %v", code, n.Load(), err)
		}
		if err != nil && (strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "/isolations")) {
			t.Errorf("the error tells too much: %v", err)
		}
		s.Close()
	}
}

func TestATemplateMakesTheBody(t *testing.T) {
	var got atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var v map[string]any
		_ = json.NewDecoder(r.Body).Decode(&v)
		got.Store(v)
	}))
	defer s.Close()
	c := settings(t, s)
	c.Body, c.Template = "template", `{"block": {{if eq .Op "apply"}}true{{else}}false{{end}}, "who": {{json .Host}}, "ips": [{{range $i, $n := .Nets}}{{if $i}},{{end}}{{json $n.Addr}}{{end}}]}`
	h := opened(t, c)
	x := target("iso-1", "192.0.2.7/32", "2001:db8::7/128")
	x.Host = `総務"課`
	if _, err := h.Apply(context.Background(), x); err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(got.Load())
	if want := `{"block":true,"ips":["192.0.2.7","2001:db8::7"],"who":"総務\"課"}`; string(b) != want {
		t.Errorf("%s", b)
	}
	for _, bad := range []string{`{"x": {{.Host}}}`, `{{.Nothing}}`, `{{range .Nets}}`, `{{define "a"}}{{template "a"}}{{template "a"}}{{end}}{{template "a"}}`} {
		c.Template = bad
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "template:") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// What the other side claims is believed only when it lists it.
func TestAcceptedIsNotApplied(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = w.Write([]byte(`{"orders": [{"order": "iso-1", "nets": ["192.0.2.7/32"]}]}`))
		}
	}))
	defer s.Close()
	c := settings(t, s)
	c.ReadURL = c.URL
	h := opened(t, c)
	if _, err := h.Apply(context.Background(), target("iso-1", "192.0.2.7/32", "192.0.2.8/32")); err == nil || !strings.Contains(err.Error(), "does not list all of it") {
		t.Error(err)
	}
	if _, err := h.Undo(context.Background(), target("iso-1")); err == nil || !strings.Contains(err.Error(), "still lists it") {
		t.Error(err)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Name: "A", URL: "ftp://x", ReadURL: "http://10.0.0.1/x", Body: "xml", Cuts: []string{"name"}, Forgets: true}
	err := c.Validate()
	for _, want := range []string{"name:", "url:", "read_url: 10.0.0.1 would go unprotected", "body:", "cuts:", "timeout:", "attempts:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

// FuzzAnswers: what comes back over HTTP is foreign.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"orders":[{"order":"iso-1","nets":["192.0.2.7/32"],"macs":["02:00:5e:10:00:00"],"left_s":3}]}`))
	f.Add([]byte(`{"status":200,"results":{"slpf":{"rule_number":7}}}`))
	f.Add([]byte(`{"orders":[{"nets":[""]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if list, err := heldOf(text); err == nil {
			for _, x := range list {
				if x.Order == "" || x.Left < 0 {
					t.Fatalf("%+v", x)
				}
				for _, p := range x.Nets {
					if !p.IsValid() {
						t.Fatalf("%+v", x)
					}
				}
			}
		}
		if r, err := responseOf(text); err == nil && len(r.Results.SLPF.Rule) > 18 {
			t.Fatalf("%+v", r)
		}
		if s := printable(text); len(s) > 210 || strings.ContainsAny(s, "\n\x00\x1b") {
			t.Fatalf("%q", s)
		}
	})
}
