// Package notice is the page that the user of an isolated machine meets: why, whom to call, what not to do.
//
// It has a listener of its own, which the enforcers leave open and, at a router of ours, lead plain HTTP to. HTTPS cannot be
// led: the browser would rightly object to the certificate. The pages by which operating systems look for a captive portal
// are plain HTTP, so that they show the notice by themselves.
package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"github.com/yagura-project/yagura/event"
)

// Config is where the notice is shown.
type Config struct {
	Listen []string `yaml:"listen"` // addresses of this machine with a port: 10.1.0.9:80; empty = no notice is shown
	DNS    []string `yaml:"dns"`    // likewise, 10.1.0.9:53: isolated machines, and only they, are told that every name is the notice's address
	Lead   bool     `yaml:"lead"`   // an enforcer that is a router leads the plain HTTP and the name look-ups of isolated machines here
}

// DefaultConfig shows none.
func DefaultConfig() Config { return Config{Lead: true} }

// Validate names what cannot be obeyed.
func (c Config) Validate() error {
	var errs []error
	for field, list := range map[string][]string{"listen": c.Listen, "dns": c.DNS} {
		for i, s := range list {
			if ap, err := netip.ParseAddrPort(s); err != nil || ap.Addr().IsUnspecified() || ap.Addr().IsMulticast() {
				errs = append(errs, fmt.Errorf("%s[%d]: %q: write the address of this machine that isolated machines shall reach, with its port: 10.1.0.9:80", field, i, s))
			}
		}
	}
	if len(c.DNS) > 0 && len(c.Listen) == 0 {
		errs = append(errs, errors.New("dns: there is no page to lead to: give listen too"))
	}
	return errors.Join(errs...)
}

// Low reports whether a port below 1024 is listened on, which needs a capability.
func (c Config) Low() bool {
	return slices.ContainsFunc(slices.Concat(c.Listen, c.DNS), func(s string) bool {
		ap, err := netip.ParseAddrPort(s)
		return err == nil && ap.Port() > 0 && ap.Port() < 1024
	})
}

// Isolation is what the user of a machine is told.
type Isolation struct {
	Machine string
	Number  string // of the case
	Why     event.Text
	Since   time.Time
	Until   time.Time
}

// Contact is one line of the telephone list.
type Contact struct{ Name, Phone string }

// Deps is what the notice asks of others.
type Deps struct {
	Log *slog.Logger
	// Isolation is that of the machine at an address; ok is false where none stands.
	Isolation func(ctx context.Context, ip netip.Addr) (i Isolation, ok bool)
	Contacts  func(t time.Time) []Contact
	Town      string           // the town's name, for the page's head
	Now       func() time.Time // nil = time.Now
}

// Stats counts what was shown.
type Stats struct {
	Pages uint64 `json:"pages"` // to users of isolated machines
	Led   uint64 `json:"led"`   // requests for other pages that were led here
	Names uint64 `json:"names"` // look-ups that were answered with the notice's address
}

// Notice is the listener. It is a service.Part.
type Notice struct {
	cfg     Config
	deps    Deps
	pages   []netip.AddrPort
	servers []*http.Server
	names   []*net.UDPConn
	done    chan struct{}
	parts   int
	counts  struct{ pages, led, names atomic.Uint64 }
}

// New makes an inert notice.
func New(cfg Config, d Deps) (*Notice, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Notice{cfg: cfg, deps: d, done: make(chan struct{}, len(cfg.Listen)+len(cfg.DNS))}, nil
}

// Name is "notice".
func (n *Notice) Name() string { return "notice" }

// Stats is a copy of the counters.
func (n *Notice) Stats() Stats {
	return Stats{n.counts.pages.Load(), n.counts.led.Load(), n.counts.names.Load()}
}

// maxConns bounds the connections at once: an infected machine may ask without end.
const maxConns = 512

// Start listens.
func (n *Notice) Start(context.Context) error {
	for _, a := range n.cfg.Listen {
		l, err := net.Listen("tcp", a)
		if err != nil {
			return errors.Join(fmt.Errorf("notice: %w: is %s an address of this machine, and its port free?", err, a), n.Stop(context.Background()))
		}
		n.pages = append(n.pages, l.Addr().(*net.TCPAddr).AddrPort())
		s := &http.Server{Handler: n, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
			MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
		s.SetKeepAlivesEnabled(false) // after the release the next request must go where it was meant to
		n.servers = append(n.servers, s)
		n.parts++
		go func() {
			_ = s.Serve(netutil.LimitListener(l, maxConns))
			n.done <- struct{}{}
		}()
	}
	for _, a := range n.cfg.DNS {
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(a)))
		if err != nil {
			return errors.Join(fmt.Errorf("notice: %w", err), n.Stop(context.Background()))
		}
		n.names = append(n.names, c)
		n.parts++
		go func() {
			n.resolve(c)
			n.done <- struct{}{}
		}()
	}
	return nil
}

// Stop ends it.
func (n *Notice) Stop(ctx context.Context) error {
	var errs []error
	for _, s := range n.servers {
		errs = append(errs, s.Shutdown(ctx))
	}
	for _, c := range n.names {
		errs = append(errs, c.Close())
	}
	for ; n.parts > 0; n.parts-- {
		<-n.done
	}
	n.servers, n.names = nil, nil
	return errors.Join(errs...)
}

// Addrs are the addresses listened on: pages, then names.
func (n *Notice) Addrs() []netip.AddrPort {
	out := slices.Clone(n.pages)
	for _, c := range n.names {
		out = append(out, c.LocalAddr().(*net.UDPAddr).AddrPort())
	}
	return out
}

// ServeHTTP shows the page, and leads every other address to it: the pages by which Windows (msftconnecttest.com), macOS and
// iOS (captive.apple.com), Android (generate_204) and Firefox (detectportal.firefox.com) look whether they are online too,
// which then show it by themselves.
func (n *Notice) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Connection", "close")
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	i, isolated := n.deps.Isolation(r.Context(), ap.Addr().Unmap().WithZone(""))
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	own, here := n.own(r)
	switch {
	case own && r.URL.Path == "/":
		if isolated {
			n.counts.pages.Add(1)
		}
		n.show(w, i, isolated)
	case isolated && here.IsValid():
		n.counts.led.Add(1)
		http.Redirect(w, r, "http://"+here.String()+"/", http.StatusFound)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// own reports whether the request names the notice itself, and where that is for this client.
func (n *Notice) own(r *http.Request) (own bool, here netip.AddrPort) {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if local == nil {
		return false, here
	}
	here = local.AddrPort()
	here = netip.AddrPortFrom(here.Addr().Unmap(), here.Port())
	host := r.Host
	return host == here.String() || here.Port() == 80 && (host == here.Addr().String() || host == "["+here.Addr().String()+"]"), here
}
