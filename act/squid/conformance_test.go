package squid

import (
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
)

func TestScenario(t *testing.T) {
	t.Skip("a proxy carries no datagrams, by which the drill measures silence; see latency and sessions of TestConformance")
}

func TestConformance(t *testing.T) {
	w := newTown(t)
	conf := func(t *testing.T) string {
		text, err := os.ReadFile(w.dir + "/squid.conf")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	acttest.Run(t, acttest.Bench{
		Open: func(t *testing.T, d act.Deps) act.Hand { return w.open(t, d, nil) },
		Machine: func(i int) acttest.Machine {
			m := acttest.Documentation(i)
			if i < len(clients) {
				m.Name, m.V4, m.V6 = clients[i].Name, clients[i].V4, clients[i].V6
			}
			return m
		},
		Foreign:  conf,
		Received: w.managed,
		Flush:    func(*testing.T) { w.restart() }, Keeps: true,
		Lose: func(t *testing.T, order string, m acttest.Machine) {
			l, err := read(w.list())
			if err != nil {
				t.Fatal(err)
			}
			keep := list{allow: l.allow}
			for _, e := range l.entries {
				if e.order != order || e.net.Addr() != m.V4 {
					keep.entries = append(keep.entries, e)
				}
			}
			if err := keep.write(w.list()); err != nil {
				t.Fatal(err)
			}
		},
		Mute: func(t *testing.T) func() {
			w.signal(t, syscall.SIGSTOP)
			return func() { w.signal(t, syscall.SIGCONT) }
		},
		Deny: func(*testing.T) func() { // somebody took our lines out of squid.conf
			before := conf(t)
			w.conf("")
			w.restart()
			return func() {
				if err := os.WriteFile(w.dir+"/squid.conf", []byte(before), 0o644); err != nil {
					t.Fatal(err)
				}
				w.restart()
			}
		},
		Talk: func(t *testing.T, from netip.Addr) func(time.Duration) bool {
			b := w.browser(from)
			t.Cleanup(b.close)
			return func(patience time.Duration) bool {
				resp, text, err := b.get("http://10.79.0.8:8080/", patience)
				return err == nil && resp.StatusCode == 200 && strings.Contains(text, "the web")
			}
		},
	})
}

func (w *town) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := w.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}
