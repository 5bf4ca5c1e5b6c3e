package event

// Steps of a connection of RDP (MS-RDPBCGR §1.3.1.1).
const (
	RDPRequest  = "initial_request"  // X.224 Connection Request
	RDPResponse = "initial_response" // X.224 Connection Confirm
	RDPConnect  = "connect_request"  // MCS Connect Initial, where it is not encrypted
	RDPAccept   = "connect_response" // MCS Connect Response
)

// RDPActivity is one step of the beginning of a connection of RDP (OCSF 4005). Src is the client. What was learned in
// earlier steps is told again.
type RDPActivity struct {
	Header
	Conn
	Step      string     `json:"step"`
	Cookie    string     `json:"cookie,omitempty"`        // mstshash: as a rule the first letters of the user's name
	Token     string     `json:"routing_token,omitempty"` // of a load balancer
	Requested uint32     `json:"requested,omitempty"`     // protocols the client can: 1 TLS, 2 CredSSP, 4 RDSTLS, 8 CredSSP with early user authorisation
	Selected  uint32     `json:"selected,omitempty"`      // by the server; 0 is RDP's own security
	Flags     uint8      `json:"flags,omitempty"`         // of the answer: 8 restricted admin, 16 remote credential guard
	Failure   uint32     `json:"failure,omitempty"`       // §2.2.1.2.2; 0 none
	Answered  bool       `json:"answered,omitempty"`
	Client    *RDPClient `json:"client,omitempty"`
	Channels  []string   `json:"channels,omitempty"`
	TxID      uint64     `json:"-"` // of the step among those of the connection, from 0
}

// RDPClient is what a client tells of itself (MS-RDPBCGR §2.2.1.3.2).
type RDPClient struct {
	Version      uint32 `json:"version"`
	Width        uint16 `json:"desktop_width,omitempty"`
	Height       uint16 `json:"desktop_height,omitempty"`
	ColorDepth   uint16 `json:"color_depth,omitempty"`
	Keyboard     uint32 `json:"keyboard_layout,omitempty"`
	Build        uint32 `json:"build,omitempty"`
	Name         string `json:"name,omitempty"`
	KeyboardType uint32 `json:"keyboard_type,omitempty"`
	KeyboardSub  uint32 `json:"keyboard_subtype,omitempty"`
	FunctionKeys uint32 `json:"function_keys,omitempty"`
	ProductID    uint16 `json:"product_id,omitempty"`
	Early        uint16 `json:"early_capabilities,omitempty"` // earlyCapabilityFlags
	ID           string `json:"id,omitempty"`                 // clientDigProductId
	IME          string `json:"ime,omitempty"`
}

// Class is 4005.
func (*RDPActivity) Class() Class { return ClassRDPActivity }
