package arp

import (
	"net"
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/lab/drill"
)

func TestConformance(t *testing.T) { acttest.Run(t, newTown(t).bench(t)) }

func TestScenario(t *testing.T) {
	w := newTown(t)
	drill.Run(t, drill.Town{Bench: w.bench(t), Namespace: w.prefix + "sw", Interfaces: []string{"pa"}, Rounds: 5})
}

// bench is the town as the suite wants it.
func (w *town) bench(t *testing.T) acttest.Bench {
	dir := t.TempDir()
	var hands []*hand
	wires := map[*hand][]*segment{}
	pcs := []machineIn{pcA, pcB}
	return acttest.Bench{
		Open: func(t *testing.T, d act.Deps) act.Hand {
			d.Dir = dir
			h := w.open(t, d)
			hands, wires[h] = append(hands, h), h.segments
			return h
		},
		Machine: func(i int) acttest.Machine {
			return acttest.Machine{Name: pcs[i].ns, V4: pcs[i].v4, V6: pcs[i].v6, MAC: w.mac(pcs[i])}
		},
		Machines: 2, Entries: 4, Rounds: 5,
		Received: func(*testing.T) int {
			n := 0
			for _, h := range hands {
				for _, s := range wires[h] {
					n += int(s.sent.Load())
				}
			}
			return n
		},
		Flush: func(*testing.T) {
			w.in("y", "ip link set eth0 down; ip link set eth0 up; ip addr add fd80::250/64 dev eth0 nodad")
		}, Keeps: true,
		Deny: func(*testing.T) func() {
			w.in("y", "ip link set eth0 down")
			return func() { w.in("y", "ip link set eth0 up; ip addr add fd80::250/64 dev eth0 nodad") }
		},
		Dial: func(t *testing.T, network string, from netip.Addr) net.Conn { return w.dial(t, network, from, server) },
		Why: map[string]string{
			"Mute": "nobody answers what is told, so nothing waits for an answer",
			"Lose": "what it does is done by this process; the caches of others, which forget by themselves, are told again all the time",
		},
	}
}
