package dnssink

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
	"github.com/yagura-project/yagura/event"
)

// saw collects what the sinkhole tells.
type saw struct {
	mu  sync.Mutex
	all []string
}

func (s *saw) take(e event.DNSActivity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, fmt.Sprint(e.Src.IP, " ", e.Query, " ", e.Type, " ", e.RCode))
}

// wait holds what was told, in any order, against want: the sinkhole answers first and tells then.
func (s *saw) wait(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	var got []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		got = slices.Sorted(slices.Values(s.all))
		s.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
	}
	t.Errorf("told %q, want %q", got, want)
}

func order(destinations ...string) act.Target {
	m := acttest.Documentation(0)
	return act.Target{Order: "iso-1", Until: time.Now().Add(time.Hour), Destinations: destinations,
		Nets: []netip.Prefix{netip.PrefixFrom(m.V4, 32), netip.PrefixFrom(m.V6, 128)}}
}

// The attacker's names and addresses are sunk for everybody, through a real unbound: the isolated machine gets
// the notice's address for whatever it asks, its neighbour only for those.
func TestTheAttackersServersAreSunk(t *testing.T) {
	s := newSite(t)
	s.cfg.Sink4 = sink4
	s.starts()
	h := s.open(t, act.Deps{Now: time.Now})
	r, err := h.Apply(t.Context(), order("evil.example.com", "203.0.113.66", "co.jp", "portal.city.lg.jp"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Detail, "co.jp") || !strings.Contains(r.Detail, "portal.city.lg.jp") {
		t.Errorf("spared, but not said: %q", r.Detail)
	}
	a, b := acttest.Documentation(0), acttest.Documentation(1)
	for _, x := range []struct {
		from netip.Addr
		name string
		want string
	}{
		{a.V4, "www.town.example.", sink4.String()}, {a.V6, "www.town.example.", sink4.String()},
		{b.V4, "www.town.example.", "203.0.113.10"}, {b.V6, "evil.example.com.", sink4.String()}, {b.V4, "a.b.Evil.example.com.", sink4.String()},
		{b.V4, "notevil.example.com.", "203.0.113.10"}, {b.V4, "bad.example.org.", ""}, {b.V4, "x.co.jp.", "203.0.113.10"}, {b.V4, "portal.city.lg.jp.", "203.0.113.10"},
	} {
		m, err := s.ask(x.from, x.name, dns.TypeA, 5*time.Second)
		if err != nil || addresses(m) != x.want {
			t.Errorf("%s asks for %s: %v, want %q (%v)", x.from, x.name, m, x.want, err)
		}
	}
	if _, err := h.Undo(t.Context(), order()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"evil.example.com.", "www.town.example."} {
		if m, err := s.ask(a.V4, name, dns.TypeA, 5*time.Second); err != nil || addresses(m) != "203.0.113.10" {
			t.Errorf("after its release, %s: %v %v", name, m, err)
		}
	}
}

// The own sinkhole answers isolated machines and for sunk names, nobody and nothing else, and tells who asked;
// of a question that a resolver forwards, the machine that the resolver names.
func TestTheSinkholeTellsWhoAsked(t *testing.T) {
	s := newSite(t)
	s.cfg.Sink4, s.cfg.Sinkhole = sink4, "198.18.255.254:5354"
	s.cfg.Forwarders = []netip.Prefix{netip.PrefixFrom(street.RouterV4, 32)}
	s.extra = "  module-config: \"subnetcache respip iterator\"\n  send-client-subnet: 198.18.255.254\n  max-client-subnet-ipv4: 32\n  client-subnet-always-forward: yes\n"
	s.policy += "forward-zone:\n  name: \"c2.example.net.\"\n  forward-addr: 198.18.255.254@5354\n"
	s.starts()
	var told saw
	h := s.open(t, act.Deps{Now: time.Now, Saw: told.take})
	defer h.Close()
	if _, err := h.Apply(t.Context(), order("evil.example.com")); err != nil {
		t.Fatal(err)
	}
	a, b := acttest.Documentation(0), acttest.Documentation(1)
	own := netip.MustParseAddrPort(s.cfg.Sinkhole)
	for _, x := range []struct {
		ns, name string
		from     netip.Addr
		kind     uint16
		want     string
		rcode    int
	}{
		{street.PCA, "www.town.example.", a.V4, dns.TypeA, sink4.String(), dns.RcodeSuccess},
		{street.PCA, "evil.example.com.", a.V4, dns.TypeA, sink4.String(), dns.RcodeSuccess},
		{street.PCB, "X.Evil.example.com.", b.V4, dns.TypeA, sink4.String(), dns.RcodeSuccess},
		{street.PCB, "x.evil.example.com.", b.V4, dns.TypeAAAA, "", dns.RcodeSuccess},
		{street.PCB, "www.town.example.", b.V4, dns.TypeA, "", dns.RcodeRefused},
	} {
		m, err := s.askAt(x.ns, x.from, own, x.name, x.kind, 5*time.Second)
		if err != nil || addresses(m) != x.want || m.Rcode != x.rcode {
			t.Errorf("%s asks for %s: %v %v", x.from, x.name, m, err)
		}
	}
	want := []string{a.V4.String() + " evil.example.com A NOERROR", b.V4.String() + " x.evil.example.com A NOERROR"}
	told.wait(t, want...)
	// A second order sinks a name that unbound forwards here: what is told names the PC, not unbound.
	second := order("c2.example.net")
	second.Order, second.Nets = "iso-2", []netip.Prefix{netip.MustParsePrefix("192.0.2.99/32")}
	inner := h.(inside).Hand.(*hand)
	inner.served.Store(inner.build([]act.Entry{act.EntryOf(second, time.Now())}, time.Now()))
	if m, err := s.ask(b.V4, "c2.example.net.", dns.TypeA, 5*time.Second); err != nil || addresses(m) != sink4.String() {
		log := s.In(street.Router, "tail -5 "+filepath.Join(s.dir, "log"))
		t.Fatalf("through unbound: %v %v\n%s", m, err, log)
	}
	told.wait(t, append(want, b.V4.String()+" c2.example.net A NOERROR")...)
}

func TestOwnersToTheByte(t *testing.T) {
	for p, want := range map[string]string{
		"192.0.2.7/32": "32.7.2.0.192", "10.1.2.3/8": "8.0.0.0.10", "2001:db8::7/128": "128.7.zz.db8.2001", "2001:db8:1:2:3:4:5:6/128": "128.6.5.4.3.2.1.db8.2001",
		"2001:db8::/32": "32.zz.db8.2001", "::1/128": "128.1.zz", "2001:0:0:1::1/128": "128.1.zz.1.0.0.2001", "2001:db8:0:1::/64": "64.zz.1.0.db8.2001",
	} {
		if got := reverse(netip.MustParsePrefix(p)); got != want {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
	}
}

// FuzzQuestions: whoever reaches the sinkhole, a resolver's answer or the zone's file may hold anything.
func FuzzQuestions(f *testing.F) {
	q := new(dns.Msg)
	q.SetQuestion("x.evil.example.com.", dns.TypeA)
	q.SetEdns0(1232, false)
	raw, _ := q.Pack()
	f.Add(raw)
	f.Add([]byte{0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1})
	f.Add([]byte("@ SOA localhost. root.localhost. 7 30 10 3600 5\n32.7.2.0.192.rpz-client-ip CNAME .\n"))
	h := &hand{cfg: DefaultConfig(), zone: "rpz.yagura.", deps: act.Deps{Now: time.Now}}
	h.cfg.Forwarders = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	h.served.Store(h.build([]act.Entry{{Order: "iso-1", Nets: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32")}, Destinations: []string{"evil.example.com"}}}, time.Now()))
	f.Fuzz(func(t *testing.T, raw []byte) {
		parseFile(string(raw))
		m := new(dns.Msg)
		if m.Unpack(raw) != nil {
			return
		}
		_, _ = serialOf(m)
		if len(m.Question) == 0 {
			return
		}
		h.client(netip.MustParseAddr("127.0.0.1"), m)
		sunk := h.served.Load().sunk(dns.CanonicalName(m.Question[0].Name))
		if name := dns.CanonicalName(m.Question[0].Name); sunk && !strings.HasSuffix("."+name, ".evil.example.com.") {
			t.Fatalf("%q is sunk", name)
		}
		r := new(dns.Msg)
		r.SetReply(m)
		h.answer(r, m.Question[0])
		if len(r.Answer) != 0 || len(r.Ns) != 1 {
			t.Fatalf("%v", r)
		}
		soa, err := h.record("@ " + h.soa(h.served.Load()))
		if err != nil {
			t.Fatal(err)
		}
		h.changes(&dns.Msg{Question: m.Question, Ns: m.Ns}, h.served.Load(), soa)
	})
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Zone: ".", Transfer: "x", TSIGName: "k", TSIGHash: "md5", Control: "ctl", Sink4: netip.MustParseAddr("2001:db8::1")}
	err := c.Validate()
	for _, want := range []string{"zone:", "transfer:", "tsig_name, tsig_file:", "tsig_hash:", "control:", "sink4:", "resolvers:", "ttl:", "timeout:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
