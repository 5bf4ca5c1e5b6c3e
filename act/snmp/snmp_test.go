package snmp

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/fabric"
	"github.com/yagura-project/yagura/lab/drill"
)

// unhurried is for one answer: the switch of these tests is as slow as the machine is busy. What a mute one costs, ctx says.
const unhurried = 10 * time.Second

// town is two PCs and a server on the access switch.
type town struct {
	*edge
	office *fabric.Office
	cfg    Config
	memory string
}

func newTown(t *testing.T, action string) *town {
	t.Helper()
	e := newEdge(t)
	o := fabric.NewOffice(t, "ygsnmp-", 10)
	w := &town{edge: e, office: o}
	for _, h := range []fabric.Host{o.Server, o.A, o.B} {
		e.plugged[h.MAC] = h.Port
	}
	e.fabric = o.Switch
	e.start(t)
	w.cfg = DefaultConfig()
	w.cfg.Wait = unhurried
	w.cfg.Action, w.cfg.VLAN, w.memory = action, quarantine, filepath.Join(t.TempDir(), "act")
	w.cfg.Switches = []Switch{e.settings()}
	return w
}

func (w *town) open(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	cfg := w.cfg
	d.Dir = w.memory
	h, err := Enforcer.Open(&cfg, d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (w *town) machine(i int) acttest.Machine {
	if i > 1 {
		return acttest.Documentation(i + 2) // ports 4–20
	}
	return []fabric.Host{w.office.A, w.office.B}[i].Machine()
}

func TestConformance(t *testing.T)         { acttest.Run(t, newTown(t, moves).bench()) }
func TestConformanceShutDown(t *testing.T) { acttest.Run(t, newTown(t, shuts).bench()) }

// The drill: the mirror is the server's port, as at a town's core switch.
func TestScenario(t *testing.T) {
	w := newTown(t, moves)
	drill.Run(t, drill.Town{Bench: w.bench(), Namespace: w.fabric.NetNS("sw"), Interfaces: []string{w.office.Server.Interface()}})
}

func (w *town) bench() acttest.Bench {
	return acttest.Bench{
		Open:     w.open,
		Machine:  w.machine,
		Machines: 19,
		Foreign:  func(*testing.T) string { return w.text() },
		Received: func(*testing.T) int {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.sets
		},
		Flush: w.restart,
		Lose: func(t *testing.T, _ string, m acttest.Machine) {
			w.change(func() {
				p := w.plugged[m.MAC]
				w.now.pvid[p], w.now.admin[p] = 10, adminUp
				w.forward()
			})
		},
		Mute: func(*testing.T) func() {
			_ = w.snmpd.Process.Signal(syscall.SIGSTOP)
			return func() { _ = w.snmpd.Process.Signal(syscall.SIGCONT) }
		},
		Deny: func(*testing.T) func() {
			w.change(func() { w.deny = true })
			return func() { w.change(func() { w.deny = false }) }
		},
		Dial: w.office.DialFrom,
	}
}
