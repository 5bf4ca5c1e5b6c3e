package event

import "net/netip"

// DHCPActivity is one message of DHCPv4 (RFC 2131) or DHCPv6 (RFC 8415), OCSF 4004. Src is the client.
type DHCPActivity struct {
	Header
	Conn
	Message     string       `json:"message"` // DISCOVER OFFER REQUEST ACK NAK RELEASE INFORM DECLINE; of DHCPv6 SOLICIT ADVERTISE REQUEST CONFIRM RENEW REBIND REPLY RELEASE DECLINE RECONFIGURE INFORMATION-REQUEST
	ClientMAC   MAC          `json:"client_mac,omitzero"`
	ClientIP    netip.Addr   `json:"client_ip,omitzero"`    // ciaddr, or the address in use
	YourIP      netip.Addr   `json:"your_ip,omitzero"`      // yiaddr; of DHCPv6 the first address or prefix given
	RequestedIP netip.Addr   `json:"requested_ip,omitzero"` // option 50
	ServerIP    netip.Addr   `json:"server_ip,omitzero"`    // option 54
	RelayIP     netip.Addr   `json:"relay_ip,omitzero"`     // giaddr
	NextIP      netip.Addr   `json:"next_ip,omitzero"`      // siaddr: where to start from
	SubnetMask  netip.Addr   `json:"subnet_mask,omitzero"`  // option 1
	Hostname    string       `json:"hostname,omitempty"`    // option 12
	FQDN        string       `json:"fqdn,omitempty"`        // option 81
	Vendor      string       `json:"vendor,omitempty"`      // option 60
	LeaseSec    uint32       `json:"lease_sec,omitempty"`   // option 51
	RenewSec    uint32       `json:"renew_sec,omitempty"`   // option 58
	RebindSec   uint32       `json:"rebind_sec,omitempty"`  // option 59
	XID         uint32       `json:"xid,omitempty"`
	Routers     []netip.Addr `json:"routers,omitempty"`    // option 3
	Resolvers   []netip.Addr `json:"resolvers,omitempty"`  // option 6
	ClientID    string       `json:"client_id,omitempty"`  // option 61, hex; of DHCPv6 the DUID
	Params      string       `json:"params,omitempty"`     // option 55 in the order sent: "1,3,6,15"; tells systems apart
	CircuitID   string       `json:"circuit_id,omitempty"` // option 82.1: the relay's port; hex where not printable
	RemoteID    string       `json:"remote_id,omitempty"`  // option 82.2
	ServerID    string       `json:"server_id,omitempty"`  // DHCPv6: the server's DUID, hex
	Status      string       `json:"status,omitempty"`     // DHCPv6: why it was refused (RFC 8415 §21.13); "" where it was not
}

// FromServer tells whether the server sent the message.
func (d *DHCPActivity) FromServer() bool {
	switch d.Message {
	case "OFFER", "ACK", "NAK", "ADVERTISE", "REPLY", "RECONFIGURE":
		return true
	}
	return false
}

// Class is 4004.
func (*DHCPActivity) Class() Class { return ClassDHCPActivity }
