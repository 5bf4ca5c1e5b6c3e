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
	TTLOrig   [2]uint8          `json:"-"`                    // least and most time to live, or hop limit, of packets from Src
	TTLResp   [2]uint8          `json:"-"`                    // likewise of those from Dst
	State     string            `json:"conn_state,omitempty"` // Zeek conn_state: S0 S1 SF REJ RSTO RSTR OTH …
	Midstream bool              `json:"midstream,omitempty"`  // the beginning was not seen; direction is guessed by port
	Gaps      uint64            `json:"gaps,omitempty"`       // bytes lost to reassembly
	Gapped    [2]bool           `json:"-"`                    // they were sent by Src, by Dst
	Interim   bool              `json:"interim,omitempty"`    // Traffic only: a long flow is reported in between, its handshake is no news
	Shutdown  bool              `json:"shutdown,omitempty"`   // an ended flow was still open when the capture ended
	Alerted   bool              `json:"alerted,omitempty"`    // an ended flow on which a rule alerted
	Txs       uint32            `json:"-"`                    // of an ended flow: transactions that its parsers have seen
	ARP       *ARP              `json:"arp,omitempty"`
	TLS       *TLS              `json:"tls,omitempty"`
	Failure   uint16            `json:"icmp_error,omitempty"` // type<<8 | code of the last ICMP error about it, above all of one that it is unreachable: why it did not get through
	Answer    uint16            `json:"-"`                    // of ICMP with packets from Dst: type<<8 | code of the first
	Opening   *Opening          `json:"-"`                    // TCP whose protocol is not known; for judgement only
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
