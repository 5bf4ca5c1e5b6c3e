// Package console is the window of the watchtower: the HTTP API, its live stream and the pages in which people read and act.
//
// It imports no other room. What it shows and does it asks for through the
// interfaces in deps.go, which cmd/yagura satisfies with the rooms behind it.
package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2"
)

// Console serves the API and the pages. It is a service.Part.
type Console struct {
	cfg      Config
	deps     Deps
	sessions *scs.SessionManager
	gate     *loginGate
	hub      *Hub
	api      huma.API
	handler  http.Handler
	now      func() time.Time
	answers  answers

	downloads chan struct{} // of packets, at a time

	mu     sync.Mutex
	server *http.Server
	addr   string
	done   chan struct{}
}

// New makes an inert console; nothing listens before Start. An error names the setting or dependency at fault.
func New(cfg Config, deps Deps) (*Console, error) {
	if err := errors.Join(cfg.Validate(), deps.validate()); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	c := &Console{cfg: cfg, deps: deps, gate: newLoginGate(), hub: newHub(time.Now), now: time.Now, downloads: make(chan struct{}, maxDownloads)}
	if deps.Now != nil {
		c.now = deps.Now
	}
	c.sessions = newSessions(cfg, deps.Sessions)
	mux := http.NewServeMux()
	c.api = c.mountAPI(mux)
	c.mountAnswers(mux)
	c.mountPages(mux)
	c.handler = c.guarded(mux)
	return c, nil
}

// Name is "console".
func (c *Console) Name() string { return "console" }

// Handler is the whole console as one handler, sessions and guards included.
func (c *Console) Handler() http.Handler { return c.handler }

// Hub is where changes are announced; each reaches every open page.
func (c *Console) Hub() *Hub { return c.hub }

// URL is the console's address for people, "" before Start.
func (c *Console) URL() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.addr == "" {
		return ""
	}
	scheme := "http"
	if c.cfg.TLS.enabled() {
		scheme = "https"
	}
	return scheme + "://" + c.addr
}

// Start makes the first administrator where there is no user yet, and listens.
func (c *Console) Start(ctx context.Context) error {
	if err := c.firstAdministrator(ctx); err != nil {
		return err
	}
	tlsConfig, err := c.cfg.TLS.load(c.deps.Dir, c.now())
	if err != nil {
		return err
	}
	ln, err := listen(ctx, c.cfg.Listen, tlsConfig)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addr = ln.Addr().String()
	c.done = make(chan struct{})
	c.server = &http.Server{
		Handler:           c.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute, // a report over a long period; the stream sets its own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	go c.serve(c.server, ln, c.done)
	return nil
}

func (c *Console) serve(s *http.Server, ln net.Listener, done chan struct{}) {
	defer close(done)
	if err := s.Serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
		c.deps.Log.Error("console stopped serving", "error", err)
	}
}

// Stop ends the open streams, lets running requests finish within ctx, and closes.
func (c *Console) Stop(ctx context.Context) error {
	c.mu.Lock()
	s, done := c.server, c.done
	c.server, c.addr = nil, ""
	c.mu.Unlock()
	if s == nil {
		return nil
	}
	c.hub.close()
	err := s.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.Close())
	}
	<-done
	return err
}
