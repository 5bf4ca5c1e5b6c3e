package openflow

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/lab/drill"
)

func TestConformance(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.ofctl("add-flow", "cookie=0x777,priority=10,ip,nw_src=192.0.2.0/24,actions=drop") // somebody else's
	acttest.Run(t, w.bench(w.config()))
}

func TestConformanceVLAN(t *testing.T) {
	w := newVLANTown(t)
	w.ofctl("add-flow", "cookie=0x777,priority=10,ip,nw_src=192.0.2.0/24,actions=drop")
	acttest.Run(t, w.bench(w.vlanConfig()))
}

// The drill: the sensor listens on the switch's side of the PC's cable.
func TestScenario(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	drill.Run(t, drill.Town{Bench: w.bench(w.config()), Namespace: w.NetNS("r"), Interfaces: []string{"p-a"}, Rounds: 20})
}

func TestScenarioVLAN(t *testing.T) {
	w := newVLANTown(t)
	drill.Run(t, drill.Town{Bench: w.bench(w.vlanConfig()), Namespace: w.NetNS("r"), Interfaces: []string{"p-a"}})
}

// bench is the town as the suite wants it.
func (w *town) bench(c *Config) acttest.Bench {
	w.echoes(srv, 7000)
	c.Timeout = 30 * time.Second // the switch is a program beside others, which the processor may be kept from for long
	var hands []*hand
	return acttest.Bench{
		Open: func(t *testing.T, d act.Deps) act.Hand {
			h := w.open(t, c, d)
			hands = append(hands, h)
			return h
		},
		Machine: func(i int) acttest.Machine {
			m := acttest.Documentation(i)
			if pcs := []machineIn{pcA, pcB}; i < len(pcs) {
				m = acttest.Machine{Name: pcs[i].ns, V4: pcs[i].v4, V6: pcs[i].v6, MAC: w.mac(pcs[i])}
			}
			return m
		},
		Foreign:  w.foreign,
		Received: func(*testing.T) int { return requests(hands) },
		Flush:    func(*testing.T) { w.ofctl("del-flows", ours) },
		Lose:     func(_ *testing.T, _ string, m acttest.Machine) { w.ofctl("del-flows", "ip,nw_dst="+m.V4.String()) },
		Mute: func(*testing.T) func() {
			_ = w.signal("ovs-vswitchd", unix.SIGSTOP)
			return func() { _ = w.signal("ovs-vswitchd", unix.SIGCONT) }
		},
		Deny: func(*testing.T) func() { // there is room for the two flows that are there
			w.vsctl("--", "--id=@ft", "create", "Flow_Table", "flow_limit=2", "overflow_policy=refuse", "--", "set", "Bridge", "br0", "flow_tables:0=@ft")
			return func() { w.vsctl("clear", "Bridge", "br0", "flow_tables") }
		},
		Dial: func(t *testing.T, network string, from netip.Addr) net.Conn {
			c, err := w.dial(network, byAddress(from), from, srv, 7000, 5*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		Rounds: 25,
	}
}

// requests counts what hands have asked of switches beside keep-alives.
func requests(hands []*hand) (n int) {
	for _, h := range hands {
		for _, s := range h.stations {
			s.mu.Lock()
			if s.link != nil {
				s.link.mu.Lock()
				n += s.link.requests
				s.link.mu.Unlock()
			}
			s.mu.Unlock()
		}
	}
	return n
}
