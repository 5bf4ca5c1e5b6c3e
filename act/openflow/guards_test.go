package openflow

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// The hardware address of an order is a router's by mistake: nothing of the router is cut, what the order names by
// address is.
func TestUplinkIsNeverCut(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	c := w.config()
	c.Switches[0].Uplinks = []string{"p-s"}
	h := w.open(t, c, quiet())
	target := w.target("iso-1", pcA)
	target.MAC = w.mac(srv)
	mustApply(t, h, target)
	w.isolated(t, "by address", pcA)
	w.free(t, "everybody else through the uplink", pcB)
	mustUndo(t, h, target)
	target = w.target("iso-2", pcA)
	target.Nets = nil // its own hardware address alone
	mustApply(t, h, target)
	w.isolated(t, "by hardware address", pcA)
	w.free(t, "everybody else", pcB)
}

func TestUplinkThatIsNotThere(t *testing.T) {
	w := newTown(t, pcA)
	c := w.config()
	c.Switches[0].Uplinks = []string{"eth9"}
	h, err := start(*c, quiet(), w.network())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	w.until("a reason", func() bool { s := h.stations[0]; s.mu.Lock(); defer s.mu.Unlock(); return s.why != nil })
	if _, err := h.Apply(context.Background(), w.target("iso-1", pcA)); err == nil || !strings.Contains(err.Error(), `no port "eth9"`) {
		t.Error(err)
	}
}

// Ranges of both families are cut; a neighbour outside is not.
func TestRanges(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	h := w.open(t, w.config(), quiet())
	target := act.Target{Order: "iso-1", Until: time.Now().Add(time.Hour),
		Nets: []netip.Prefix{netip.MustParsePrefix("10.78.5.0/30"), netip.MustParsePrefix("fd78:5::/126")}}
	mustApply(t, h, target)
	w.isolated(t, "inside the range", pcA)
	w.isolated(t, "inside the range", pcB)
	target.Nets = []netip.Prefix{netip.MustParsePrefix("10.78.5.2/32"), netip.MustParsePrefix("fd78:5::2/128")}
	mustApply(t, h, target) // the same order, smaller: what no longer belongs to it opens
	w.isolated(t, "still named", pcA)
	w.free(t, "no longer named", pcB)
	if list, _ := h.List(context.Background()); len(list) != 1 || len(list[0].Nets) != 2 {
		t.Errorf("%+v", list)
	}
	mustUndo(t, h, target)
	w.free(t, "released", pcA)
}

func TestWhatIsRefused(t *testing.T) {
	w := newTown(t, pcA)
	h := w.open(t, w.config(), quiet())
	before := w.foreign(t)
	own, err := event.ParseMAC(strings.TrimSpace(w.In("r", "cat /sys/class/net/p-a/address")))
	if err != nil {
		t.Fatal(err)
	}
	for what, target := range map[string]act.Target{
		"everybody":           {Nets: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}},
		"everybody, IPv6":     {Nets: []netip.Prefix{netip.MustParsePrefix("::/0")}},
		"a group":             {MAC: event.MAC{1, 0, 0x5e, 0, 0, 1}},
		"the switch's own":    {MAC: own},
		"a broadcast address": {MAC: event.MAC{255, 255, 255, 255, 255, 255}},
	} {
		target.Order, target.Until = "iso-1", time.Now().Add(time.Hour)
		var no *act.Refused
		if _, err := h.Apply(context.Background(), target); !errors.As(err, &no) || no.Text.JA == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if w.foreign(t) != before {
		t.Error("something was sent")
	}
}

