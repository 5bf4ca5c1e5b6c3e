package dnssink

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
)

const bindConf = `
options {
	directory "%[1]s";
	pid-file none;
	session-keyfile none;
	listen-on { 198.18.255.254; };
	listen-on-v6 { 2001:db8::ff:1; };
	allow-query { any; };
	recursion yes;
	forwarders { 203.0.113.10; };
	forward only;
	dnssec-validation no;
	response-policy { zone "rpz.yagura" min-update-interval 0; } qname-wait-recurse no;
};
controls { };
key "yagura" { algorithm hmac-sha256; secret "%[2]s"; };
server 198.18.255.254 { keys { "yagura"; }; };
zone "rpz.yagura" { type secondary; file "rpz"; primaries { 198.18.255.254 port 5301 key "yagura"; }; min-refresh-time 1; };
`

const tsigSecret = "c2VjcmV0IG9mIHRoZSB0ZXN0IG9mIHlhZ3VyYSByegs="

// byTransfer is a site whose resolver is BIND, which transfers the zone with a key.
func byTransfer(t *testing.T) *site {
	if _, err := exec.LookPath("named"); err != nil {
		t.Skip("needs named: run script/setup test")
	}
	s := newSite(t)
	s.cfg.File, s.cfg.Control = "", ""
	s.cfg.Transfer, s.cfg.Notify = "198.18.255.254:5301", []netip.AddrPort{resolver4}
	s.cfg.TSIGName, s.cfg.TSIGFile = "yagura", filepath.Join(s.own, "tsig")
	for file, text := range map[string]string{s.cfg.TSIGFile: tsigSecret + "\n", filepath.Join(s.dir, "named.conf"): fmt.Sprintf(bindConf, s.dir, tsigSecret)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *site) startsBIND() {
	s.t.Helper()
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = log.Close() })
	s.unbound = s.Start(street.Router, log, "named", "-g", "-n", "1", "-c", filepath.Join(s.dir, "named.conf"))
	works := s.talk(s.t, acttest.Documentation(1).V4)
	for end := time.Now().Add(20 * time.Second); !works(200 * time.Millisecond); {
		if time.Now().After(end) {
			text, _ := os.ReadFile(log.Name())
			s.t.Fatalf("BIND does not answer:\n%s", text)
		}
	}
}

// version is the number of the zone that the resolver obeys, once it has loaded one: it answers other questions before.
func (s *site) version(t *testing.T) (n uint32) {
	t.Helper()
	until(t, "a version of the zone", func() error {
		h := &hand{zone: "rpz.yagura."}
		a, err := s.ask(acttest.Documentation(1).V4, h.canary(), dns.TypeTXT, 200*time.Millisecond)
		if err == nil {
			n, err = serialOf(a)
		}
		return err
	})
	return n
}

// restarts ends BIND and starts it again. It has the zone in a file, which it writes a while after a transfer, and asks for a newer one. Where
// the machine was too busy to answer that, BIND 9.18 did not ask again within two minutes, until it was notified, as every order does.
func (s *site) restarts(t *testing.T) {
	had := s.version(t)
	s.stops()
	s.startsBIND()
	h := &hand{cfg: s.cfg, zone: "rpz.yagura.", key: map[string]string{"yagura.": tsigSecret}}
	until(t, "the version from before the restart", func() error {
		err := s.At(street.Router, func() error { return h.notify(t.Context(), resolver4) })
		if has := s.version(t); err == nil && has != had {
			time.Sleep(500 * time.Millisecond)
			err = fmt.Errorf("before its restart BIND obeyed version %d, now %d", had, has)
		}
		return err
	})
}

// until waits for what another program does.
func until(t *testing.T, what string, f func() error) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

func TestConformanceTransfer(t *testing.T) {
	s := byTransfer(t)
	h := s.open(t, act.Deps{Now: time.Now})
	if _, err := h.Apply(t.Context(), act.Target{Order: "first", Until: time.Now().Add(time.Hour), Nets: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32")}}); err == nil {
		t.Error("no resolver is there, but the order is applied")
	}
	s.startsBIND()
	s.cfg.Timeout = 30 * time.Second // BIND is a program beside others, which the processor may be kept from for long
	until(t, "the first transfer", func() error { _, err := h.Undo(t.Context(), act.Target{Order: "first"}); return err })
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	acttest.Run(t, acttest.Bench{
		Open: s.open, Talk: s.talk, Keeps: true,
		Foreign: func(t *testing.T) string {
			text, err := os.ReadFile(filepath.Join(s.dir, "named.conf"))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		},
		Received: func(t *testing.T) int {
			text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return strings.Count(string(text), "Transfer status: success")
		},
		Flush: s.restarts,
		Mute: func(t *testing.T) func() {
			s.signal(t, syscall.SIGSTOP)
			return func() { s.signal(t, syscall.SIGCONT) }
		},
		Why: map[string]string{
			"Lose": "a zone is transferred whole or not at all",
			"Deny": "a secondary that refuses a version is one that has not taken it: the serial number shows that (refusal by a resolver with a file)",
		},
	})
	stranger := &hand{zone: "another.example."}
	if err := s.At(street.Router, func() error { return stranger.notify(t.Context(), resolver4) }); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("BIND does not know the zone, but the notice of it: %v", err)
	}
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil || !strings.Contains(string(text), "IXFR") && !strings.Contains(string(text), "messages, ") {
		t.Errorf("no transfer in BIND's log: %v", err)
	}
}
