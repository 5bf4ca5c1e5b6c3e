package event

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
	// What only readers of EVE want, and has none of it where nobody reads it:
	Number      uint32        `json:"-"` // of the message within its flow, from 0
	More        []DNSQuestion `json:"-"` // questions behind the first one, at most 15
	Authorities []DNSAnswer   `json:"-"` // at most 64
	Additionals []DNSAnswer   `json:"-"` // at most 64, without OPT
	Sent        *DNSActivity  `json:"-"` // the same with names and texts as they were sent; nil: they read alike

	Op string `json:"op,omitempty"` // "" query; registration, refresh, release (NBNS), probe (mDNS): the sender claims Answers for itself
}

// Class is 4003.
func (*DNSActivity) Class() Class { return ClassDNSActivity }

// DNSQuestion is one name that was asked for.
type DNSQuestion struct{ Name, Type string }

// DNSAnswer is one record of a section. Its data is the address, name or text; "10 mail.example.jp" of MX, "0 100 389 dc.example.jp" of SRV, of SOA the
// two names and the five numbers in their order (RFC 1035 §3.3.13).
type DNSAnswer struct {
	Name string `json:"name"`
	Type string `json:"type"`
	TTL  uint32 `json:"ttl"`
	Data string `json:"data"` // address, name or text; other types as hex, at most 512 bytes
}
