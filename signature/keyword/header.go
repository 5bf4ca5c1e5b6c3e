package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

var actions = map[string]rule.Action{
	"alert": rule.Alert, "pass": rule.Pass, "drop": rule.Drop, "config": rule.Config, "accept": rule.Pass,
	"reject": rule.Reject, "rejectsrc": rule.Reject, "rejectdst": rule.Reject, "rejectboth": rule.Reject,
}

// verdicts are the scopes of actions that say no more than the action where nothing is dropped.
var verdicts = map[string]map[string]bool{
	"drop": {"packet": true, "flow": true}, "reject": {"packet": true, "flow": true}, "pass": {"flow": true}, "alert": {"packet": true, "flow": true},
}

var carriers = map[string]rule.Carrier{
	"ip": rule.AnyIP, "ip4": rule.IPv4Only, "ipv4": rule.IPv4Only, "ip6": rule.IPv6Only, "ipv6": rule.IPv6Only,
	"tcp": rule.TCP, "tcp-pkt": rule.TCPPacket, "tcp-stream": rule.TCPStream, "udp": rule.UDP,
	"icmp": rule.ICMP, "icmpv4": rule.ICMPv4, "icmpv6": rule.ICMPv6, "sctp": rule.SCTP, "igmp": rule.IGMP, "gre": rule.GRE,
	"esp": rule.ESP, "ah": rule.AH, "arp": rule.ARP, "ether": rule.Ether, "pkthdr": rule.AnyFrame,
}

// apps are the application protocols of the header, and the names that a flow of each may have.
var apps = map[string][]string{
	"http": {"http", "http1", "http2", "doh2"}, "http1": {"http1", "http"}, "http2": {"http2", "doh2"}, "doh2": {"doh2"},
	"dns": {"dns", "doh2"}, "tls": {"tls"}, "ssl": {"tls"}, "dcerpc": {"dcerpc", "smb"},
	"bittorrent-dht": {"bittorrent-dht", "bittorrent"}, "pop3": {"pop3", "pop"}, "ike": {"ike"}, "ikev2": {"ike"},
	"pgsql": {"pgsql", "postgresql"},
}

var plainApps = []string{"smb", "ftp", "ftp-data", "ssh", "smtp", "imap", "nfs", "krb5", "dhcp", "snmp", "sip", "rfb", "mqtt",
	"modbus", "dnp3", "enip", "tftp", "quic", "rdp", "ntp", "telnet", "websocket", "ldap", "irc", "mdns", "llmnr", "mysql",
	"nbns", "socks", "tds", "winrm", "radius", "openvpn", "wireguard", "bittorrent", "msn", "jabber", "template", "syslog"}

// appNames are the names that a flow may have for a protocol of the header.
func appNames(name string) ([]string, bool) {
	if names, ok := apps[name]; ok {
		return names, true
	}
	for i, n := range plainApps {
		if n == name {
			return plainApps[i : i+1 : i+1], true
		}
	}
	return nil, false
}

// header compiles what stands before the bracket.
func (b *builder) header(t *rule.Text) error {
	var ok bool
	h := &b.sig.Head
	action, scope, scoped := strings.Cut(strings.ToLower(t.Action), ":")
	if b.sig.Action, ok = actions[action]; ok && scoped && !verdicts[action][scope] {
		return bad("%s belongs to a firewall in the path of the packets, which Yagura is not", t.Action)
	}
	if !ok {
		return bad("%q is not an action: alert, pass, drop, reject or config", t.Action)
	}
	protocol, hook, hooked := strings.Cut(strings.ToLower(t.Protocol), ":")
	if h.Carrier, ok = carriers[protocol]; !ok {
		if h.Apps, ok = appNames(protocol); !ok {
			return bad("%q is not a protocol that is known", protocol)
		}
		h.App = b.pool.text(protocol)
	}
	if hooked {
		switch {
		case h.App != "":
			b.hook = b.pool.text(hook)
		case hook == "flow_start": // the first packet of each side
			b.test(func(_ *content.State, _ *wire.Packet, f *wire.Flow, d wire.Dir) bool {
				return f != nil && f.Packets[d] <= 1
			})
		case hook != "all" && hook != "pre_flow" && hook != "pre_stream": // before what packets of a flow make
			return bad("%q: %s has no states that a rule can wait for", t.Protocol, protocol)
		}
	}
	var err error
	if h.Src, err = b.pool.address(t.Src, b.env.Vars); err != nil {
		return err
	}
	if h.Dst, err = b.pool.address(t.Dst, b.env.Vars); err != nil {
		return err
	}
	if h.SrcPort, err = b.pool.port(t.SrcPort, b.env.Vars); err != nil {
		return err
	}
	if h.DstPort, err = b.pool.port(t.DstPort, b.env.Vars); err != nil {
		return err
	}
	h.Both, h.OneFlow = t.Arrow == "<>", t.Arrow == "=>"
	return nil
}
