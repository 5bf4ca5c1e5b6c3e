package attack

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// poison answers for names that do not exist, so that others log on to it (LLMNR, RFC 4795; NBNS, RFC 1002).
func poison(a *Act) {
	n := Level(a, 6, 12, 30, 60, 200)
	gap := Level(a, 5*time.Minute, 2*time.Minute, 30*time.Second, 10*time.Second, 2*time.Second)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.5) }, func(int) {
		asker := a.As(a.Other())
		k := asker.Conn(a.Me.IP, 5355, event.ProtoUDP)
		k.Dst.MAC = a.Me.MAC
		service := "llmnr"
		if a.Chance(0.4) {
			service = "nbns"
			k.Dst.Port = 137
		}
		name := stage.Pick(a.Scene, []string{"wpad", "fs-old", "printer3f", "kyu-server", "nas2", "proxy", "intra", "scan1"})
		a.Emit(0, &event.DNSActivity{Conn: k, Activity: event.DNSResponse, Service: service, RCode: "NOERROR", Query: name, Type: "A", Bytes: 40,
			Answers: []event.DNSAnswer{{Name: name, Type: map[string]string{"llmnr": "A", "nbns": "NB"}[service], TTL: 30, Data: a.Me.IP.String()}}})
	})
}

// arpSpoof says that it is the gateway and its neighbours, who say otherwise.
func arpSpoof(a *Act) {
	n := Level(a, 30, 60, 200, 500, 1000)
	gap := Level(a, 20*time.Second, 10*time.Second, 2*time.Second, time.Second, 500*time.Millisecond)
	near := a.Other()
	for range 300 {
		if m := stage.Pick(a.Scene, a.PCs); m.Net == a.Me.Net && m != a.Me {
			near = m
			break
		}
	}
	a.Deed.Victim = near.Name
	say := func(d time.Duration, ip, to *stage.Machine, mac event.MAC, op uint16) {
		k := event.Conn{Proto: event.ProtoARP, Src: event.Endpoint{IP: ip.IP, MAC: mac}}
		a.Emit(d, &event.NetworkActivity{Conn: k, Activity: event.FlowTraffic, App: "arp", ARP: &event.ARP{Op: op, SenderIP: ip.IP, Sender: mac, TargetIP: to.IP}})
	}
	gateway := &stage.Machine{IP: a.Me.Net.Gateway, MAC: stage.Router()}
	say(0, gateway, near, gateway.MAC, 2)
	say(time.Second, near, gateway, near.MAC, 1)
	a.After(2*time.Second, func() {
		a.Steps(n, func() time.Duration { return a.Around(gap, 0.2) }, func(i int) {
			say(0, gateway, near, a.Me.MAC, 2)
			say(time.Millisecond, near, gateway, a.Me.MAC, 2)
			if i%3 == 1 {
				say(200*time.Millisecond, near, gateway, near.MAC, 1)
				say(210*time.Millisecond, gateway, near, gateway.MAC, 2)
			}
		})
	})
}

// rogueDHCP gives out addresses beside the true server, with itself as gateway and name server.
func rogueDHCP(a *Act) {
	n := Level(a, 2, 5, 20, 40, 100)
	gap := Level(a, 20*time.Minute, 10*time.Minute, time.Minute, 20*time.Second, 5*time.Second)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.5) }, func(i int) {
		asker := a.Other()
		k := event.Conn{Proto: event.ProtoUDP, FlowID: uint64(1<<40 + i), Src: event.Endpoint{IP: asker.IP, Port: 68, MAC: asker.MAC}, Dst: event.Endpoint{IP: a.Me.IP, Port: 67, MAC: a.Me.MAC}}
		offer := event.DHCPActivity{Conn: k, Message: "OFFER", ClientMAC: asker.MAC, YourIP: asker.IP, ServerIP: a.Me.IP, LeaseSec: 600, Routers: append(asker.Net.Routers(), a.Me.IP)}
		ack := offer
		ack.Message = "ACK"
		a.Emit(0, &offer)
		a.Emit(20*time.Millisecond, &ack)
		a.Enough(20 * time.Millisecond)
	})
}

// starve asks the true server for all its addresses under made-up Ethernet addresses.
func starve(a *Act) {
	n := Level(a, 150, 300, 1000, 3000, 10_000)
	gap := Level(a, 100*time.Millisecond, 50*time.Millisecond, 20*time.Millisecond, 5*time.Millisecond, time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.3) }, func(int) {
		k := a.Reach(a.Servers["dhcp"], 67, event.ProtoUDP)
		v := a.Rand.Uint64()
		a.Emit(0, &event.DHCPActivity{Conn: k, Message: "DISCOVER", ClientMAC: event.MAC{2, byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24), byte(v >> 32)}, XID: uint32(v), Hostname: fmt.Sprintf("x%x", v&0xfff)})
	})
}
