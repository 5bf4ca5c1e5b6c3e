package dnssink

import (
	"bufio"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
)

func TestConformance(t *testing.T) {
	s := newSite(t)
	s.starts()
	acttest.Run(t, acttest.Bench{
		Open: s.open, Talk: s.talk,
		Foreign: func(t *testing.T) string {
			text, err := os.ReadFile(filepath.Join(s.dir, "conf"))
			if err != nil {
				t.Fatal(err)
			}
			return string(text) + s.In(street.Router, "ls "+s.dir)
		},
		Received: func(t *testing.T) int {
			text, err := os.ReadFile(s.cfg.File)
			if err != nil {
				t.Fatal(err)
			}
			return int(parseFile(string(text)).serial)
		},
		Flush: func(t *testing.T) {
			s.stops()
			if err := os.WriteFile(s.cfg.File, []byte("$ORIGIN rpz.yagura.\n@ 5 SOA localhost. root.localhost. 1 30 10 3600 5\n@ 5 NS localhost.\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			s.starts()
		},
		Lose: s.lose,
		Mute: func(t *testing.T) func() {
			s.signal(t, syscall.SIGSTOP)
			return func() { s.signal(t, syscall.SIGCONT) }
		},
		Deny: s.denies,
	})
}

func (s *site) signal(t *testing.T, sig syscall.Signal) {
	if err := s.unbound.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// lose takes the machine's records out of the file and has unbound read it.
func (s *site) lose(t *testing.T, _ string, m acttest.Machine) {
	text, err := os.ReadFile(s.cfg.File)
	if err != nil {
		t.Fatal(err)
	}
	v4, v6 := clientOwner(netip.PrefixFrom(m.V4, 32)), clientOwner(netip.PrefixFrom(m.V6, 128))
	lines := slices.DeleteFunc(strings.SplitAfter(string(text), "\n"), func(l string) bool {
		return strings.HasPrefix(l, v4+" ") || strings.HasPrefix(l, v6+" ")
	})
	if err := act.Replace(s.cfg.File, []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := control(t.Context(), s.cfg.Control, "auth_zone_reload rpz.yagura."); err != nil {
		t.Fatal(err)
	}
}

// denies puts a control socket in unbound's place that refuses every command.
func (s *site) denies(t *testing.T) func() {
	fake := filepath.Join(s.dir, "ctl.fake")
	ln, err := net.Listen("unix", fake)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(c).ReadString('\n')
			_, _ = c.Write([]byte("error no auth-zone rpz.yagura.\n"))
			_ = c.Close()
		}
	}()
	point := func(to string) {
		_ = os.Remove(s.cfg.Control)
		if err := os.Symlink(to, s.cfg.Control); err != nil {
			t.Error(err)
		}
	}
	point("ctl.fake")
	return func() {
		point("ctl.real")
		_ = ln.Close()
	}
}
