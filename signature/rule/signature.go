// Package rule is a compiled rule: what it asks of packets, flows, transactions and files, and what it does when all of it holds.
package rule

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/transform"
)

// Action is the first word of a rule.
type Action uint8

// Actions. Without a door in the line, Drop and Reject are verdicts that are told, not done.
const (
	Alert Action = iota
	Pass
	Drop
	Reject
	Config
)

// Signature is one compiled rule. It is immutable and may be used by many goroutines.
type Signature struct {
	File string // as given to Load
	Line int    // first line of the rule, from 1

	Action     Action
	GID        uint32 // 1 unless said
	SID, Rev   uint32
	Msg        string
	Class      *Class   // nil without classtype
	Priority   uint8    // 1 gravest; 3 unless classtype or priority say otherwise
	References []string // URLs
	Metadata   Pairs
	Target     Target
	NoAlert    bool
	Tell       bool // a pass rule alerts all the same

	Head Header
	Flow FlowState

	Tests   []Test      // of the packet and its flow, all must hold
	Payload Payload     // contents without a buffer
	Buffers []Condition // of transactions, in the order of the rule; all must hold within one transaction

	FlowBits []BitOp    // by name in the flow
	Rates    []Rate     // threshold and detection_filter
	Silences []*Silence // suppress, from a file of thresholds
	Turns    []Turn     // rate_filter, likewise

	*Seldom // never nil in what was compiled

	IPCompatible bool // its keywords may stand in a rule that is looked at once per flow and direction, if it asks for addresses only
	ProtocolOnly bool // it waits for the application protocol to become known (app-layer-protocol), and asks nothing of payload or buffers

	Bypass bool // nothing more of the flow is looked at once it matches

	Fast      Fast
	Direction [2]bool // packets it may fire on, by direction: from flow and the buffers
}

// Seldom is what few rules have; those that have none of it share one.
type Seldom struct {
	Events []EventTest // decode-event, stream-event, app-layer-event: all must hold
	Files  []FileTest  // all must hold for one file of the transaction
	Magic  bool        // one of them asks for File.Magic
	Store  *Store      // filestore; nil without

	XBits    []BitOp // by address or pair of addresses: xbits, hostbits
	FlowInts []IntOp // counters in the flow
	Vars     []VarOp // texts that patterns caught
	Paces    []Elephant
	Tags     []Tag // tag
	Hush     Hush  // config
}

// Hush is what a rule keeps out of EVE.
type Hush uint8

// What it may keep out: the transaction that matched, this and all that follow in its flow, the record of the flow.
const (
	HushTx Hush = 1 << iota
	HushTxs
	HushFlow
)

// Empty reports whether a rule has none of it.
func (s *Seldom) Empty() bool {
	return len(s.Events)+len(s.Files)+len(s.XBits)+len(s.FlowInts)+len(s.Vars)+len(s.Paces)+len(s.Tags) == 0 && s.Store == nil && s.Hush == 0
}

// Class is a row of the classification table.
type Class struct {
	Name, Text string // "trojan-activity", "A Network Trojan was detected"
	Priority   uint8
}

// Target says which side of the packet was attacked.
type Target uint8

// Targets.
const (
	TargetUnknown Target = iota
	TargetSource
	TargetDestination
)

// Carrier says which packets a rule is about.
type Carrier uint8

// Carriers.
const (
	AnyIP     Carrier = iota // ip, and application protocols
	IPv4Only                 // ipv4, ip4
	IPv6Only                 // ipv6, ip6
	TCP                      // packets and stream
	TCPPacket                // tcp-pkt: each packet alone
	TCPStream                // tcp-stream: reassembled bytes only
	UDP
	ICMP // both versions
	ICMPv4
	ICMPv6
	SCTP
	IGMP
	GRE
	ESP
	AH
	ARP
	Ether    // any frame
	AnyFrame // pkthdr: any packet, even one that cannot be decoded
)

// Header is what stands before the bracket.
type Header struct {
	Carrier          Carrier
	App              string     // application protocol as written: "http"; "" none
	Apps             []string   // names that the flow's (or transaction's) protocol may have; nil: any
	Src, Dst         *Addresses // nil: any
	SrcPort, DstPort *Ports     // nil: any
	Both             bool       // <>: either way round
	OneFlow          bool       // =>: transaction rule, both directions of it
}

