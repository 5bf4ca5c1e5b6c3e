package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/notify/notifytest"
)

// receiver is a chat server: it checks the signature and answers as told.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	mode string
	got  []notifytest.Received
	quit chan struct{}
}

const secret, token = "s3cret-key", "tok3n-in-the-path"

func newReceiver(t *testing.T) *receiver {
	r := &receiver{mode: "ok", quit: make(chan struct{})}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.serve(t, w, req) }))
	t.Cleanup(func() { close(r.quit); r.Close() })
	return r
}

func (r *receiver) serve(t *testing.T, w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Error(err)
	}
	if got := req.Header.Get("X-Yagura-Signature"); got != Sign([]byte(secret), clock(), body) || req.Header.Get("Authorization") != "Bearer abc" {
		t.Errorf("signature %q, authorization %q", got, req.Header.Get("Authorization"))
	}
	r.mu.Lock()
	mode := r.mode
	r.mu.Unlock()
	switch mode {
	case "later":
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case "never":
		w.WriteHeader(http.StatusForbidden)
		return
	case "redirect":
		http.Redirect(w, req, "/elsewhere", http.StatusTemporaryRedirect)
		return
	case "hang":
		<-r.quit
		return
	}
	var m notify.Message
	if err := json.Unmarshal(body, &m); err != nil {
		t.Error(err)
	}
	r.mu.Lock()
	r.got = append(r.got, notifytest.Received{UID: req.Header.Get("X-Yagura-UID"), Subject: m.Subject, Text: m.Text})
	r.mu.Unlock()
}

func (r *receiver) answer(mode string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode = mode
}

func clock() time.Time { return time.Unix(1795287209, 0) }

func (r *receiver) open(t *testing.T, change func(*Config)) notify.Sender {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("YAGURA_TEST_AUTH", "Bearer abc")
	c := Config{URL: Secret{Value: r.URL + "/hook/" + token}, Secret: Secret{File: file}, Timeout: 5 * time.Second,
		Headers: map[string]Secret{"Authorization": {Env: "YAGURA_TEST_AUTH"}}}
	if change != nil {
		change(&c)
	}
	s, err := Channel.Open(&c, notify.Deps{Log: slog.New(slog.DiscardHandler), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	r := newReceiver(t)
	notifytest.Run(t, notifytest.Bench{
		Open: func(t *testing.T) notify.Sender { return r.open(t, nil) },
		Got: func(*testing.T) []notifytest.Received {
			r.mu.Lock()
			defer r.mu.Unlock()
			return append([]notifytest.Received(nil), r.got...)
		},
		Answer: r.answer, Secrets: []string{secret, token},
	})
}

func TestRetryAfterIsHeard(t *testing.T) {
	r := newReceiver(t)
	s := r.open(t, nil)
	r.answer("later")
	var later *notify.Later
	if err := s.Send(context.Background(), notifytest.Message("u")); !errors.As(err, &later) || later.After != 2*time.Minute {
		t.Errorf("%v %+v", err, later)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	r := newReceiver(t)
	s := r.open(t, nil)
	r.answer("redirect")
	if err := s.Send(context.Background(), notifytest.Message("u")); !errors.Is(err, notify.ErrPermanent) {
		t.Error(err)
	}
}

func TestNobodyListening(t *testing.T) {
	r := newReceiver(t)
	s := r.open(t, nil)
	r.Close()
	err := s.Send(context.Background(), notifytest.Message("u"))
	if err == nil || errors.Is(err, notify.ErrPermanent) || strings.Contains(err.Error(), token) {
		t.Error(err)
	}
}

func TestTemplate(t *testing.T) {
	r := newReceiver(t)
	s := r.open(t, func(c *Config) { c.Template = `{"subject": {{json .Subject}}, "text": {{json .Text}}}` })
	m := notifytest.Message("u")
	if err := s.Send(context.Background(), m); err != nil || r.got[0].Text != m.Text {
		t.Error(err, r.got)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	for want, c := range map[string]Config{
		"url: is empty":                         {Timeout: time.Second},
		"timeout: 0s is out of range":           {URL: Secret{Value: "https://x"}},
		"template: it does not make valid JSON": {URL: Secret{Value: "https://x"}, Timeout: time.Second, Template: `{"a": {{.Subject}}}`},
		"template: template: body":              {URL: Secret{Value: "https://x"}, Timeout: time.Second, Template: `{{.Nothing}}`},
		"no web address":                        {URL: Secret{Value: "ftp://x"}, Timeout: time.Second},
		"the environment has no YAGURA_NOT_SET": {URL: Secret{Env: "YAGURA_NOT_SET"}, Timeout: time.Second},
	} {
		_, err := Channel.Open(&c, notify.Deps{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if s := (Secret{Value: "x"}).String(); strings.Contains(s, "x") {
		t.Error("a secret is shown")
	}
}
