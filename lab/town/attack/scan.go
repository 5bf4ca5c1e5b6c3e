package attack

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// portScan knocks at the doors of one server.
func portScan(a *Act) {
	to := stage.Pick(a.Scene, []*stage.Machine{a.Servers["files1"], a.Servers["kaikei"], a.Servers["gw"], a.Servers["mail"]})
	a.Deed.Victim = to.Name
	n := Level(a, 40, 100, 500, 1000, 4000)
	gap := Level(a, 8*time.Second, 1500*time.Millisecond, 100*time.Millisecond, 20*time.Millisecond, 2*time.Millisecond)
	first := uint16(1 + a.Rand.IntN(2000))
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.3) }, func(i int) {
		a.Knock(a.Reach(to, first+uint16(i)*3, event.ProtoTCP), a.Chance(0.8))
	})
}

// sweep looks for machines that let one in by a service that spreads.
func sweep(a *Act) {
	port := stage.Pick(a.Scene, []uint16{445, 135, 3389, 5985, 22})
	n := Level(a, 30, 60, 150, 250, 500)
	gap := Level(a, 30*time.Second, 8*time.Second, time.Second, 200*time.Millisecond, 20*time.Millisecond)
	net := a.Me.Net.Prefix.Addr().As4()
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.3) }, func(i int) {
		a.Knock(a.Conn(address(net, i), port, event.ProtoTCP), a.Chance(0.4))
	})
}

// address is the i-th of a segment and of those behind it.
func address(net [4]byte, i int) netip.Addr {
	return netip.AddrFrom4([4]byte{net[0], net[1], net[2] + byte(i/250), byte(1 + i%250)})
}