// FlowState is the keyword flow.
type FlowState struct {
	ToServer, ToClient          bool // both false: either
	Established, NotEstablished bool
	Stateless                   bool
	OnlyStream, NoStream        bool
	OnlyFrag, NoFrag            bool
}

// Test asks something of a packet and its flow; f may be nil, p has been decoded as far as its Kind says.
type Test func(s *content.State, p *wire.Packet, f *wire.Flow, d wire.Dir) bool

// EventKind says where an event comes from.
type EventKind uint8

// Kinds of events.
const (
	DecodeEvent EventKind = iota // wire.Packet.Events
	StreamEvent                  // wire.Packet.Events, Name begins with "stream."
	AppEvent                     // field wire.AppEvent of a transaction
)

// EventTest asks for an anomaly by name.
type EventTest struct {
	Kind EventKind
	Name string // as in wire: "ipv4.trunc_pkt", "stream.est_packet_out_of_window", "http.missing_host_header"; "http" alone: any of http
}

// Payload is what a rule asks of the bytes of a packet or stream.
type Payload struct {
	Chain      *content.Chain // nil: nothing
	PacketOnly bool           // look at packets one by one only
	StreamOnly bool           // look at reassembled bytes only
}

// Condition is what a rule asks of one buffer of a transaction. Of the buffer's instances (fields) one must hold.
type Condition struct {
	Buffer     wire.Buffer
	Name       string                   // as the rule wrote it
	Dirs       [2]bool                  // of fields looked at; at least one is true
	Transforms []transform.Transform    // applied in order before Chain
	Chain      *content.Chain           // nil: see Value
	Value      func(f *wire.Field) bool // of numbers and other special fields; nil: none
	Clock      func(at, now int64) bool // of dates against the time of the packet, both in Unix seconds; nil: none
	Absent     bool                     // holds when the buffer is not there (once the direction is done)
	OrElse     bool                     // with Absent: or when the chain matches
	Index      Index
}

// Index chooses among the instances of a buffer.
type Index struct {
	Kind      IndexKind
	N         int                 // of At: from 0, negative from the end
	OrOutside bool                // of At: holds, too, where there are not so many
	Count     func(n uint64) bool // of Count: of how many instances hold
	Part      *[2]int             // nil: all instances; else from one up to before another, negative from the end
}

// Within gives the instances of n that the index looks at: from one up to before another, none where a border is outside.
func (x *Index) Within(n int) (from, to int) {
	if x.Part == nil {
		return 0, n
	}
	from, to = x.Part[0], x.Part[1]
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	if from < 0 || to > n || from >= to {
		return 0, 0
	}
	return from, to
}

// Of holds the index against n values that are all there; holds says it of the one at i.
func (x *Index) Of(n int, holds func(i int) bool) bool {
	from, to := x.Within(n)
	all, yes := to-from, 0
	if x.Kind == At {
		i := x.N
		if i < 0 {
			i += all
		}
		if i < 0 || i >= all {
			return x.OrOutside
		}
		return holds(from + i)
	}
	for i := from; i < to; i++ {
		if holds(i) {
			yes++
		}
	}
	return x.OfCounted(all, yes)
}

// OfCounted holds an index other than At against so many values, of which yes hold.
func (x *Index) OfCounted(all, yes int) bool {
	switch x.Kind {
	case All:
		return all > 0 && yes == all
	case AllOrNone:
		return yes == all
	case AnyOrNone:
		return all == 0 || yes > 0
	case Count:
		return x.Count(uint64(yes))
	}
	return yes > 0
}

// IndexKind says which instances must hold.
type IndexKind uint8

// Kinds of indexes. Where Any, At do not decide before, they are known when the direction is done.
const (
	Any       IndexKind = iota // one of them
	AnyOrNone                  // one of them, or there is none
	All                        // all, and there is one
	AllOrNone                  // all, or there is none
	At                         // that one
	Count                      // the number of those that hold
)

// Answer of a test whose facts come late.
type Answer uint8

// Answers.
const (
	No Answer = iota
	Yes
	Later // not known yet; No when the file is closed
)

// FileTest asks something of a file.
type FileTest func(f *wire.File) Answer

// Store says that a file is to be kept.
type Store struct {
	Direction string // "request", "to_server", "response", "to_client", "both" or ""
	Scope     string // "file", "tx", "ssn", "flow" or ""
}
