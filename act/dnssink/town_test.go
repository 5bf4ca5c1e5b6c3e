package dnssink

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
	"github.com/yagura-project/yagura/event"
)

var (
	resolver4 = netip.AddrPortFrom(street.RouterV4, 53)
	resolver6 = netip.MustParseAddrPort("[2001:db8::ff:1]:53")
	sink4     = netip.MustParseAddr("198.18.255.253")
)

// site is a street whose router runs unbound, and whose server is the rest of the name system.
type site struct {
	*street.Street
	t       *testing.T
	dir     string // of unbound
	own     string // of Yagura
	cfg     Config
	policy  string // unbound's rpz clause
	extra   string // further lines of its server clause
	unbound *exec.Cmd
	asked   atomic.Int32
}

func newSite(t *testing.T) *site {
	s := &site{Street: street.New(t, "dn", "unbound"), t: t, dir: t.TempDir(), own: t.TempDir(), cfg: DefaultConfig()}
	s.cfg.File, s.cfg.Control = filepath.Join(s.dir, "yagura.rpz"), filepath.Join(s.dir, "ctl")
	s.cfg.Resolvers = []netip.AddrPort{resolver4}
	s.policy = "rpz:\n  name: rpz.yagura.\n  zonefile: \"" + s.cfg.File + "\"\n"
	if err := os.WriteFile(s.cfg.File, []byte("$ORIGIN rpz.yagura.\n@ 5 SOA localhost. root.localhost. 1 30 10 3600 5\n@ 5 NS localhost.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp"} {
		s.serve(street.Server, network, "203.0.113.10:53", func(w dns.ResponseWriter, q *dns.Msg) {
			m := new(dns.Msg)
			m.SetReply(q)
			to := " 1 IN A 203.0.113.10"
			if strings.HasPrefix(q.Question[0].Name, "bad.") {
				to = " 1 IN A 203.0.113.66"
			}
			rr, err := dns.NewRR(q.Question[0].Name + to)
			if err == nil && q.Question[0].Qtype == dns.TypeA {
				m.Answer = []dns.RR{rr}
			}
			_ = w.WriteMsg(m)
		})
	}
	return s
}

// serve runs a name server in a namespace.
func (s *site) serve(ns, network, at string, h dns.HandlerFunc) {
	srv := &dns.Server{Handler: h}
	s.Must(ns, func() (err error) {
		if network == "tcp" {
			srv.Listener, err = net.Listen("tcp", at)
		} else {
			srv.PacketConn, err = net.ListenPacket("udp", at)
		}
		return err
	})
	ready := make(chan struct{})
	srv.NotifyStartedFunc = func() { close(ready) }
	go func() { _ = srv.ActivateAndServe() }()
	<-ready
	s.t.Cleanup(func() { _ = srv.Shutdown() })
}

const unboundConf = `
server:
  directory: "%[1]s"
  chroot: ""
  username: ""
  pidfile: ""
  logfile: "%[1]s/log"
  use-syslog: no
  interface: 198.18.255.254
  interface: 2001:db8::ff:1
  access-control: 198.18.0.0/15 allow
  access-control: 2001:db8::/32 allow
  num-threads: 1
  so-reuseport: no
%[3]s
remote-control:
  control-enable: yes
  control-interface: "%[1]s/ctl.real"
  control-use-cert: no
forward-zone:
  name: "."
  forward-addr: 203.0.113.10
%[2]s
`

// starts runs unbound and waits until it answers.
func (s *site) starts() {
	s.t.Helper()
	extra := s.extra
	if extra == "" {
		extra = "  module-config: \"respip iterator\""
	}
	if err := os.WriteFile(filepath.Join(s.dir, "conf"), fmt.Appendf(nil, unboundConf, s.dir, s.policy, extra), 0o644); err != nil {
		s.t.Fatal(err)
	}
	_ = os.Remove(s.cfg.Control)
	if err := os.Symlink("ctl.real", filepath.Join(s.dir, "ctl")); err != nil {
		s.t.Fatal(err)
	}
	s.unbound = s.Start(street.Router, nil, "unbound", "-d", "-c", filepath.Join(s.dir, "conf"))
	works := s.talk(s.t, acttest.Documentation(1).V4)
	for end := time.Now().Add(20 * time.Second); !works(200 * time.Millisecond); {
		if time.Now().After(end) {
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			s.t.Fatalf("unbound does not answer:\n%s", log)
		}
	}
}

func (s *site) stops() {
	_ = s.unbound.Process.Signal(syscall.SIGTERM)
	_ = s.unbound.Wait()
}

// ask asks the resolver as a PC.
func (s *site) ask(from netip.Addr, name string, kind uint16, patience time.Duration) (*dns.Msg, error) {
	ns, to := street.PCA, resolver4
	if b := acttest.Documentation(1); from == b.V4 || from == b.V6 {
		ns = street.PCB
	}
	if from.Is6() {
		to = resolver6
	}
	return s.askAt(ns, from, to, name, kind, patience)
}

func (s *site) askAt(ns string, from netip.Addr, to netip.AddrPort, name string, kind uint16, patience time.Duration) (a *dns.Msg, err error) {
	err = s.At(ns, func() error {
		c := &dns.Client{Timeout: patience, Dialer: &net.Dialer{LocalAddr: net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))}}
		m := new(dns.Msg)
		m.SetQuestion(name, kind)
		a, _, err = c.Exchange(m, to.String())
		return err
	})
	return a, err
}

// talk is acttest.Bench.Talk: each call resolves a name that was never asked for.
func (s *site) talk(_ *testing.T, from netip.Addr) func(time.Duration) bool {
	return func(patience time.Duration) bool {
		a, err := s.ask(from, fmt.Sprintf("n%d.town.example.", s.asked.Add(1)), dns.TypeA, patience)
		return err == nil && addresses(a) == "203.0.113.10"
	}
}

func addresses(a *dns.Msg) string {
	var out []string
	for _, rr := range a.Answer {
		switch x := rr.(type) {
		case *dns.A:
			out = append(out, x.A.String())
		case *dns.AAAA:
			out = append(out, x.AAAA.String())
		}
	}
	return strings.Join(out, " ")
}

// inside runs what opens sockets in the router's namespace.
type inside struct {
	act.Hand
	s *site
}

func (i inside) Apply(ctx context.Context, t act.Target) (r event.Receipt, err error) {
	err = i.s.At(street.Router, func() (err error) { r, err = i.Hand.Apply(ctx, t); return err })
	return r, err
}

func (i inside) Undo(ctx context.Context, t act.Target) (r event.Receipt, err error) {
	err = i.s.At(street.Router, func() (err error) { r, err = i.Hand.Undo(ctx, t); return err })
	return r, err
}

func (i inside) List(ctx context.Context) (list []act.Held, err error) {
	err = i.s.At(street.Router, func() (err error) { list, err = i.Hand.List(ctx); return err })
	return list, err
}

func (s *site) open(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	d.Dir = s.own
	c := s.cfg
	h, err := Enforcer.Open(&c, d)
	if err != nil {
		t.Fatal(err)
	}
	return inside{h, s}
}
