package blocklist

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
)

// etagOf names a list's content (RFC 9110 §8.8.3).
func etagOf(text []byte) string {
	sum := sha256.Sum256(text)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

func (h *hand) file(list string) string { return filepath.Join(h.dir, list+".txt") }

// listen begins to serve; it is called before anything else is done, and again after a failure.
func (h *hand) listen() error {
	if h.server != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(h.dir, "fetched"), 0o750); err != nil {
		return err
	}
	for _, c := range h.consumers {
		if err := c.load(); err != nil {
			return err
		}
	}
	ln, err := net.Listen("tcp", h.cfg.Listen)
	if err != nil {
		return fmt.Errorf("blocklist: %w; another program, or a running Yagura, has it", err)
	}
	if !h.cfg.Plain {
		ln = tls.NewListener(ln, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: (&renewed{cfg: h.cfg}).get})
	}
	h.addr = ln.Addr()
	h.server = &http.Server{Handler: h, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: log.New(quiet{}, "", 0)}
	h.ended = make(chan struct{})
	go func(s *http.Server, ended chan<- struct{}) {
		defer close(ended)
		if err := s.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			h.log().Error("the block lists are no longer offered", "error", err)
		}
	}(h.server, h.ended)
	return nil
}

// quiet drops what strangers make a server say, such as failed handshakes.
type quiet struct{}

func (quiet) Write(b []byte) (int, error) { return len(b), nil }

func (c Config) certificate() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("cert_file, key_file: %w", err)
	}
	return &pair, nil
}

// renewed reads the certificate again when its file has changed, so that a renewal needs no restart.
type renewed struct {
	cfg Config

	mu   sync.Mutex
	at   time.Time
	pair *tls.Certificate
}

func (r *renewed) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	st, err := os.Stat(r.cfg.CertFile)
	if err == nil && (r.pair == nil || !st.ModTime().Equal(r.at)) {
		if pair, err := r.cfg.certificate(); err == nil {
			r.pair, r.at = pair, st.ModTime()
		}
	}
	if r.pair == nil {
		return nil, errors.New("no certificate can be read")
	}
	return r.pair, nil
}

// ServeHTTP answers one consumer.
func (h *hand) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	c := h.who(r)
	switch {
	case c == nil:
		h.strangers.Add(1)
		h.rarely("somebody without a valid token asked for the block lists", "from", r.RemoteAddr, "times", h.strangers.Load())
		w.Header().Set("WWW-Authenticate", `Basic realm="Yagura block lists", charset="UTF-8"`)
		http.Error(w, "name and token are needed", http.StatusUnauthorized)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	case r.URL.Path == "/status.json":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(h.status(h.deps.Now()))
		return
	}
	list, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".txt")
	for _, mine := range c.Lists {
		if ok && mine == list {
			h.serveList(w, r, c, list)
			return
		}
	}
	http.Error(w, "this list is not among those of "+c.Name+" (consumers.lists)", http.StatusNotFound)
}

func (h *hand) who(r *http.Request) *consumer {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	name, password, basic := r.BasicAuth()
	var found *consumer
	for _, c := range h.consumers { // all of them, so that the time does not tell which name exists
		if bearer && c.knows(token) || basic && c.knows(password) && name == c.Name {
			found = c
		}
	}
	return found
}

// serveList sends the file as it is published. Where it cannot be read the
// consumer gets an error, on which it keeps the list that it has.
func (h *hand) serveList(w http.ResponseWriter, r *http.Request, c *consumer, list string) {
	text, err := act.ReadUpTo(h.file(list), maxCopy)
	if err != nil || len(parse(text)) == 0 {
		h.rarely("a block list cannot be offered; its consumers keep the last one", "list", list, "error", err)
		http.Error(w, "the list cannot be read now; keep the last one", http.StatusServiceUnavailable)
		return
	}
	etag := etagOf(text)
	w.Header().Set("Etag", etag)
	w.Header().Set("Cache-Control", "no-cache")
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		if r.Method == http.MethodHead {
			return
		}
		if _, err := w.Write(text); err != nil {
			return
		}
	}
	if err := c.served(list, text, h.deps.Now().UTC()); err != nil {
		h.rarely("what a consumer fetched could not be kept", "consumer", c.Name, "error", err)
		return
	}
	h.wake()
}

// matches compares weakly (RFC 9110 §13.1.2).
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// rarely warns at most once a minute for one sentence.
func (h *hand) rarely(what string, args ...any) {
	h.saidMu.Lock()
	defer h.saidMu.Unlock()
	if now := h.deps.Now(); now.Sub(h.said[what]) >= time.Minute {
		h.said[what] = now
		h.log().Warn(what, args...)
	}
}
