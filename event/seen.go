package event

import (
	"net/netip"
	"time"
)

// NetworkActivityID is OCSF's activity_id of class 4001.
type NetworkActivityID uint8

// Activities of a flow. Open comes with its first packet, Traffic when a fact
// became known (TLS handshake, application protocol) or a long flow is
// reported in between; exactly one of Close, Reset, Fail or Refuse ends it.
const (
	FlowOpen    NetworkActivityID = 1
	FlowClose   NetworkActivityID = 2 // ended normally or by idle time-out
	FlowReset   NetworkActivityID = 3
	FlowFail    NetworkActivityID = 4 // no answer at all (S0)
	FlowRefuse  NetworkActivityID = 5 // RST to SYN, ICMP unreachable (REJ)
	FlowTraffic NetworkActivityID = 6
)

// Ended reports whether no more events of the flow follow.
func (a NetworkActivityID) Ended() bool { return a >= FlowClose && a <= FlowRefuse }

// TCP flag bits (RFC 9293 §3.1) in FlagsOrig and FlagsResp.
const (
	FlagFIN = 1 << iota
	FlagSYN
	FlagRST
	FlagPSH
	FlagACK
	FlagURG
)

// Volume counts one direction of a flow.
type Volume struct {
	Packets uint64 `json:"packets,omitempty"`
	Bytes   uint64 `json:"bytes,omitempty"`   // IP bytes as on the wire
	Frames  uint64 `json:"-"`                 // bytes of the frames as on the wire, link headers and padding included
	Payload uint64 `json:"payload,omitempty"` // bytes above TCP/UDP, retransmissions excluded
}

// NetworkActivity is a fact about a flow (OCSF 4001, Zeek conn.log).
type NetworkActivity struct {
	Header
	Conn
	Activity  NetworkActivityID `json:"activity_id"`
	App       string            `json:"app,omitempty"` // Zeek service: dns http tls smb dcerpc krb5 dhcp …; "" unknown
	Before    string            `json:"-"`             // protocol that handed the flow on: smtp before TLS, http before what it tunnels; "" none
	Start     time.Time         `json:"start_time,omitzero"`
	End       time.Time         `json:"end_time,omitzero"` // last packet so far
	Orig      Volume            `json:"orig,omitzero"`     // Src → Dst
	Resp      Volume            `json:"resp,omitzero"`     // Dst → Src
	FlagsOrig uint8             `json:"flags_orig,omitempty"`
	FlagsResp uint8             `json:"flags_resp,omitempty"`
	State     string            `json:"conn_state,omitempty"` // Zeek conn_state: S0 S1 SF REJ RSTO RSTR OTH …
	Midstream bool              `json:"midstream,omitempty"`  // the beginning was not seen; direction is guessed by port
	Gaps      uint64            `json:"gaps,omitempty"`       // bytes lost to reassembly
	Interim   bool              `json:"interim,omitempty"`    // Traffic only: a long flow is reported in between, its handshake is no news
	Shutdown  bool              `json:"shutdown,omitempty"`   // an ended flow was still open when the capture ended
	Alerted   bool              `json:"alerted,omitempty"`    // an ended flow on which a rule alerted
	ARP       *ARP              `json:"arp,omitempty"`
	TLS       *TLS              `json:"tls,omitempty"`
	Opening   *Opening          `json:"-"` // TCP whose protocol is not known; for judgement only
}

// Class is 4001.
func (*NetworkActivity) Class() Class { return ClassNetworkActivity }

// ARP is one ARP packet (RFC 826); emitted once per new or changed binding, not per packet.
type ARP struct {
	Op       uint16     `json:"op"` // 1 request, 2 reply
	SenderIP netip.Addr `json:"sender_ip,omitzero"`
	Sender   MAC        `json:"sender_mac,omitzero"`
	TargetIP netip.Addr `json:"target_ip,omitzero"`
}

// TLS is what a handshake told (OCSF tls object).
type TLS struct {
	Version     string       `json:"version,omitempty"` // "1.2", "1.3" as negotiated
	SNI         string       `json:"sni,omitempty"`
	ALPN        []string     `json:"alpn,omitempty"`
	Cipher      uint16       `json:"cipher,omitempty"`
	JA3         string       `json:"ja3,omitempty"`  // MD5 hex
	JA3S        string       `json:"ja3s,omitempty"` // MD5 hex
	JA3Text     string       `json:"-"`              // what JA3 hashes
	JA3SText    string       `json:"-"`              // what JA3S hashes
	JA4         string       `json:"ja4,omitempty"`
	Certificate *Certificate `json:"certificate,omitempty"` // the leaf; absent in TLS 1.3 and resumption
	Resumed     bool         `json:"resumed,omitempty"`
	Alert       string       `json:"alert,omitempty"`
	QUIC        string       `json:"quic,omitempty"`       // version of QUIC; "" over TCP
	UserAgent   string       `json:"user_agent,omitempty"` // of old versions of QUIC
}

