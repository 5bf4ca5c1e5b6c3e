package event

import "time"

// Authentication is one logon step (OCSF 3002). Src is the client.
type Authentication struct {
	Header
	Conn
	Protocol    string    `json:"protocol"` // kerberos ntlm
	Message     string    `json:"message"`  // AS-REQ AS-REP TGS-REQ TGS-REP KRB-ERROR AP-REQ NTLM-AUTH
	User        string    `json:"user,omitempty"`
	Domain      string    `json:"domain,omitempty"`  // realm or NetBIOS domain
	Service     string    `json:"service,omitempty"` // SPN asked for
	Workstation string    `json:"workstation,omitempty"`
	Server      string    `json:"server,omitempty"` // name of Dst as it told itself (NTLM CHALLENGE): DNS name, else NetBIOS name
	Error       int       `json:"error,omitempty"`  // KRB-ERROR code (RFC 4120 §7.5.9)
	Success     bool      `json:"success,omitempty"`
	Answered    bool      `json:"answered,omitempty"`
	ETypes      []int32   `json:"etypes,omitempty"` // offered by the client, in order
	TicketEType int32     `json:"ticket_etype,omitempty"`
	PreAuth     bool      `json:"preauth,omitempty"`   // PA-ENC-TIMESTAMP or PKINIT present
	Options     uint32    `json:"options,omitempty"`   // KDC options
	Addresses   []string  `json:"addresses,omitempty"` // HostAddresses (NetBIOS names)
	Till        time.Time `json:"till,omitzero"`       // end of the ticket that was asked for
	Renew       time.Time `json:"renew,omitzero"`      // until when it shall be renewable

	Shown *Ticket `json:"shown,omitempty"` // with which a TGS-REQ was made; also in its answer
	Given *Ticket `json:"given,omitempty"` // that an AS-REP or TGS-REP hands out
}

// Ticket is what can be told of a Kerberos ticket without its key (RFC 4120 §5.3).
type Ticket struct {
	Realm   string `json:"realm"` // that issued it; another one than Service names where it is for crossing over
	Service string `json:"service"`
	EType   int32  `json:"etype"`
	KVNO    uint32 `json:"kvno,omitempty"` // version of the key that encrypts it; 0 = not told
	Print   uint64 `json:"print"`          // hash of the encrypted part: the same ticket, wherever it is shown
}

// Class is 3002.
func (*Authentication) Class() Class { return ClassAuthentication }
