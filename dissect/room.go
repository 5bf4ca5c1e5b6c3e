// Package dissect turns packets into events: flows, TCP reassembly and one folder per application protocol.
package dissect

import (
	"errors"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Dir is the direction of bytes within a conversation.
type Dir uint8

// Directions.
const (
	Orig Dir = 0 // client → server (event.Conn Src → Dst)
	Resp Dir = 1 // server → client
)

// Match is a protocol's opinion on the first bytes of a flow.
type Match uint8

// Opinions. A flow is offered to the protocols of its port first, then to all others.
const (
	No    Match = iota // certainly another protocol
	Maybe              // more bytes are needed (at most 64 are waited for)
	Yes                // certainly this protocol
)

// Protocol describes one application protocol; each folder under dissect exports one.
type Protocol struct {
	Name     string   // Zeek's service name: dns http tls smb dcerpc krb5 dhcp nbns llmnr mdns
	Spec     string   // the documents obeyed: "RFC 1035, RFC 6891"
	TCP      []uint16 // usual server ports over TCP; empty when it does not run there
	UDP      []uint16 // usual server ports over UDP
	Anywhere bool     // may be recognised by content on any port

	// Probe judges the first bytes of one direction of a flow. It must not
	// keep b and must be cheap; port is the server's port.
	Probe func(dir Dir, b []byte, udp bool, port uint16) Match

	// Stream makes the parser of one TCP flow; nil when TCP is not spoken.
	Stream func(f *Flow) Stream
	// Datagrams makes the parser of one UDP flow; nil when UDP is not spoken.
	Datagrams func(f *Flow) Datagrams
}

// Flow is what a parser may know of its flow and where it puts its events.
type Flow struct {
	Conn      event.Conn        // Src is the client
	Midstream bool              // the beginning was not seen
	Emit      func(event.Event) // events are immutable once emitted
	Now       time.Time         // capture time of the packet being handled
	// SetApp names the flow's protocol when the parser knows better than its name (e.g. "dcerpc"); may be nil.
	SetApp func(string)
}

// Head is a header for an event that happens now.
func (f *Flow) Head() event.Header { return event.Header{Time: f.Now} }

// Stream parses one TCP flow, both directions.
//
// Data is given the bytes of one direction in order: what it left over before,
// followed by what is new. It returns how many bytes it consumed; the rest is
// kept for the next call up to MaxPending bytes, beyond which the flow is
// given up as not parsed and counted. b is only valid during the call.
// Returning ErrNotMine or another error ends the parser for this flow (counted).
// A panic ends it too, and loses nothing else.
type Stream interface {
	Data(dir Dir, b []byte) (n int, err error)
	// Gap says that n bytes of dir were lost after the bytes seen so far; what
	// was pending in dir has been dropped. The parser resynchronises or gives an error.
	Gap(dir Dir, n int) error
	// Close ends the flow (FIN, RST, idle or end of capture): emit what is still open.
	Close()
}

// Datagrams parses one UDP flow, both directions. b is only valid during the call.
type Datagrams interface {
	Datagram(dir Dir, b []byte) error
	Close()
}

// MaxPending bounds the unconsumed bytes of one direction of one flow.
const MaxPending = 256 << 10

// ErrNotMine says that the bytes are not of this protocol.
var ErrNotMine = errors.New("not this protocol")
