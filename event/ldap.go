package event

// Activities of a directory (OCSF 6005 activity_id).
const (
	LDAPQuery  = 4 // search, compare
	LDAPCreate = 6 // add
	LDAPUpdate = 2 // modify, rename
	LDAPDelete = 7
	LDAPOther  = 99 // extended
)

// LDAPActivity is one operation on a directory (RFC 4511, OCSF 6005) with its result. Src is the client. Binds are Authentication.
type LDAPActivity struct {
	Header
	Conn
	Activity   int      `json:"activity_id"`
	Operation  string   `json:"operation"` // search compare add modify rename delete extended; bind in alerts
	MessageID  int32    `json:"message_id,omitempty"`
	DN         string   `json:"dn,omitempty"`         // object asked for or changed; base of a search
	Scope      string   `json:"scope,omitempty"`      // of a search: base one sub children
	Filter     string   `json:"filter,omitempty"`     // of a search, as text (RFC 4515), at most 16 KiB
	Attributes []string `json:"attributes,omitempty"` // asked for or changed, at most 64
	NewName    string   `json:"new_name,omitempty"`   // of a rename
	Name       string   `json:"name,omitempty"`       // OID of an extended operation; how a bind is made, in alerts
	SizeLimit  int32    `json:"size_limit,omitempty"`
	TimeLimit  int32    `json:"-"`                 // of a search: seconds, 0 none
	Deref      uint8    `json:"-"`                 // of a search: derefAliases, RFC 4511 §4.5.1.3
	TypesOnly  bool     `json:"-"`                 // of a search: names of attributes without values
	Paged      bool     `json:"paged,omitempty"`   // asked for in pages (RFC 2696)
	Entries    int      `json:"entries,omitempty"` // that a search found
	Referrals  int      `json:"referrals,omitempty"`
	Bytes      uint64   `json:"bytes,omitempty"`  // of all answers
	Result     int32    `json:"result,omitempty"` // RFC 4511 §4.1.9
	Message    string   `json:"message,omitempty"`
	Answered   bool     `json:"answered,omitempty"`
	UDP        bool     `json:"udp,omitempty"` // CLDAP (MS-ADTS §6.3.3)
}

// Class is 6005.
func (*LDAPActivity) Class() Class { return ClassLDAPActivity }
