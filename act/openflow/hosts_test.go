package openflow

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/event"
)

func (w *town) config() *Config {
	c := DefaultConfig()
	c.Switches = []Switch{{Name: "3F", Address: "unix:" + w.dir + "/br0.mgmt"}}
	return &c
}

// open starts a Hand whose network is the switch's namespace, and waits until it speaks to all its switches.
func (w *town) open(t *testing.T, c *Config, d act.Deps) *hand {
	t.Helper()
	h, err := start(*c, d, w.network())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	w.TB = t
	for _, s := range h.stations {
		w.until("conversation with "+s.label(), func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.link != nil })
	}
	return h
}

func (w *town) network() network {
	n := hostNetwork()
	return network{
		dial: func(ctx context.Context, kind, address string) (c net.Conn, err error) {
			err = w.At("r", func() (err error) { c, err = n.dial(ctx, kind, address); return err })
			return c, err
		},
		listen: func(kind, address string) (l net.Listener, err error) {
			err = w.At("r", func() (err error) { l, err = n.listen(kind, address); return err })
			return l, err
		},
	}
}

func quiet() act.Deps { return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now} }

func (w *town) mac(m machineIn) event.MAC { return w.MAC(m.ns) }

func (w *town) target(order string, m machineIn) act.Target {
	w.TB.Helper()
	return act.Target{Order: order, MAC: w.mac(m), Until: time.Now().Add(time.Hour),
		Nets: []netip.Prefix{netip.PrefixFrom(m.v4, 32), netip.PrefixFrom(m.v6, 128)}}
}

// echoes answers TCP and UDP on a port of a machine.
func (w *town) echoes(m machineIn, port uint16) {
	w.TB.Helper()
	inside.Echo(w.TB, w.NetNS(m.ns), port, m.v4, m.v6)
}

// dial connects two machines, from an address of the first to the same family of the second.
func (w *town) dial(network string, pc machineIn, from netip.Addr, to machineIn, port uint16, patience time.Duration) (c net.Conn, err error) {
	remote := to.v4
	if from.Is6() {
		remote = to.v6
	}
	var local net.Addr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	if network == "udp" {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	err = w.At(pc.ns, func() (err error) {
		d := net.Dialer{Timeout: patience, LocalAddr: local}
		c, err = d.Dial(network, netip.AddrPortFrom(remote, port).String())
		return err
	})
	return c, err
}

// reaches reports whether a new session from one machine to another comes about.
func (w *town) reaches(pc machineIn, from netip.Addr, to machineIn, port uint16, patience time.Duration) bool {
	c, err := w.dial("tcp", pc, from, to, port, patience)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

// becomes waits until a session can, or cannot, be opened: a switch's word takes effect a moment later.
func (w *town) becomes(t *testing.T, what string, pc machineIn, from netip.Addr, to machineIn, port uint16, want bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); w.reaches(pc, from, to, port, 500*time.Millisecond) != want; {
		if time.Now().After(end) {
			t.Errorf("%s: from %s to %s port %d: want %v", what, from, to.ns, port, want)
			return
		}
	}
}

func byAddress(a netip.Addr) machineIn {
	all := []machineIn{pcA, pcB, srv, quarantine}
	return all[slices.IndexFunc(all, func(m machineIn) bool { return m.v4 == a || m.v6 == a })]
}
