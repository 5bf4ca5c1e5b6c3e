// Package dissect turns packets into events: flows, TCP reassembly and one folder per application protocol.
package dissect

import (
	"errors"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Dir is the direction of bytes within a conversation.
type Dir = wire.Dir

// Directions.
const (
	Orig = wire.Orig // client → server (event.Conn Src → Dst)
	Resp = wire.Resp // server → client
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
	// keep b and must be cheap; port is the server's port. A flow on one of the
	// usual ports is taken when Probe says Yes; nil takes every flow on them.
	Probe func(dir Dir, b []byte, udp bool, port uint16) Match

	// Sender says which side sends first bytes that Probe knows, and whether that is sure, for flows whose beginning was not seen: from and to are
	// the ports. nil where only ports and Probe tell.
	Sender func(b []byte, from, to uint16) (d Dir, sure bool)

	// Stream makes the parser of one TCP flow; nil when TCP is not spoken.
	Stream func(f *Flow) Stream
	// Datagrams makes the parser of one UDP flow; nil when UDP is not spoken.
	Datagrams func(f *Flow) Datagrams
	// Forgetful says that this parser keeps nothing from one message to the next, nor in its flow, so that it need not live as long.
	Forgetful bool
}

// Flow is what a parser may know of its flow and where it puts its events.
//
// The side that opened the flow is the client (Conn.Src, Orig). Where the opening
// was not seen, and for UDP, the side whose port is one of a protocol's usual ports
// is the server, unless that would make a group address the client.
type Flow struct {
	Conn      event.Conn        // Src is the client
	Midstream bool              // the beginning was not seen
	Emit      func(event.Event) // events are immutable once emitted
	Now       time.Time         // capture time of the packet being handled, UTC

	app      string
	carried  string // by Carry
	next     string // Protocol.Name of the one to hand over to; "" to find out
	tls      *event.TLS
	opaque   uint64
	held     int // bytes of files that wait for a hole to be filled
	evicted  uint64
	unended  [2]bool // see Ended
	promises *promises
	catchUp  func() // waits until other workers are as far as this packet; nil: there are none
	files    *files
	expected *expected
	about    any // see Expected

	detail    bool           // somebody reads records
	inspector wire.Inspector // nil: nobody looks
	shelf     *shelf         // of the analyzer; nil: memory is not used again
	lender    *lender        // the same
	seen      *wire.Flow     // the flow as it sees it
	protocol  string         // Protocol.Name of the parser
	txs       uint64         // transactions opened
	frames    [2]uint32      // number of the last frame
	given     []byte         // what the parser reads at the moment
	since     int64          // where that begins in the stream
	lastFile  uint64         // files opened
}

// Head is a header for an event that happens now, about the transaction that was opened last; the analyzer adds the sensor.
func (f *Flow) Head() event.Header { return event.Header{Time: f.Now, Tx: uint32(f.txs)} }

// HeadOf is Head of an event about t, which may be another transaction than the last one; t may be nil.
func (f *Flow) HeadOf(t *wire.Tx) event.Header {
	h := f.Head()
	if t != nil {
		h.Tx = uint32(t.ID + 1)
	}
	return h
}

// SetApp names the flow's protocol where the parser knows better than its Protocol.Name.
func (f *Flow) SetApp(name string) { f.app = name }

// Carry names the flow for good, whoever reads on behind ErrNext: TLS within RDP is still RDP.
func (f *Flow) Carry(name string) { f.carried = name }

// Detailed reports whether somebody reads event.Record of single messages.
func (f *Flow) Detailed() bool { return f.detail }

// Record emits one message of the flow, or a question with its answer, in all its parts; d sent it (a question with its answer: Orig).
func (f *Flow) Record(protocol string, d Dir, body tree.Node) {
	f.Emit(&event.Record{Header: f.Head(), Conn: f.Conn, Protocol: protocol, Body: body, Back: d == Resp})
}

// App is the name last set by SetApp.
func (f *Flow) App() string { return f.app }

// Next names the Protocol that ErrNext hands the flow to, where the parser knows it.
func (f *Flow) Next(name string) { f.next = name }

// Hand gives that protocol's parser something to begin with, which it finds by Expected.
func (f *Flow) Hand(about any) { f.about = about }

// SetTLS tells what a handshake showed; the flow's next NetworkActivity carries it. t must not change afterwards.
func (f *Flow) SetTLS(t *event.TLS) { f.tls = t }

// TLS is what was last set by SetTLS.
func (f *Flow) TLS() *event.TLS { return f.tls }

// AddOpaque counts n bytes that are encrypted and were not looked into.
func (f *Flow) AddOpaque(n int) { f.opaque += uint64(n) }

// AddEvicted counts n things (open calls, file handles) that a parser gave up for memory.
func (f *Flow) AddEvicted(n int) { f.evicted += uint64(n) }

// Ended reports, within Close, whether all that was sent in direction d has come, to the sender's end of the stream: the receiver did not break
// it off, and the capture goes on behind it.
func (f *Flow) Ended(d Dir) bool { return !f.unended[d] }

// Opaque is the sum of AddOpaque.
func (f *Flow) Opaque() uint64 { return f.opaque }

// Stream parses one TCP flow, both directions.
//
// Data is given the bytes of one direction in order: what it left over before,
// followed by what is new. It returns how many bytes it consumed; the rest is
// kept for the next call up to MaxPending bytes, beyond which the flow is
// given up as not parsed and counted. b is only valid during the call.
//
// An error ends the parser for this flow; Close is called
// exactly once in any case. ErrDone and ErrOpaque end it in good order,
// ErrNext hands the unconsumed bytes of both directions to whoever recognises
// them (HTTP CONNECT, STARTTLS). ErrNotMine offers the flow to the other protocols
// when nothing has been consumed. Any other error is counted as unparsed. A panic
// ends the parser too, and loses nothing else.
type Stream interface {
	Data(dir Dir, b []byte) (n int, err error)
	// Gap says that n bytes of dir are lost after those that Data consumed: what
	// was left over of dir has been dropped and is part of n. The parser resynchronises or gives an error.
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

// What a parser may return beside an error of its own.
var (
	ErrNotMine = errors.New("not this protocol")
	ErrDone    = errors.New("nothing more of interest")             // the rest is passed over
	ErrOpaque  = errors.New("the rest is encrypted")                // passed over, counted as opaque bytes
	ErrNext    = errors.New("the rest belongs to another protocol") // identified anew
)
