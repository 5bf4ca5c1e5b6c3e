package eve

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is an event type of EVE.
type Kind uint8

// Event types, in the order of Kinds.
const (
	Alert Kind = iota
	Anomaly
	BitTorrent
	DCERPC
	DHCP
	DNP3
	DNS
	ENIP
	FileInfo
	Flow
	Frame
	FTP
	FTPData
	HTTP
	IKE
	IMAP
	IRC
	KRB5
	L2TP
	LDAP
	LLMNR
	MDNS
	Modbus
	MQTT
	MySQL
	NetFlow
	NFS
	NTP
	Packet
	PgSQL
	POP3
	QUIC
	RADIUS
	RDP
	Redis
	RFB
	SIP
	SMB
	SMTP
	SNMP
	SOCKS
	SSH
	Stats
	Telnet
	TFTP
	TLS
	WebSocket
)

var kinds = [...]string{"alert", "anomaly", "bittorrent_dht", "dcerpc", "dhcp", "dnp3", "dns", "enip", "fileinfo", "flow", "frame", "ftp", "ftp_data", "http", "ike", "imap", "irc", "krb5", "l2tp", "ldap", "llmnr", "mdns", "modbus", "mqtt", "mysql", "netflow", "nfs", "ntp", "packet", "pgsql", "pop3", "quic", "radius", "rdp", "redis", "rfb", "sip", "smb", "smtp", "snmp", "socks", "ssh", "stats", "telnet", "tftp", "tls", "websocket"}

// String is the event_type.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return "unknown"
}

// Set is a choice of event types.
type Set uint64

// Everything but netflow, which tells once more what flow tells, and packets and frames, which may hold personal data.
const Everything = Set(1<<len(kinds)-1) &^ (1<<NetFlow | 1<<Packet | 1<<Frame)

// Has reports whether the set holds k.
func (s Set) Has(k Kind) bool { return s>>k&1 != 0 }

// ParseSet reads names of event types; none at all means Everything.
func ParseSet(names []string) (Set, error) {
	if len(names) == 0 {
		return Everything, nil
	}
	var s Set
	for _, n := range names {
		i := slices.Index(kinds[:], n)
		if i < 0 {
			return 0, fmt.Errorf("event type %q is not known; use one of %s", n, strings.Join(kinds[:], ", "))
		}
		s |= 1 << i
	}
	return s, nil
}
