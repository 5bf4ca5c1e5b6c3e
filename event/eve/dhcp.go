package eve

import (
	"net/netip"
	"strings"

	"github.com/yagura-project/yagura/event"
)

func (w *Encoder) dhcp(e *event.DHCPActivity) {
	if !w.begin(DHCP, &e.Header, &e.Conn, way(e.FromServer())) {
		return
	}
	w.dhcpObject(e)
	w.finish()
}

func (w *Encoder) dhcpObject(e *event.DHCPActivity) {
	reply, six := e.FromServer(), e.Src.IP.Is6()
	o := &w.o
	o.open("dhcp")
	if reply {
		o.str("type", "reply")
	} else {
		o.str("type", "request")
	}
	o.num("id", uint64(e.XID))
	if !six || e.ClientMAC != (event.MAC{}) {
		o.str("client_mac", e.ClientMAC.String())
	}
	if !six || e.YourIP.IsValid() { // messages of DHCPv6 have no place for what there is not
		w.address("assigned_ip", e.YourIP)
	}
	if !six {
		w.address("client_ip", e.ClientIP)
	}
	o.text("dhcp_type", dhcpKind(e.Message))
	if e.NextIP.IsValid() {
		w.address("next_server_ip", e.NextIP)
	}
	if e.RelayIP.IsValid() {
		w.address("relay_ip", e.RelayIP)
	}
	if e.RequestedIP.IsValid() {
		w.address("requested_ip", e.RequestedIP)
	}
	if e.ServerIP.IsValid() {
		w.address("server_identifier", e.ServerIP)
	}
	w.clientID(e)
	o.text("hostname", e.Hostname)
	o.text("vendor_class_identifier", e.Vendor)
	if e.LeaseSec != 0 {
		o.num("lease_time", uint64(e.LeaseSec))
	}
	if e.RenewSec != 0 {
		o.num("renewal_time", uint64(e.RenewSec))
	}
	if e.RebindSec != 0 {
		o.num("rebinding_time", uint64(e.RebindSec))
	}
	if e.SubnetMask.IsValid() {
		w.address("subnet_mask", e.SubnetMask)
	}
	w.ips("routers", e.Routers)
	w.ips("dns_servers", e.Resolvers)
	w.colons("server_id", e.ServerID)
	o.text("status", e.Status)
	if six {
		w.dhcpParams(e.Params, dhcpv6Options)
	} else {
		w.dhcpParams(e.Params, dhcpOptions)
	}
	o.close()
}

// clientID writes a client's name for itself; of DHCPv4 without the type that it begins with (RFC 2132 §9.14), as Suricata does.
func (w *Encoder) clientID(e *event.DHCPActivity) {
	id := e.ClientID
	if e.Src.IP.Is4() {
		id = id[min(2, len(id)):]
	}
	w.colons("client_id", id)
}

func (w *Encoder) ips(k string, list []netip.Addr) {
	if len(list) == 0 {
		return
	}
	o := &w.o
	o.list(k)
	for _, a := range list {
		o.comma()
		o.b = append(o.b, '"')
		o.b = append(appendIP(o.b, a), '"')
	}
	o.endList()
}

// address writes 0.0.0.0 where there is none, as it stands in the message.
func (w *Encoder) address(k string, a netip.Addr) {
	if !a.IsValid() {
		a = netip.IPv4Unspecified()
	}
	w.o.ip(k, a)
}

func dhcpKind(m string) string {
	switch m {
	case "DISCOVER":
		return "discover"
	case "OFFER":
		return "offer"
	case "REQUEST":
		return "request"
	case "ACK":
		return "ack"
	case "NAK":
		return "nak"
	case "DECLINE":
		return "decline"
	case "RELEASE":
		return "release"
	case "INFORM":
		return "inform"
	}
	return strings.ToLower(m)
}

// dhcpOptions are the options that clients ask for, by name.
var dhcpOptions = map[string]string{"1": "subnet_mask", "3": "router", "6": "dns_server", "12": "hostname", "15": "domain", "35": "arp_cache_timeout", "42": "ntp_server",
	"66": "tftp_server_name", "67": "boot_file_name", "120": "sip_server"}

// dhcpv6Options are those of DHCPv6, which has other numbers (IANA DHCPv6 Option Codes).
var dhcpv6Options = map[string]string{"21": "sip_server_domain", "22": "sip_server", "23": "dns_server", "24": "domain", "31": "sntp_server", "39": "client_fqdn",
	"56": "ntp_server", "59": "boot_file_url"}

func (w *Encoder) dhcpParams(list string, names map[string]string) {
	if list == "" {
		return
	}
	w.o.list("params")
	for rest := list; rest != ""; {
		var n string
		n, rest, _ = strings.Cut(rest, ",")
		if name := names[n]; name != "" {
			w.o.each(name)
		}
	}
	w.o.endList()
}
