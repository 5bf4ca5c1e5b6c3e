package asset

import (
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Observe learns from one event.
func (v *Inventory) Observe(e event.Event) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		v.locked(func() { v.flow(e) })
	case *event.DHCPActivity:
		v.locked(func() { v.dhcp(e) })
	case *event.DNSActivity:
		if e.Service != "dns" || e.Activity == event.DNSResponse { // else half of all names: who asks tells nothing
			v.locked(func() { v.names(e) })
		}
	case *event.Authentication:
		v.locked(func() { v.logon(e) })
	case *event.HTTPActivity:
		v.locked(func() { v.web(e) })
	case *event.AppActivity:
		if e.Protocol == "radius" {
			v.locked(func() { v.accounting(e) })
		}
	}
}

// locked lets nobody else look meanwhile.
func (v *Inventory) locked(do func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	do()
}

func (v *Inventory) flow(e *event.NetworkActivity) {
	if e.ARP != nil {
		v.arp(e.ARP, e.Time)
		return
	}
	v.ethernet(e.Src, e.Time)
	v.serves(e)
	if v.home(e.Src.IP) {
		v.nat.flow(e)
		if e.TLS != nil {
			v.fronts.lead(e.Src.IP, e.Dst.IP, strings.ToLower(e.TLS.SNI))
		}
	}
	if e.Activity != event.FlowFail && e.Resp.Packets > 0 {
		v.ethernet(e.Dst, e.Time)
	}
}

func (v *Inventory) arp(a *event.ARP, t time.Time) {
	if a.Sender.IsZero() || a.Sender.Multicast() || !a.SenderIP.IsValid() || a.SenderIP.IsUnspecified() {
		return
	}
	c := v.carrier(a.Sender, t)
	c.claim(a.SenderIP)
	if c.router && len(c.claimed) > maxOwn { // proxy ARP
		return
	}
	v.hold(a.SenderIP, v.byMAC(a.Sender, t), fromARP, t)
}

// dhcp follows the lease: the name moves with the machine, the address with the lease.
func (v *Inventory) dhcp(e *event.DHCPActivity) {
	if e.ClientMAC.IsZero() || e.ClientMAC.Multicast() {
		return
	}
	m := v.byMAC(e.ClientMAC, e.Time)
	name := e.Hostname
	if name == "" {
		name = e.FQDN
	}
	v.call(m, name, fromDHCP, e.Time)
	if e.Message == "ACK" {
		ip := e.YourIP
		if !ip.IsValid() || ip.IsUnspecified() {
			ip = e.ClientIP
		}
		if ip.IsValid() && !ip.IsUnspecified() {
			v.hold(ip, m, fromDHCP, e.Time)
		}
		if e.ServerIP.IsValid() && v.home(e.ServerIP) {
			v.learn(v.at(e.ServerIP, e.Time), "dhcp", fromDHCP, ip, e.Time)
		}
		for _, r := range e.Routers {
			if v.home(r) {
				v.learn(v.at(r, e.Time), "gateway", fromDHCP, ip, e.Time)
			}
		}
	}
}

// names learns what machines call themselves by NBNS, mDNS and LLMNR, and which machine answers DNS.
func (v *Inventory) names(e *event.DNSActivity) {
	if e.Service == "dns" {
		if e.Activity == event.DNSResponse && e.RCode != "" && v.home(e.Dst.IP) && e.Dst.Port == 53 {
			v.learn(v.at(e.Dst.IP, e.Time), "dns", "dns", e.Src.IP, e.Time)
		}
		return
	}
	speaker := e.Dst.IP // who answers
	if e.Service == "nbns" && e.Activity == event.DNSQuery && (e.Op == "registration" || e.Op == "refresh") {
		speaker = e.Src.IP
	} else if e.Activity != event.DNSResponse {
		return
	}
	for _, a := range e.Answers {
		ip, err := netip.ParseAddr(a.Data)
		if err != nil || ip.Unmap() != speaker.Unmap() || !v.home(ip) {
			continue // a machine that speaks for another address may be lying
		}
		if a.Type == "A" || a.Type == "AAAA" || a.Type == "NB" {
			v.call(v.at(ip, e.Time), strings.TrimSuffix(a.Name, ".local"), e.Service, e.Time)
		}
	}
}

// clean bounds a name that came from the network; what no host can be called gives "".
func clean(s string) string {
	s = strings.TrimSpace(strings.TrimRight(s, "."))
	if len(s) > 63*2 || strings.ContainsFunc(s, func(r rune) bool {
		return r < '-' || r == '/' || r > '~' || strings.ContainsRune(":;<=>?@[\\]^`{|}", r)
	}) {
		return ""
	}
	return s
}