// What an isolated machine may still do: the notice page, DHCP, and finding the hardware addresses that it needs for it.
func TestExceptions(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	w.echoes(srv, 7001)
	w.echoes(pcB, 7000)
	d := quiet()
	d.Allow = []act.Allow{{IP: srv.v4, Port: 7000}, {IP: srv.v6, Port: 7000}}
	c := w.config()
	c.Gateways = []netip.Addr{pcB.v4}
	h := w.open(t, c, d)
	mustApply(t, h, w.target("iso-1", pcA))
	for i, a := range []netip.Addr{pcA.v4, pcA.v6} {
		w.In("a", "ip neigh flush all")
		w.In("s", "ip neigh flush all")
		w.becomes(t, "another port of the notice page's machine", pcA, a, srv, 7001, false)
		w.becomes(t, "the notice page", pcA, a, srv, 7000, true)
		w.becomes(t, "the gateway itself", pcA, a, pcB, 7000, false)
		if there := strings.Contains(w.In("a", "ip neigh"), pcB.v4.String()+" dev eth0 lladdr "+w.mac(pcB).String()); i == 0 && !there {
			t.Errorf("the gateway's hardware address was not found:\n%s", w.In("a", "ip neigh"))
		}
	}
	for port, passes := range map[uint16]bool{67: true, 69: false} {
		w.passes(t, fmt.Sprintf("a datagram to everybody's port %d", port), pcA, srv, broadcast(w.mac(pcA), 68, port), passes)
	}
	// The list changes: the flows follow with the next Apply.
	h.deps.Allow = nil
	mustApply(t, h, w.target("iso-1", pcA))
	w.isolated(t, "no longer allowed", pcA)
}

// A machine that is cut off cannot use the exceptions to harm others: not as the notice page's server, not as a DHCP
// server, not as the gateway or a neighbour in ARP.
func TestExceptionsAreNoWayOut(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	d := quiet()
	d.Allow = []act.Allow{{IP: srv.v4, Port: 7000}}
	h := w.open(t, w.config(), d)
	target := w.target("iso-1", pcA)
	a, b := w.mac(pcA), w.mac(pcB)
	frames := map[string]struct {
		frame  []byte
		passes bool
	}{
		"as a DHCP server":               {broadcast(a, 67, 68), false},
		"as the notice page's server":    {segment(a, b, srv.v4, pcB.v4, 7000, 4444), false},
		"ARP: I am the notice page":      {arpFrame(a, 2, srv.v4, pcB.v4), false},
		"ARP: I am a neighbour, asking":  {arpFrame(a, 1, pcB.v4, srv.v4), false},
		"ARP: I am a neighbour, to all":  {arpFrame(a, 1, pcB.v4, pcB.v4), false},
		"ARP: it asks for a neighbour":   {arpFrame(a, 1, pcA.v4, pcB.v4), false},
		"ARP: it asks for the page":      {arpFrame(a, 1, pcA.v4, srv.v4), true},
		"as a DHCP client":               {broadcast(a, 68, 67), true},
		"to the notice page, but not it": {segment(a, b, pcA.v4, pcB.v4, 4444, 7000), false},
	}
	for name, c := range frames { // before the isolation all of them reach the neighbour
		w.passes(t, name+", before", pcA, pcB, c.frame, true)
	}
	mustApply(t, h, target)
	for name, c := range frames {
		w.passes(t, name, pcA, pcB, c.frame, c.passes)
	}
}

// arpFrame is ARP (RFC 826) to everybody; op 1 asks, 2 tells.
func arpFrame(mac event.MAC, op byte, sender, target netip.Addr) []byte {
	b := append([]byte{255, 255, 255, 255, 255, 255}, mac[:]...)
	b = append(b, 8, 6, 0, 1, 8, 0, 6, 4, 0, op)
	b = append(append(append(b, mac[:]...), sender.AsSlice()...), 0, 0, 0, 0, 0, 0)
	return append(append(b, target.AsSlice()...), make([]byte, 18)...)
}

// segment is a TCP segment without a checksum.
func segment(from, to event.MAC, src, dst netip.Addr, sport, dport uint16) []byte {
	b := append(append([]byte{}, to[:]...), from[:]...)
	b = append(b, 8, 0, 0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0)
	b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, sport), dport)
	return append(b, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

// broadcast is a UDP datagram from 0.0.0.0 to 255.255.255.255.
func broadcast(mac event.MAC, from, to uint16) []byte {
	b := append([]byte{255, 255, 255, 255, 255, 255}, mac[:]...)
	b = append(b, 8, 0, 0x45, 0, 0, 60, 0, 0, 0, 0, 64, 17, 0x7a, 0xb2, 0, 0, 0, 0, 255, 255, 255, 255)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, from), to)
	return append(b, append([]byte{0, 40, 0, 0}, make([]byte, 32)...)...)
}