// Certificate is the server's leaf certificate (RFC 5280).
type Certificate struct {
	Subject    string    `json:"subject,omitempty"`
	Issuer     string    `json:"issuer,omitempty"`
	SubjectDN  string    `json:"-"`                // "C=JP, O=Town, CN=www": in the order of the certificate, as rules see it
	IssuerDN   string    `json:"-"`                // the same of the issuer
	Serial     string    `json:"serial,omitempty"` // upper-case hex
	SHA1       string    `json:"sha1,omitempty"`
	SHA256     string    `json:"sha256,omitempty"`
	SANs       []string  `json:"sans,omitempty"`
	NotBefore  time.Time `json:"not_before,omitzero"`
	NotAfter   time.Time `json:"not_after,omitzero"`
	SelfSigned bool      `json:"self_signed,omitempty"`
}

// MaxMoreFiles bounds HTTPActivity.MoreFiles.
const MaxMoreFiles = 15

// HTTPActivity is one HTTP request with its answer where seen (OCSF 4002).
type HTTPActivity struct {
	Header
	Conn
	Method       string `json:"method,omitempty"`
	Host         string `json:"host,omitempty"` // Host header or :authority, as sent
	URI          string `json:"uri,omitempty"`  // request target, at most 4 KiB
	Version      string `json:"version,omitempty"`
	UserAgent    string `json:"user_agent,omitempty"`
	Referer      string `json:"referer,omitempty"`
	XFF          string `json:"x_forwarded_for,omitempty"`
	Status       int    `json:"status,omitempty"` // 0: no answer seen
	RequestType  string `json:"request_content_type,omitempty"`
	ResponseType string `json:"response_content_type,omitempty"`
	RequestLen   uint64 `json:"request_length,omitempty"`  // body bytes
	ResponseLen  uint64 `json:"response_length,omitempty"` // body bytes
	RequestFile  *File  `json:"request_file,omitempty"`
	ResponseFile *File  `json:"response_file,omitempty"`
	MoreFiles    []File `json:"more_files,omitempty"` // of a form that brings several, behind RequestFile; at most MaxMoreFiles
	Depth        int    `json:"depth,omitempty"`      // 1 for the first request of the connection

	// For judgement only, never written anywhere: they may hold passwords.
	Fields string `json:"-"` // the request's other fields as sent, at most 1 KiB; one line feed: there were none, "": not known
	Body   string `json:"-"` // the first KiB of a request's form, JSON, XML or other text
}

// Class is 4002.
func (*HTTPActivity) Class() Class { return ClassHTTPActivity }

// File is content that crossed the wire (OCSF file object).
type File struct {
	Name   string `json:"name,omitempty"` // base name as the protocol gave it
	Path   string `json:"path,omitempty"`
	Size   uint64 `json:"size,omitempty"` // bytes seen
	Type   string `json:"type,omitempty"` // true type by content: exe elf pdf ole zip script html text …; "" unknown
	MD5    string `json:"md5,omitempty"`  // hex, as the others; only of whole files
	SHA1   string `json:"sha1,omitempty"`
	SHA256 string `json:"sha256,omitempty"`

	Partial bool `json:"-"` // bytes are missing, or the end was not seen
}

// DNS activities (OCSF 4003 activity_id).
const (
	DNSQuery    = 1
	DNSResponse = 2
)

// DNSActivity is one message of DNS (RFC 1035), mDNS (RFC 6762), LLMNR (RFC 4795) or NBNS (RFC 1002).
// Src is always the client that asked.
type DNSActivity struct {
	Header
	Conn
	Activity int         `json:"activity_id"`
	Service  string      `json:"service"` // dns mdns llmnr nbns
	TxID     uint16      `json:"tx_id,omitempty"`
	Query    string      `json:"query,omitempty"`   // lower case, no trailing dot; \DDD escapes for odd bytes
	Type     string      `json:"type,omitempty"`    // A AAAA TXT … or TYPE65
	RCode    string      `json:"rcode,omitempty"`   // NOERROR NXDOMAIN …; "" in a query
	Answers  []DNSAnswer `json:"answers,omitempty"` // at most 64
	Bytes    int         `json:"bytes,omitempty"`   // message length
	Flags    uint16      `json:"-"`                 // second word of the header (RFC 1035 §4.1.1); 0 where it was not kept
	AA       bool        `json:"aa,omitempty"`
	TC       bool        `json:"tc,omitempty"`
	Op       string      `json:"op,omitempty"` // "" query; registration, refresh, release (NBNS), probe (mDNS): the sender claims Answers for itself
}

// Class is 4003.
func (*DNSActivity) Class() Class { return ClassDNSActivity }

