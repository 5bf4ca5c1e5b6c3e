// Package webhook posts notices as signed JSON to a web address: chat, ticket system or another site.
//
// The body is the message as JSON, or what the template makes of it. With a
// secret, the header X-Yagura-Signature carries "t=<unix seconds>,v1=<hex>",
// the HMAC-SHA256 of "<t>.<body>"; a receiver refuses what is older than five
// minutes. X-Yagura-UID is the same for every attempt at one message.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"text/template"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
)

// Channel is the webhook.
var Channel = notify.Channel{
	Name:   "webhook",
	Title:  event.Text{JA: "Webhook（チャットやチケットへ）", EN: "webhook (chat, tickets)"},
	Config: func() any { return &Config{Timeout: 10 * time.Second} },
	Open:   open,
}

type sender struct {
	cfg     Config
	url     string
	secret  []byte
	headers map[string]string
	body    *template.Template // nil: the message as JSON
	client  *http.Client
	now     func() time.Time
}

func open(config any, d notify.Deps) (notify.Sender, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *webhook.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := &sender{cfg: *c, headers: map[string]string{}, now: d.Now}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.url, err = c.URL.read("url"); err != nil {
		return nil, err
	}
	if u, err := url.Parse(s.url); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("url: what was given is no web address: write it as https://chat.example.jp/hook/…")
	}
	if !c.Secret.empty() {
		key, err := c.Secret.read("secret")
		if err != nil {
			return nil, err
		}
		s.secret = []byte(key)
	}
	for name, v := range c.Headers {
		if s.headers[name], err = v.read("headers." + name); err != nil {
			return nil, err
		}
	}
	if s.body, err = c.template(); err != nil {
		return nil, err
	}
	s.client = &http.Client{Timeout: c.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect would carry the notice to an address that nobody configured
	}}
	return s, nil
}

func (s *sender) Name() string { return "webhook" }

// Send posts the message. 2xx is accepted; 408, 425, 429, 5xx and everything
// before an answer are tried again; the rest is permanent.
func (s *sender) Send(ctx context.Context, m notify.Message) error {
	if err := m.Validate(); err != nil {
		return err
	}
	body, err := s.render(m)
	if err != nil {
		return fmt.Errorf("webhook %s: write the body: %w: %w", s.host(), err, notify.ErrPermanent)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("webhook: the address cannot be used: %w", notify.ErrPermanent)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Yagura")
	req.Header.Set("X-Yagura-UID", m.UID)
	for name, v := range s.headers {
		req.Header.Set(name, v)
	}
	if s.secret != nil {
		req.Header.Set("X-Yagura-Signature", Sign(s.secret, s.now(), body))
	}
	resp, err := s.client.Do(req)
	if err != nil {
		var u *url.Error // its text holds the whole address, token included
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("webhook %s: %w", s.host(), err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	return s.judge(resp)
}

func (s *sender) judge(resp *http.Response) error {
	code := resp.StatusCode
	err := fmt.Errorf("webhook %s answered %d %s", s.host(), code, http.StatusText(code))
	switch {
	case code >= 200 && code < 300:
		return nil
	case code == 408 || code == 425 || code == 429 || code >= 500:
		if after := retryAfter(resp.Header.Get("Retry-After"), s.now()); after > 0 {
			return &notify.Later{After: after, Err: err}
		}
		return err
	}
	return fmt.Errorf("%w: %w", err, notify.ErrPermanent)
}

// retryAfter reads seconds or a date (RFC 9110 §10.2.3).
func retryAfter(v string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(v); err == nil && n >= 0 && n < 1<<20 {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return t.Sub(now)
	}
	return 0
}

func (s *sender) render(m notify.Message) ([]byte, error) {
	if s.body == nil {
		m.HTML = "" // of no use to a machine
		return json.Marshal(m)
	}
	var b bytes.Buffer
	if err := s.body.Execute(&b, m); err != nil {
		return nil, err
	}
	if !json.Valid(b.Bytes()) {
		return nil, errors.New("the template does not make valid JSON: write values as {{json .Subject}}")
	}
	return b.Bytes(), nil
}

// host is the address as it may be shown: a path or query may hold a token.
func (s *sender) host() string {
	u, err := url.Parse(s.url)
	if err != nil {
		return "?"
	}
	return u.Host
}

func (s *sender) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

// Sign is the value of X-Yagura-Signature for a body sent at t.
func Sign(secret []byte, t time.Time, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%d.", t.Unix())
	mac.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", t.Unix(), hex.EncodeToString(mac.Sum(nil)))
}
