package event

import "time"

// OtherAlert is an alert or log line of another product, as received. Src and Dst are what the product itself calls
// source and destination; which of them is the infected machine, judgement says.
type OtherAlert struct {
	Header           // Time = when it was received; in replay as the line says
	Conn             //
	Source   string  `json:"source,omitempty"`   // the sender's name in the configuration; "" in replay
	Format   string  `json:"format"`             // cef leef tmef keyvalue columns
	Reporter string  `json:"reporter,omitempty"` // host name in the syslog header
	Vendor   string  `json:"vendor,omitempty"`
	Product  string  `json:"product,omitempty"`
	Release  string  `json:"release,omitempty"` // the product's version
	ID       string  `json:"id,omitempty"`      // the product's number of the event or signature
	Name     string  `json:"name,omitempty"`    // its words for it
	Rated    string  `json:"rated,omitempty"`   // its severity, as written
	Grade    float64 `json:"grade"`             // that severity on 0 (least)–10, -1 where it says none
	Action   string  `json:"action,omitempty"`  // what it says it did: blocked, allowed …
	SrcHost  string  `json:"src_host,omitempty"`
	DstHost  string  `json:"dst_host,omitempty"`
	User     string  `json:"user,omitempty"`
	// Interested is the machine that the product itself holds for the infected one, Peer its other side; zero where it does not say.
	Interested     Endpoint  `json:"interested,omitzero"`
	InterestedHost string    `json:"interested_host,omitempty"`
	Peer           Endpoint  `json:"peer,omitzero"`
	Reported       time.Time `json:"reported,omitzero"` // by the sender's clock; zero where it does not say
	Fields         []Attr    `json:"fields,omitempty"`  // as written, at most MaxFields
}

// MaxFields and MaxFieldValue (bytes) bound what an OtherAlert carries.
const (
	MaxFields     = 96
	MaxFieldValue = 1024
)

// Class is 2004.
func (*OtherAlert) Class() Class { return ClassDetectionFinding }

// Field is the value of a field as written, "" where there is none.
func (a *OtherAlert) Field(name string) string {
	for _, f := range a.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// AlertSource is how one product that sends alerts stands.
type AlertSource struct {
	Name        string    `json:"name"`
	Title       string    `json:"title,omitempty"`
	Messages    uint64    `json:"messages"`
	Malformed   uint64    `json:"malformed"`       // could not be read; kept in a file
	Nameless    uint64    `json:"without_machine"` // alerts that name no machine
	Last        time.Time `json:"last,omitzero"`
	SkewSeconds float64   `json:"clock_skew_seconds"` // how far its clock is ahead of ours
	Skewed      bool      `json:"skewed"`             // further than is accepted
}

// AlertIntake is how taking alerts from others stands.
type AlertIntake struct {
	Received    uint64        `json:"received"`
	Malformed   uint64        `json:"malformed"`
	Refused     uint64        `json:"refused"` // from senders that are not registered
	RefusedFrom []string      `json:"refused_from,omitempty"`
	Lost        uint64        `json:"lost"`
	Sources     []AlertSource `json:"sources"`
}
