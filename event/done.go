package event

import (
	"net/netip"
	"slices"
	"time"
)

// OrderState is a step of an isolation's life.
type OrderState string

// States of an order. Terminal: Observed, Denied, Released, Expired, Failed.
const (
	OrderProposed         OrderState = "proposed"
	OrderRehearsed        OrderState = "rehearsed" // the enforcers were asked what they would send; nothing was sent
	OrderObserved         OrderState = "observed"  // rehearsal: recorded, nothing done
	OrderAwaitingApproval OrderState = "awaiting_approval"
	OrderApproved         OrderState = "approved"
	OrderDenied           OrderState = "denied" // by a person or a guard
	OrderApplying         OrderState = "applying"
	OrderApplied          OrderState = "applied"
	OrderVerifying        OrderState = "verifying"
	OrderVerified         OrderState = "verified"    // silence was observed
	OrderIneffective      OrderState = "ineffective" // the machine still talks
	OrderPartial          OrderState = "partial"     // some of it still passes
	OrderReleasing        OrderState = "releasing"
	OrderReleased         OrderState = "released"
	OrderExpired          OrderState = "expired"
	OrderFailed           OrderState = "failed"
)

var standing = [...]OrderState{OrderApplying, OrderApplied, OrderVerifying, OrderVerified, OrderIneffective, OrderPartial}

// StandingStates are those in which an order is meant to be in force at the enforcers, and more.
func StandingStates(more ...OrderState) []OrderState { return slices.Concat(standing[:], more) }

// OpenStates are those in which an order is, or may yet become, an isolation.
func OpenStates() []OrderState {
	return StandingStates(OrderProposed, OrderRehearsed, OrderAwaitingApproval, OrderApproved, OrderReleasing)
}

// Standing reports whether the order is meant to be in force at the enforcers.
func (s OrderState) Standing() bool { return slices.Contains(standing[:], s) }

// Terminal reports whether nothing more will happen to the order.
func (s OrderState) Terminal() bool {
	switch s {
	case OrderObserved, OrderDenied, OrderReleased, OrderExpired, OrderFailed:
		return true
	}
	return false
}

// Mode says who decides.
type Mode string

// Modes of the policy.
const (
	ModeObserve Mode = "observe" // record what would be done
	ModeApprove Mode = "approve" // a person decides
	ModeAuto    Mode = "auto"    // Yagura decides
)

// Transition is one change of an order's state.
type Transition struct {
	Time time.Time  `json:"time"`
	From OrderState `json:"from,omitempty"`
	To   OrderState `json:"to"`
	Who  string     `json:"who"` // user name, or "policy", "expiry", "verify", "guard", "reconcile"
	Why  Text       `json:"why"`
}

// Approval is one person's yes to an order that needs two.
type Approval struct {
	Who  string    `json:"who"`
	Time time.Time `json:"time"`
	Why  string    `json:"why,omitempty"`
}

// Order isolates one machine, or a whole segment, until it is released or expires (OCSF 7004 Network Remediation: Isolate).
type Order struct {
	Header
	Incident     string         `json:"incident,omitempty"` // UID
	Target       Device         `json:"target"`             // as known when decided
	IPs          []netip.Addr   `json:"ips,omitempty"`      // what is cut, IPv4 and IPv6
	MAC          MAC            `json:"mac,omitzero"`
	Destinations []string       `json:"destinations,omitempty"` // names and addresses of the attacker's servers, cut too where an enforcer can; at most 64
	Segment      string         `json:"segment,omitempty"`      // what is cut as a whole: "zone lgwan"; "" = one machine
	Nets         []netip.Prefix `json:"nets,omitempty"`         // its ranges, without what may never be cut
	Mode         Mode           `json:"mode"`
	State        OrderState     `json:"state"`
	Reason       Text           `json:"reason"`
	Requested    string         `json:"requested_by"` // "policy" or a user name
	Approved     string         `json:"approved_by,omitempty"`
	TwoPeople    bool           `json:"two_people,omitempty"` // two people must want it: a segment, a server
	Approvals    []Approval     `json:"approvals,omitempty"`  // of an order that needs two people; the wish itself is the first
	Enforcers    []string       `json:"enforcers,omitempty"`
	Expires      time.Time      `json:"expires,omitzero"`
	AppliedAt    time.Time      `json:"applied_at,omitzero"`
	VerifiedAt   time.Time      `json:"verified_at,omitzero"`
	ReleasedAt   time.Time      `json:"released_at,omitzero"`
	SilenceMS    int64          `json:"silence_ms,omitempty"` // order applied → last packet that still passed
	StillSeen    []string       `json:"still_seen,omitempty"` // what still passes, when partial or ineffective
	History      []Transition   `json:"history,omitempty"`
	Receipts     []Receipt      `json:"receipts,omitempty"`
}

// Class is 7004.
func (*Order) Class() Class { return ClassNetworkRemediation }

// Receipt is what one enforcer did for an order, command by command.
type Receipt struct {
	Time     time.Time `json:"time"`
	Order    string    `json:"order"`
	Enforcer string    `json:"enforcer"`
	Op       string    `json:"op"` // plan apply undo readback reconcile verify
	OK       bool      `json:"ok"`
	Detail   string    `json:"detail,omitempty"`
	Commands []string  `json:"commands,omitempty"` // sent, in the device's words
	Answers  []string  `json:"answers,omitempty"`  // what was asked beside and what the device said, secrets masked
	Took     int64     `json:"took_us,omitempty"`  // microseconds
}
