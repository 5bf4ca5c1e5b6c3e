package radius

import (
	"crypto/hmac"
	"crypto/md5"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/fabric"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/drill"
)

type eventReceipt = event.Receipt

func hmacMD5(secret, b []byte) []byte {
	m := hmac.New(md5.New, secret)
	m.Write(b)
	return m.Sum(nil)
}

// town is two PCs and a server on an access switch that asks FreeRADIUS.
type town struct {
	*site
	*edge
	office *fabric.Office
	a, b   fabric.Host
}

func newTown(t *testing.T, change func(*Config)) *town {
	t.Helper()
	o := fabric.NewOffice(t, "ygnas-", 0)
	w := &town{office: o, a: o.A, b: o.B}
	known := filepath.Join(t.TempDir(), "known.csv")
	if err := os.WriteFile(known, []byte(w.a.MAC.String()+",10\n"+w.b.MAC.String()+",10 # 2F\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.site = newSite(t, "", func(c *Config) {
		c.Known, c.Guest = known, "30"
		if change != nil {
			change(c)
		}
	})
	w.edge = newEdge(t, w.site, o.Switch)
	w.ports[o.Server.Port] = &port{host: o.Server, vlan: 10}
	w.plug(w.a)
	w.plug(w.b)
	w.wait(t, w.a, 10)
	w.wait(t, w.b, 10)
	return w
}

func (w *town) machine(i int) acttest.Machine {
	if i > 1 {
		return acttest.Documentation(i)
	}
	return []fabric.Host{w.a, w.b}[i].Machine()
}

func TestConformance(t *testing.T) { acttest.Run(t, newTown(t, nil).bench()) }

// The drill: the mirror is the server's port, as at a town's core switch.
func TestScenario(t *testing.T) {
	w := newTown(t, nil)
	drill.Run(t, drill.Town{Bench: w.bench(), Namespace: w.fabric.NetNS("sw"), Interfaces: []string{w.office.Server.Interface()}})
}

func (w *town) bench() acttest.Bench {
	return acttest.Bench{
		Open:    func(t *testing.T, d act.Deps) act.Hand { return w.site.open(t, d) },
		Machine: w.machine,
		Foreign: func(*testing.T) string { return w.vlans() },
		Received: func(*testing.T) int {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.got
		},
		Flush: func(t *testing.T) { w.stop(); w.start(t) },
		Keeps: true,
		Lose: func(t *testing.T, _ string, m acttest.Machine) {
			// Somebody takes the row away, and the machine logs on again.
			h := w.site.open(t, act.Deps{}).(*hand)
			defer h.Close()
			db, err := h.policy.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(`DELETE FROM isolated WHERE mac = ?`, m.MAC.String()); err != nil {
				t.Fatal(err)
			}
			w.again(w.a.Port)
			w.wait(t, w.a, 10)
		},
		Mute: func(*testing.T) func() {
			_ = w.server.Process.Signal(syscall.SIGSTOP)
			return func() { _ = w.server.Process.Signal(syscall.SIGCONT) }
		},
		Deny: func(*testing.T) func() {
			w.change(func() { w.nak = 501 })
			return func() { w.change(func() { w.nak = 0 }) }
		},
		Dial: w.office.DialFrom,
	}
}

func testDeps() act.Deps { return act.Deps{} }