// DNSAnswer is one record of the answer section.
type DNSAnswer struct {
	Name string `json:"name"`
	Type string `json:"type"`
	TTL  uint32 `json:"ttl"`
	Data string `json:"data"` // address, name or text; other types as hex, at most 512 bytes
}

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
	Hostname    string       `json:"hostname,omitempty"`    // option 12
	FQDN        string       `json:"fqdn,omitempty"`        // option 81
	Vendor      string       `json:"vendor,omitempty"`      // option 60
	LeaseSec    uint32       `json:"lease_sec,omitempty"`   // option 51
	XID         uint32       `json:"xid,omitempty"`
	Routers     []netip.Addr `json:"routers,omitempty"`    // option 3
	ClientID    string       `json:"client_id,omitempty"`  // option 61, hex; of DHCPv6 the DUID
	Params      string       `json:"params,omitempty"`     // option 55 in the order sent: "1,3,6,15"; tells systems apart
	CircuitID   string       `json:"circuit_id,omitempty"` // option 82.1: the relay's port; hex where not printable
	RemoteID    string       `json:"remote_id,omitempty"`  // option 82.2
}

// Class is 4004.
func (*DHCPActivity) Class() Class { return ClassDHCPActivity }

// SMBActivity is one finished SMB2 command or DCE/RPC call (OCSF 4006). Src is the client.
// DCE/RPC over TCP has no SMB fields, only RPC.
type SMBActivity struct {
	Header
	Conn
	Command   string  `json:"command,omitempty"` // negotiate session_setup logoff tree_connect create read write close rename delete query_directory; SMB 1 also trans2_session_setup
	Dialect   string  `json:"dialect,omitempty"` // "2.0.2" … "3.1.1", "1.0"
	User      string  `json:"user,omitempty"`    // DOMAIN\user of the session where known
	Share     string  `json:"share,omitempty"`   // \\server\share as sent
	Path      string  `json:"path,omitempty"`    // file or pipe name within the share
	Target    string  `json:"target,omitempty"`  // new name of a rename
	Pipe      bool    `json:"pipe,omitempty"`    // Path is a named pipe
	Bytes     uint64  `json:"bytes,omitempty"`   // data of this read or write; on close: written in total
	Status    uint32  `json:"status,omitempty"`  // NTSTATUS of the answer, 0 = success
	Answered  bool    `json:"answered,omitempty"`
	Encrypted bool    `json:"encrypted,omitempty"` // SMB3 TRANSFORM: content not seen
	File      *File   `json:"file,omitempty"`      // with write (first block) and close
	RPC       *DCERPC `json:"dcerpc,omitempty"`
	// With write (its first) and close: how many blocks of what was written were looked at, at most 16 a file, and how many of
	// these have 7.2 bits a byte or more, as what is encrypted or packed has.
	Blocks uint8 `json:"blocks,omitempty"`
	Dense  uint8 `json:"dense,omitempty"`
	// Odd names what breaks the rules of SMB 1: transaction_confusion (a secondary of another kind than its primary),
	// orphan_secondary, mid_changed (the server answers with another multiplex id), mid_is_fid. Of SMB 3:
	// compression_overflow (sizes of a compressed message that no message has).
	Odd string `json:"odd,omitempty"`
	// ClientGUID is by what a client of SMB 2 tells itself from others, 16 bytes (MS-SMB2 §2.2.3); with negotiate, for judgement only.
	ClientGUID string `json:"-"`
}

// Class is 4006.
func (*SMBActivity) Class() Class { return ClassSMBActivity }

// DCERPC is one connection-oriented PDU pair (C706 chapter 12, MS-RPCE).
type DCERPC struct {
	Kind      string            `json:"kind"`                // bind, call (request with its response), fault
	UUID      string            `json:"uuid,omitempty"`      // interface
	Interface string            `json:"interface,omitempty"` // svcctl drsuapi … as Zeek names endpoints
	Opnum     uint16            `json:"opnum"`
	Operation string            `json:"operation,omitempty"` // CreateServiceW …; "" unknown
	Guessed   bool              `json:"guessed,omitempty"`   // the bind was not seen; interface inferred
	Private   bool              `json:"private,omitempty"`   // RPC_C_AUTHN_LEVEL_PKT_PRIVACY: stub is encrypted
	AuthLevel uint8             `json:"auth_level,omitempty"`
	AuthType  uint8             `json:"auth_type,omitempty"` // 9 SPNEGO, 10 NTLM, 16 Kerberos, 68 Netlogon
	StubIn    int               `json:"stub_in,omitempty"`   // request stub bytes
	StubOut   int               `json:"stub_out,omitempty"`  // response stub bytes
	Result    uint32            `json:"result,omitempty"`    // return value or fault status where readable
	Answered  bool              `json:"answered,omitempty"`
	Call      uint32            `json:"-"`              // call_id
	Context   uint32            `json:"-"`              // auth_context_id (C706 §13.2.6.1); 0 without a trailer
	Version   string            `json:"-"`              // of the interface: 1.0
	Args      map[string]string `json:"args,omitempty"` // readable arguments: service, binpath, task, command …
}

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