// The lines of a plan are what ovs-ofctl takes, and give the same flows as Apply.
func TestPlanIsWhatOvsOfctlTakes(t *testing.T) {
	for mode, c := range map[string]func(*town) *Config{modeDrop: (*town).config, modeVLAN: (*town).vlanConfig} {
		t.Run(mode, func(t *testing.T) {
			w := newVLANTown(t)
			d, now := quiet(), time.Now()
			d.Now = func() time.Time { return now }
			d.Allow = []act.Allow{{IP: srv.v4, Port: 80}, {IP: srv.v6}}
			config := c(w)
			config.Gateways = []netip.Addr{netip.MustParseAddr("10.78.5.1"), netip.MustParseAddr("fe80::1")}
			config.Switches[0].Uplinks = []string{"up"}
			h := w.open(t, config, d)
			target := w.target("iso-1", pcA)
			w.In(pcA.ns, "ip link set eth0 down") // else a late word of its own shows its port between the one and the other
			target.Nets = append(target.Nets, netip.MustParsePrefix("10.9.8.0/22"))
			lines, err := h.Plan(target)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range lines {
				flow, ok := strings.CutPrefix(line, "3F: add-flow ")
				if !ok {
					t.Fatalf("%q", line)
				}
				w.ofctl("add-flow", flow)
			}
			byHand := w.flows()
			w.ofctl("del-flows", ours)
			mustApply(t, h, target)
			if byYagura := w.flows(); byYagura != byHand {
				t.Errorf("--- by hand\n%s\n--- by Yagura\n%s", byHand, byYagura)
			}
			if _, err := h.List(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	good := func() Config {
		c := DefaultConfig()
		c.Switches = []Switch{{Address: "unix:/run/br0.mgmt"}}
		return c
	}
	if c := good(); c.Validate() != nil {
		t.Error(c.Validate())
	}
	for want, change := range map[string]func(*Config){
		"switches: none is named":                 func(c *Config) { c.Switches = nil },
		`mode: "x" is unknown`:                    func(c *Config) { c.Mode = "x" },
		"vlan: 0 is no VLAN":                      func(c *Config) { c.Mode = modeVLAN; c.Switches[0].Quarantine = "up" },
		"quarantine: mode vlan needs":             func(c *Config) { c.Mode = modeVLAN; c.VLAN = 9 },
		"priority: 0":                             func(c *Config) { c.Priority = 0 },
		"table: 253":                              func(c *Config) { c.Table = 253 },
		"timeout: 1ms":                            func(c *Config) { c.Timeout = time.Millisecond },
		"gateways[0]":                             func(c *Config) { c.Gateways = []netip.Addr{{}} },
		"plain TCP may be used on loopback":       func(c *Config) { c.Switches[0].Address = "tcp:10.0.0.2:6653" },
		"listen: \"tcp:0.0.0.0:6653\": plain TCP": func(c *Config) { c.Listen = "tcp:0.0.0.0:6653" },
		"both sides show certificates":            func(c *Config) { c.Switches[0].Address = "tls:10.0.0.2:6653" },
		"is no path":                              func(c *Config) { c.Switches[0].Address = "unix:br0" },
		"write it as tls:ADDRESS:PORT":            func(c *Config) { c.Switches[0].Address = "10.0.0.2:6653" },
		"has no port":                             func(c *Config) { c.Switches[0].Address = "tcp:127.0.0.1" },
		"neither an address to connect to":        func(c *Config) { c.Switches[0].Address = "" },
		"is no datapath id":                       func(c *Config) { c.Switches[0].Datapath = "br0" },
		"is no port number":                       func(c *Config) { c.Switches[0].Uplinks = []string{"0"} },
	} {
		c := good()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}
