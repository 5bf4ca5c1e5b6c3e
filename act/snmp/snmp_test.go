package snmp

import (
	"net"
	"net/netip"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/fabric"
	"github.com/yagura-project/yagura/lab/drill"
)

var at = netip.MustParseAddr

// town is two PCs and a server on the access switch.
type town struct {
	*edge
	a, b, srv fabric.Host
	cfg       Config
	memory    string
}

func newTown(t *testing.T, action string) *town {
	t.Helper()
	e := newEdge(t)
	f := fabric.New(t, "ygsnmp-")
	w := &town{edge: e,
		srv: f.Host(t, "srv", at("198.18.10.9"), at("2001:db8:10::9"), 10),
		a:   f.Host(t, "a", at("198.18.10.1"), at("2001:db8:10::1"), 10),
		b:   f.Host(t, "b", at("198.18.10.2"), at("2001:db8:10::2"), 10),
	}
	f.Echo(t, w.srv)
	for _, h := range []fabric.Host{w.srv, w.a, w.b} {
		e.plugged[h.MAC] = h.Port
	}
	e.fabric = f
	e.start(t)
	w.cfg = DefaultConfig()
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
	h := []fabric.Host{w.a, w.b}[i]
	return acttest.Machine{Name: h.Name, V4: h.V4, V6: h.V6, MAC: h.MAC}
}

func (w *town) dial(t *testing.T, network string, from netip.Addr) net.Conn {
	h, to := w.a, w.srv.V4
	if from == w.b.V4 || from == w.b.V6 {
		h = w.b
	}
	if from.Is6() {
		to = w.srv.V6
	}
	return w.fabric.Dial(t, h, network, to)
}

func TestConformance(t *testing.T)         { acttest.Run(t, newTown(t, moves).bench()) }
func TestConformanceShutDown(t *testing.T) { acttest.Run(t, newTown(t, shuts).bench()) }

// The drill: the mirror is the server's port, as at a town's core switch.
func TestScenario(t *testing.T) {
	w := newTown(t, moves)
	drill.Run(t, drill.Town{Bench: w.bench(), Namespace: w.fabric.NetNS("sw"), Interfaces: []string{w.srv.Interface()}})
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
		Dial: w.dial,
	}
}
