package event

import (
	"net/netip"
	"time"
)

// Binding says from where and when one property of a device is known.
type Binding struct {
	Field  string    `json:"field"` // mac hostname user department place zone ip port role role_denied
	Value  string    `json:"value"`
	Source string    `json:"source"` // csv person radius dhcp kerberos ntlm ldap nbns mdns llmnr snmp arp ethernet http dns
	First  time.Time `json:"first,omitzero"`
	Last   time.Time `json:"last,omitzero"`
}

// Device is a machine as known at one moment (OCSF device).
type Device struct {
	UID        string       `json:"uid,omitempty"` // "mac:…" where the MAC is known, else "ip:…"
	IP         netip.Addr   `json:"ip,omitzero"`   // the address of this case
	IPs        []netip.Addr `json:"ips,omitempty"` // all current addresses, IPv6 included
	MAC        MAC          `json:"mac,omitzero"`
	Hostname   string       `json:"hostname,omitempty"`
	User       string       `json:"user,omitempty"`
	Department string       `json:"department,omitempty"`
	Place      string       `json:"place,omitempty"` // どこにある
	Port       string       `json:"port,omitempty"`  // switch and port: "SW-2F-01 Gi1/0/12"
	Zone       string       `json:"zone,omitempty"`
	Owner      string       `json:"owner,omitempty"`
	Phone      string       `json:"phone,omitempty"`      // of owner or department
	Roles      []string     `json:"roles,omitempty"`      // dc dns dhcp gateway proxy wsus backup scanner management …: those that may be relied on
	RoleFacts  []RoleFact   `json:"role_facts,omitempty"` // every role, learnt ones too, with what it stands on
	Bindings   []Binding    `json:"bindings,omitempty"`
	Conflicts  []Text       `json:"conflicts,omitempty"`  // two sources disagree
	Confidence int          `json:"confidence,omitempty"` // 1–100: how sure it is that this machine was meant; 0 = not judged
	Unsure     Text         `json:"unsure,omitzero"`      // why Confidence is low, for people
	Candidates []Candidate  `json:"candidates,omitempty"` // other machines that may have been meant, likeliest first, at most 8
	FirstSeen  time.Time    `json:"first_seen,omitzero"`
	LastSeen   time.Time    `json:"last_seen,omitzero"`
}

// Sure is the confidence from which a machine counts as named; below it people look at the candidates first.
const Sure = 80

// Candidate is a machine that may have been meant instead.
type Candidate struct {
	UID      string     `json:"uid,omitempty"`
	IP       netip.Addr `json:"ip,omitzero"`
	MAC      MAC        `json:"mac,omitzero"`
	Hostname string     `json:"hostname,omitempty"`
	User     string     `json:"user,omitempty"`
	Why      Text       `json:"why"`
	Last     time.Time  `json:"last,omitzero"` // when that was last seen
}

// RoleFact is one role of a machine and why it is believed.
type RoleFact struct {
	Role      string    `json:"role"`
	Confirmed bool      `json:"confirmed"` // by a list, the configuration or a person; else only learnt from traffic
	Denied    bool      `json:"denied"`    // a person said that it is none
	Trusted   bool      `json:"trusted"`   // judgement relies on it: confirmed, or learnt from what cannot be feigned cheaply
	Source    string    `json:"source"`    // csv person dhcp kerberos dns …
	Clients   int       `json:"clients"`   // different machines that used it, at most 64
	Reason    Text      `json:"reason"`
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
}

// Name is what people call the machine: host name, or address, or MAC.
func (d Device) Name() string {
	switch {
	case d.Hostname != "":
		return d.Hostname
	case d.IP.IsValid():
		return d.IP.String()
	}
	return d.MAC.String()
}

// HasRole reports whether the device holds the role.
func (d Device) HasRole(role string) bool {
	for _, r := range d.Roles {
		if r == role {
			return true
		}
	}
	return false
}
