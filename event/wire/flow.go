package wire

import "net/netip"

// Dir is the direction of bytes within a flow.
type Dir uint8

// Directions.
const (
	Orig Dir = 0 // client → server (to_server)
	Resp Dir = 1 // server → client (to_client)
)

// Flow is a conversation as rules may ask for it; it is kept up to date before each call of an Inspector.
type Flow struct {
	ID               uint64
	Src, Dst         netip.Addr // client and server
	SrcPort, DstPort uint16
	Proto            uint8 // IANA protocol number
	VLAN             uint16
	First, Last      int64     // ns
	Packets, Bytes   [2]uint64 // by Dir; IP bytes
	App              string    // application protocol as rules name it: http tls dns smb …; "" not known (yet)
	Was              string    // protocol that handed the flow on to App; "" none
	AppFailed        bool      // no protocol was recognised, and none will be
	Established      bool      // TCP: handshake complete, or taken up in the middle; others: both sides have spoken
	Midstream        bool      // the beginning was not seen
	Encrypted        bool      // what still comes cannot be read
	StreamSize       [2]uint64 // TCP: sequence numbers gone by since the SYN, by sender
	Window           [2]uint16 // TCP: last window announced

	Alerted bool    // the Inspector sets it: a rule alerted on the flow
	Enough  [2]bool // the Inspector wants no more bytes of the stream, by sender; it sets that
	Hush    *Hush   // likewise: what is to be kept out of EVE; nil: nothing
	Mine    any     // the Inspector's own
}

// Inspector is shown everything that rules look at. For one packet the calls come in this order: Stream, Gap, File and
// Tx, in the order in which parsers get there, then Packet. One goroutine calls. Whatever is wrong with the
// traffic, an Inspector must not panic, and must bound its memory and time.
type Inspector interface {
	// Wants reports whether any rule looks at a buffer; parsers need not compute what nobody wants.
	Wants(Buffer) bool
	// Stream says that bytes of a TCP flow came in order; b is valid during the call only.
	Stream(f *Flow, d Dir, b []byte)
	// Gap says that n bytes of a TCP flow are lost.
	Gap(f *Flow, d Dir, n int)
	// Tx says that a transaction has new fields, has grown, or has ended one of its directions.
	Tx(f *Flow, t *Tx)
	// Packet ends a packet; f is nil when it belongs to no flow (ARP, malformed, fragments), d is its direction. at is the
	// capture clock in ns, number counts the packets of the capture from 1; added says that its bytes went
	// into reassembly or to a parser of datagrams.
	Packet(p *Packet, f *Flow, d Dir, at int64, number uint64, added bool)
	// Close ends a flow at capture time at (ns); its transactions have been shown as done. Once its Mine is nil, f must not be
	// looked at any more: its memory is used again.
	Close(f *Flow, at int64)
}

// Settler is an Inspector that can look without a packet at what a flow has been shown, at capture time at (ns): bytes that waited for
// others come when it is clear that these are lost, not when something else comes.
type Settler interface {
	Settle(f *Flow, at int64)
}
