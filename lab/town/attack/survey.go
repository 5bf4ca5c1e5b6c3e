package attack

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// survey asks many machines the same by DCE/RPC, as BloodHound, PowerView and net view do.
func (a *Act) survey(pipe, call string, opnum uint16, args ...string) {
	n := Level(a, 4, 8, 25, 60, 150)
	gap := Level(a, 3*time.Minute, 40*time.Second, 5*time.Second, time.Second, 200*time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.4) }, func(i int) {
		to := a.Other()
		if i%3 == 0 {
			to = stage.Pick(a.Scene, []*stage.Machine{a.Servers["files1"], a.Servers["files2"], a.Servers["gw"], a.Servers["print"], a.Servers["dc1"], a.Servers["kaikei"]})
		}
		a.SMB(to, "IPC$").Pipe(pipe).Call(pipe, call, opnum, args...).End()
	})
}

func shares(a *Act)      { a.survey("srvsvc", "NetrShareEnum", 15) }
func sessions(a *Act)    { a.survey("srvsvc", "NetrSessionEnum", 12) }
func loggedOn(a *Act)    { a.survey("wkssvc", "NetrWkstaUserEnum", 2) }
func localAdmins(a *Act) { a.survey("samr", "SamrGetMembersInAlias", 33) }

// accounts asks a domain controller for everybody and for the administrators.
func accounts(a *Act) {
	dc := a.DC(a.Me)
	a.Steps(Level(a, 1, 1, 2, 4, 10), func() time.Duration { return a.Around(time.Minute, 0.4) }, func(int) {
		x := a.SMB(dc, "IPC$").Pipe("samr").Call("samr", "SamrConnect5", 64).Call("samr", "SamrOpenDomain", 7)
		x.Call("samr", "SamrLookupNamesInDomain", 17, "names", "Domain Admins").Call("samr", "SamrOpenGroup", 19).Call("samr", "SamrGetMembersInGroup", 25)
		if a.Deed.Intensity > 1 {
			x.Call("samr", "SamrEnumerateUsersInDomain", 13)
		}
		x.End()
		a.MarkAt(time.Second)
	})
}

// directory asks LDAP for what only those want who look for a way to the top.
func directory(a *Act) {
	filters := []string{"(&(samAccountType=805306368)(servicePrincipalName=*))", "(&(objectCategory=computer)(userAccountControl:1.2.840.113556.1.4.803:=524288))", "(adminCount=1)",
		"(&(samAccountType=805306368)(userAccountControl:1.2.840.113556.1.4.803:=4194304))", "(objectClass=trustedDomain)", "(|(samAccountType=805306368)(samAccountType=805306369)(objectCategory=group))"}
	n := Level(a, 1, 2, 4, 6, 6)
	a.Steps(n, func() time.Duration {
		return a.Around(Level(a, 20*time.Minute, 5*time.Minute, 20*time.Second, 3*time.Second, time.Second), 0.4)
	}, func(i int) {
		a.LDAP(filters[i%len(filters)], Level(a, 15, 60, 300, 1500, 4000), "servicePrincipalName", "memberOf", "adminCount", "userAccountControl")
	})
}

// reverse asks for the names of whole segments.
func reverse(a *Act) {
	net := a.Me.Net.Prefix.Addr().As4()
	n := Level(a, 30, 60, 250, 500, 1000)
	a.Steps(n, func() time.Duration {
		return a.Around(Level(a, 2*time.Second, 500*time.Millisecond, 100*time.Millisecond, 20*time.Millisecond, 5*time.Millisecond), 0.4)
	}, func(i int) {
		name := fmt.Sprintf("%d.%d.%d.10.in-addr.arpa", 1+i%250, int(net[2])+i/250, net[1])
		if a.Chance(0.4) {
			a.Ask(name, "PTR", "NXDOMAIN")
			return
		}
		a.Ask(name, "PTR", "NOERROR", event.DNSAnswer{Name: name, Type: "PTR", TTL: 600, Data: fmt.Sprintf("pc-%05d.town.example", i)})
	})
}

// pings looks for who is there.
func pings(a *Act) {
	net := a.Me.Net.Prefix.Addr().As4()
	gap := Level(a, 5*time.Second, 2*time.Second, 300*time.Millisecond, 50*time.Millisecond, 5*time.Millisecond)
	a.Steps(Level(a, 30, 60, 250, 250, 500), func() time.Duration { return a.Around(gap, 0.3) }, func(i int) {
		k := a.Conn(address(net, i), 0, event.ProtoICMP)
		k.Src.Port = 8 << 8
		down := uint64(0)
		if a.Chance(0.3) {
			down = 32
		}
		a.Talk(k, stage.Flow{Up: 32, Down: down, Took: 20 * time.Millisecond})
	})
}

// arpScan asks a whole segment for Ethernet addresses.
func arpScan(a *Act) {
	net := a.Me.Net.Prefix.Addr().As4()
	gap := Level(a, time.Second, 400*time.Millisecond, 50*time.Millisecond, 10*time.Millisecond, time.Millisecond)
	a.Steps(250, func() time.Duration { return a.Around(gap, 0.3) }, func(i int) {
		k := event.Conn{Proto: event.ProtoARP, Src: event.Endpoint{IP: a.Me.IP, MAC: a.Me.MAC}}
		a.Emit(0, &event.NetworkActivity{Conn: k, Activity: event.FlowTraffic, App: "arp", ARP: &event.ARP{Op: 1, SenderIP: a.Me.IP, Sender: a.Me.MAC, TargetIP: address(net, i)}})
	})
}
