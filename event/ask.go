package event

import (
	"errors"
	"net/netip"
	"time"
)

// ErrNotFound is what a room answers when the thing asked for does not exist.
var ErrNotFound = errors.New("not found")

// IncidentFilter asks for incidents; zero fields do not restrict. Newest first.
type IncidentFilter struct {
	States      []IncidentState
	Device      string // device UID
	MinSeverity int    // host severity 1–10
	Number      string // of the case
	Whole       bool   // leave out cases that are part of another
	Since       time.Time
	Until       time.Time // exclusive
	Limit       int       // 0 = 100, at most 10,000
	Offset      int
}

// FindingFilter asks for findings; zero fields do not restrict. Newest first.
type FindingFilter struct {
	Device   string
	Detector string // Advisory.ID
	Since    time.Time
	Until    time.Time
	Limit    int
	Offset   int
}

// OrderFilter asks for orders; zero fields do not restrict. Newest first.
type OrderFilter struct {
	States   []OrderState
	Device   string
	Incident string
	Since    time.Time
	Until    time.Time
	Limit    int
	Offset   int
}

// DeviceFilter asks for machines; Text matches name, user, address, MAC, department or place. Latest seen first.
type DeviceFilter struct {
	Text   string
	Zone   string
	IP     netip.Addr
	Limit  int
	Offset int
}

// Table is the answer of a hunt: named columns, rows of string, int64, float64, bool, time.Time or nil.
type Table struct {
	Columns   []string `json:"columns"`
	Rows      [][]any  `json:"rows"`
	Truncated bool     `json:"truncated,omitempty"` // a limit cut the answer
}

// Audit is one line of the hash-chained ledger: who did what to what, and how it ended.
type Audit struct {
	Seq    int64     `json:"seq"`
	Time   time.Time `json:"time"`
	Tenant string    `json:"tenant,omitempty"`
	Who    string    `json:"who"`
	Action string    `json:"action"` // login isolate release approve deny freeze apply undo config …
	Object string    `json:"object,omitempty"`
	Detail string    `json:"detail,omitempty"`
	Prev   string    `json:"prev"` // hex SHA-256 of the line before
	Hash   string    `json:"hash"` // hex SHA-256 over Prev and this line
}

// SensorStats is the health of the sensor at one moment: everything that moves has a counter.
type SensorStats struct {
	Time         time.Time         `json:"time"`
	Source       string            `json:"source"` // interface or file
	Packets      uint64            `json:"packets"`
	Bytes        uint64            `json:"bytes"`
	PayloadBytes uint64            `json:"payload_bytes"` // above TCP and UDP, in order, retransmissions excluded
	KernelDrops  uint64            `json:"kernel_drops"`
	DecodeErrors uint64            `json:"decode_errors"`
	Flows        uint64            `json:"flows"`            // seen in total
	FlowsOpen    uint64            `json:"flows_open"`       // in the table now
	Evicted      uint64            `json:"evicted"`          // flows and buffers given up for memory
	GapBytes     uint64            `json:"gap_bytes"`        // lost to reassembly
	OpaqueBytes  uint64            `json:"opaque_bytes"`     // encrypted: TLS, SMB3
	Unparsed     uint64            `json:"unparsed"`         // flows whose parser gave up or panicked
	Sent         uint64            `json:"sent"`             // frames sent on the mirror: always 0
	ByApp        map[string]uint64 `json:"by_app,omitempty"` // flows by application protocol
	ByAppUDP     map[string]uint64 `json:"-"`                // those of them over UDP
	Blind        Blind             `json:"blind,omitzero"`   // what was not looked into, and why
	Heard        time.Time         `json:"heard,omitzero"`   // live: when packets last came, to a second; zero: none yet, or a file
	Gone         []string          `json:"gone,omitempty"`   // live: interfaces that are down or not there
}

// Sighting is one packet of a watched machine, for verification by observed traffic.
type Sighting struct {
	Time     time.Time
	Src, Dst Endpoint
	Proto    Proto
	Outgoing bool   // the capturing host itself sent it on (AF_PACKET PACKET_OUTGOING): it has passed
	Flags    uint8  // TCP
	Seq, Ack uint32 // TCP
	Payload  int    // bytes above TCP/UDP/ICMP header
}
