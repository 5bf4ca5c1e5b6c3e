package cli

import (
	"net"
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/drill"
)

// others is how many machines stand at ports without a wire.
const others = 100

func TestConformance(t *testing.T) {
	for _, st := range styles {
		t.Run(st.dialect, func(t *testing.T) { acttest.Run(t, newTown(t, st).bench(t, st)) })
	}
}

func TestScenario(t *testing.T) {
	for _, st := range styles {
		t.Run(st.dialect, func(t *testing.T) {
			w := newTown(t, st)
			drill.Run(t, drill.Town{Bench: w.bench(t, st), Namespace: w.prefix + "sw", Interfaces: []string{"p4"}})
		})
	}
}

// bench is the town as the suite wants it.
func (w *town) bench(t *testing.T, st style) acttest.Bench {
	e := newEmulated(t, st, "sw-honcho", 2*48+others, w)
	for i := range others {
		e.seen(acttest.Documentation(i).MAC, 96+i)
	}
	e.saved()
	settings, dir := e.settings(t, "sw1"), t.TempDir()
	macs := map[string]event.MAC{}
	for _, m := range machines {
		macs[m.ns] = w.mac(m)
	}
	return acttest.Bench{
		Open: func(t *testing.T, d act.Deps) act.Hand {
			d.Dir = dir
			c := DefaultConfig()
			c.VLAN, c.Switches = 999, []Switch{settings}
			h, err := Enforcer.Open(&c, d)
			if err != nil {
				t.Fatal(err)
			}
			return h
		},
		Machine: func(i int) acttest.Machine {
			m := acttest.Documentation(i)
			if i < 3 {
				m = acttest.Machine{Name: machines[i].ns, V4: machines[i].v4, V6: machines[i].v6, MAC: macs[machines[i].ns]}
			}
			return m
		},
		Machines: others, Entries: others,
		Foreign:  func(*testing.T) string { return e.config() },
		Received: func(*testing.T) int { return int(e.received.Load()) },
		Flush:    e.restart,
		Lose: func(t *testing.T, _ string, m acttest.Machine) {
			e.mu.Lock()
			defer e.mu.Unlock()
			port := e.fdb[m.MAC]
			for _, x := range machines {
				if macs[x.ns] == m.MAC {
					port = st.port(x.n)
				}
			}
			*e.ports[port] = e.startup[port]
			e.real(t.Errorf, port)
		},
		Mute: func(*testing.T) func() {
			gate := make(chan struct{})
			e.muted.Store(&gate)
			return func() { e.muted.Store(nil); close(gate) }
		},
		Deny: func(*testing.T) func() {
			set := func(v bool) { e.mu.Lock(); e.refuse = v; e.mu.Unlock() }
			set(true)
			return func() { set(false) }
		},
		Dial: func(t *testing.T, network string, from netip.Addr) net.Conn { return w.dial(t, network, from) },
	}
}
