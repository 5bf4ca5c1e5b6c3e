package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// client speaks to the configured addresses alone.
func (c *Config) client(t *tls.Config) *http.Client {
	d := &net.Dialer{Timeout: c.Timeout}
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		addrs := c.Addresses
		if ip, err := netip.ParseAddr(host); err == nil && len(addrs) == 0 {
			addrs = []netip.Addr{ip}
		}
		var errs []error
		for _, a := range addrs {
			conn, err := d.DialContext(ctx, network, net.JoinHostPort(a.String(), port))
			if err == nil {
				return conn, nil
			}
			errs = append(errs, err)
		}
		return nil, errors.Join(errs...)
	}
	return &http.Client{
		Transport: &http.Transport{DialContext: dial, TLSClientConfig: t, TLSHandshakeTimeout: c.Timeout, ResponseHeaderTimeout: c.Timeout,
			MaxIdleConns: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Bounds of what is read of an answer, and of the pause that it may ask for.
const (
	maxAnswer = 8 << 20
	maxPause  = 5 * time.Second
)

// request is one exchange, attempted several times.
type request struct {
	method, url, kind string
	key               string // Idempotency-Key
	body              []byte
}

// status is an answer that is not 2xx.
type status struct {
	code  int
	text  string
	after time.Duration // Retry-After
}

func (s *status) Error() string { return s.text }

// again reports whether the same request may work a moment later.
func (s *status) again() bool {
	return s.code == http.StatusRequestTimeout || s.code == http.StatusTooEarly || s.code == http.StatusTooManyRequests || s.code >= 500
}

// do gives the answer's body, or an error that names the other side without paths or tokens.
func (h *hand) do(ctx context.Context, q request) ([]byte, error) {
	pause := 100 * time.Millisecond
	for n := 1; ; n++ {
		answer, err := h.once(ctx, q)
		if err == nil {
			return answer, nil
		}
		var s *status
		if refused := errors.As(err, &s) && !s.again(); refused || n >= h.cfg.Attempts || ctx.Err() != nil {
			return nil, fmt.Errorf("%s: %s: %w", h.Name(), hostOf(q.url), err)
		}
		if s != nil && s.after > pause {
			pause = min(s.after, maxPause)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: %s: %w", h.Name(), hostOf(q.url), err)
		case <-time.After(pause):
		}
		pause *= 3
	}
}

func (h *hand) once(ctx context.Context, q request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, q.method, q.url, bytes.NewReader(q.body))
	if err != nil {
		return nil, errors.New("the address cannot be used")
	}
	h.headers(req, q)
	resp, err := h.client.Do(req)
	if err != nil {
		var u *url.Error // its text holds the whole address
		if errors.As(err, &u) {
			err = u.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, &status{resp.StatusCode, strings.TrimSpace(fmt.Sprintf("it answered %d %s %s", resp.StatusCode, http.StatusText(resp.StatusCode), printable(text))),
			retryAfter(resp.Header.Get("Retry-After"))}
	case err != nil:
		return nil, fmt.Errorf("its answer broke off: %w", err)
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("its answer is over %d bytes", maxAnswer)
	}
	return text, nil
}

func (h *hand) headers(req *http.Request, q request) {
	req.Header.Set("User-Agent", "Yagura")
	if q.kind != "" {
		req.Header.Set("Content-Type", q.kind)
		req.Header.Set("Idempotency-Key", q.key)
		req.Header.Set("X-Request-ID", q.key)
	}
	if h.token != "" {
		req.Header.Set("Authorization", "Bearer "+h.token)
	}
	if h.secret != "" {
		req.Header.Set("X-Yagura-Signature", Sign(h.secret, h.deps.Now(), q.body))
	}
}

// Sign is the value of X-Yagura-Signature for a body that is sent at a moment; a GET signs an empty body.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, t+".")
	_, _ = mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

func retryAfter(v string) time.Duration {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// printable is the beginning of an answer as it may stand in a receipt.
func printable(text []byte) string {
	var b strings.Builder
	for _, r := range string(text[:min(len(text), 800)]) {
		if b.Len() > 200 {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "?"
	}
	return u.Host
}
