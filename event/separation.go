package event

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"time"
)

// SeparationDay is what was seen between the zones on one day of Japan's calendar: the evidence of a certificate.
type SeparationDay struct {
	Day      string       `json:"day"`      // 2026-11-21
	Zones    []string     `json:"zones"`    // those that must be separate
	List     string       `json:"list"`     // SHA-256 (hex) over the permitted communications in force
	Minutes  int          `json:"minutes"`  // of the day in which the sensor was watching, 0–1440
	Checked  uint64       `json:"checked"`  // conversations between zones that were held against the list
	Bytes    uint64       `json:"bytes"`    // IP bytes of those that ended
	Breaches uint64       `json:"breaches"` // conversations that nothing permits
	Pairs    []ZonePair   `json:"pairs,omitempty"`
	Details  []ZoneBreach `json:"details,omitempty"` // different breaches, the first 200
	Entries  []PermitUse  `json:"entries,omitempty"`
	Bridges  int          `json:"bridges"`            // machines that were in two zones
	Rogues   int          `json:"rogues"`             // machines that are not admitted
	Until    time.Time    `json:"until"`              // last moment counted
	Previous string       `json:"previous,omitempty"` // digest of the day before, where it was sealed: the days are a chain of their own
	Digest   string       `json:"digest,omitempty"`   // of a day that is over: SHA-256 (hex) over this record without the last three fields
	Line     int64        `json:"line,omitempty"`     // of the ledger in which the digest stands
	Chain    string       `json:"chain,omitempty"`    // hash of that line, which covers every line before it
}

// Sum is what Digest must be.
func (d SeparationDay) Sum() string {
	d.Digest, d.Line, d.Chain = "", 0, ""
	b, err := json.Marshal(d)
	if err != nil {
		return "" // numbers, strings and times always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SettingSeparation is the key under which the record of a day is kept, with the day behind it.
const SettingSeparation = "separation.day."

// ZonePair counts conversations from one zone to another; "" is what no zone covers.
type ZonePair struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Checked  uint64 `json:"checked"`
	Breaches uint64 `json:"breaches"`
	Bytes    uint64 `json:"bytes"`
}

// ZoneBreach is one kind of conversation that nothing permits.
type ZoneBreach struct {
	First time.Time  `json:"first"`
	From  string     `json:"from"`
	To    string     `json:"to"`
	Src   netip.Addr `json:"src"`
	Dst   netip.Addr `json:"dst"`
	Proto string     `json:"proto"`
	Port  uint16     `json:"port"`
	Count uint64     `json:"count"`
}

// PermitUse is one entry of the list of permitted communications (特定通信) and how it was used.
type PermitUse struct {
	Name    string    `json:"name"`
	Owner   string    `json:"owner"`
	Reason  string    `json:"reason"`
	Expires time.Time `json:"expires,omitzero"`
	Uses    uint64    `json:"uses"`           // on that day
	Bytes   uint64    `json:"bytes"`          // on that day
	Total   uint64    `json:"total"`          // since it is on the list
	First   time.Time `json:"first,omitzero"` // ever
	Last    time.Time `json:"last,omitzero"`  // ever
	Expired bool      `json:"expired,omitempty"`
}

// Talk is what one machine said to a service of another zone: raw material for a list of permitted communications.
type Talk struct {
	From  string     `json:"from"` // zones
	To    string     `json:"to"`
	Src   netip.Addr `json:"src"`
	Dst   netip.Addr `json:"dst"`
	MAC   MAC        `json:"mac,omitzero"` // of the source, where it stands on the sensor's segment
	Proto string     `json:"proto"`
	Port  uint16     `json:"port,omitempty"`
	Count uint64     `json:"count"`
	Bytes uint64     `json:"bytes"`
	Days  int        `json:"days"` // different days
	First time.Time  `json:"first"`
	Last  time.Time  `json:"last"`
}
