package event

import "time"

// Class is an OCSF class_uid.
type Class uint16

// OCSF 1.x classes that Yagura uses.
const (
	ClassFileActivity       Class = 1001
	ClassAuthentication     Class = 3002
	ClassDetectionFinding   Class = 2004
	ClassIncident           Class = 2005
	ClassNetworkActivity    Class = 4001
	ClassHTTPActivity       Class = 4002
	ClassDNSActivity        Class = 4003
	ClassDHCPActivity       Class = 4004
	ClassRDPActivity        Class = 4005
	ClassSMBActivity        Class = 4006
	ClassNFSActivity        Class = 4010 // OCSF's Network File Activity
	ClassLDAPActivity       Class = 6005 // OCSF's Datastore Activity
	ClassFTPActivity        Class = 4008
	ClassEmailActivity      Class = 4009
	ClassRemediation        Class = 7001
	ClassNetworkRemediation Class = 7004
)

// Header stands at the head of everything. All times are UTC.
type Header struct {
	UID    string    `json:"uid,omitempty"`    // unique within (tenant, site, class)
	Time   time.Time `json:"time,omitzero"`    // when it happened (capture clock)
	Seen   time.Time `json:"seen,omitzero"`    // when Yagura received it (wall clock); zero in replay
	Tenant string    `json:"tenant,omitempty"` // 自治体
	Site   string    `json:"site,omitempty"`   // 庁舎, 支所
	Zone   string    `json:"zone,omitempty"`   // mynumber, lgwan, internet, school, dmz …
	Sensor string    `json:"sensor,omitempty"` // which capture; in replay the file's path
	Packet uint64    `json:"-"`                // in replay the number of the packet in its capture, from 1; 0 not known
	Source Source    `json:"-"`                // where the packet came from that made this known
	Hushed bool      `json:"-"`                // a rule keeps it out of EVE
	Tx     uint32    `json:"-"`                // number of the transaction within its flow, plus 1; 0: of none, or not known
}

// Source is where a packet came from.
type Source uint8

// Sources.
const (
	FromWire      Source = iota // or from a capture
	FromFragments               // put together
	FromTimeout                 // from nowhere: a flow was over, or had waited for long enough
	FromGRE
	FromIPv4
	FromIPv6
	FromVXLAN
	FromGeneve
	FromTeredo
	FromL2TP
)

// String is the source in the words that EVE has for it.
func (s Source) String() string {
	return [...]string{"wire/pcap", "Defrag", "stream (flow timeout)", "gre tunnel", "ipv4 tunnel", "ipv6 tunnel", "vxlan encapsulation", "geneve encapsulation", "teredo tunnel", "l2tp tunnel"}[s]
}

// Head gives access to the header of any event.
func (h *Header) Head() *Header { return h }

// Event is one thing seen. Events are immutable once emitted: nobody may write to one. Whoever needs to keep one may keep the
// pointer, but for NetworkActivity and DNSActivity, of which there are most: asset and detect copy what they need of these, for
// replay uses their memory again.
type Event interface {
	Head() *Header
	Class() Class
	// Tuple is the conversation that the event belongs to.
	Tuple() *Conn
}
