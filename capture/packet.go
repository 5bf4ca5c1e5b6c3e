// Package capture brings packets in, from AF_PACKET rings and from pcap and pcapng files, and counts what it lost.
package capture

import (
	"context"
	"errors"
	"io"
	"time"
)

// Link is a link-layer type by its LINKTYPE number (https://www.tcpdump.org/linktypes.html).
type Link uint16

// Link types that dissect understands; packets of others are delivered and counted there.
const (
	LinkNull     Link = 0 // loopback of BSD: address family in host byte order
	LinkEthernet Link = 1
	LinkRaw      Link = 101 // IPv4 or IPv6 without a link header
	LinkLoop     Link = 108 // as LinkNull, in network byte order
	LinkSLL      Link = 113 // Linux cooked capture
	LinkIPv4     Link = 228
	LinkIPv6     Link = 229
	LinkSLL2     Link = 276
)

// Packet is one packet as it was captured.
type Packet struct {
	Nanos    int64  // capture time, nanoseconds since 1970 UTC
	Data     []byte // from the link header on; only valid until the next packet is asked for
	OrigLen  int    // bytes on the wire, ≥ len(Data) when the capture cut it
	Link     Link
	VLAN     uint16 // outer 802.1Q id that the kernel took off the frame, 0 = none
	Iface    string // live: the interface; files: its name in pcapng, "" otherwise
	Outgoing bool   // live: the capturing host itself sent it on
	Kept     bool   // Data stays valid as long as the source is held
	Number   uint64 // within the source, from 1
}

// Time is the capture time in UTC.
func (p *Packet) Time() time.Time { return time.Unix(0, p.Nanos).UTC() }

// Stats is what a source has done so far.
type Stats struct {
	Packets uint64 // delivered
	Bytes   uint64 // of them, on the wire
	Drops   uint64 // lost in the kernel for want of room
	Freezes uint64 // times the kernel found all blocks full
	// UpTo is the capture time up to which the reader has dealt with what came, about; zero where that is not known (files).
	UpTo time.Time
	// Gone are the interfaces that are down or not there; they are listened to when they return, but where Stuck says that this process may not.
	Gone  []string
	Stuck bool
	// Since is when the last of them returned; zero when none ever went.
	Since time.Time
}

// Source gives packets one after the other. It is used by one goroutine; Close and Stats may be called by any.
type Source interface {
	// Next fills p. Errors: io.EOF at the end, ErrIdle when nothing came for a
	// while (p.Nanos is then the clock), ErrClosed after Close, *FileError.
	Next(p *Packet) error
	Stats() Stats
	Close() error
}

// Errors of Next.
var (
	ErrIdle   = errors.New("no packet for a while")
	ErrClosed = errors.New("capture is closed")
)

// Sink takes packets in order; dissect's Analyzer is one.
type Sink interface {
	Packet(p *Packet)
	// Advance says that it is now, while no packet came.
	Advance(now time.Time)
}

// Run moves packets from src to sink until the source ends or ctx is cancelled, which closes the source.
// The end of a file, Close and the cancellation are not errors.
func Run(ctx context.Context, src Source, sink Sink) error {
	stop := context.AfterFunc(ctx, func() { src.Close() })
	defer stop()
	defer faults()()
	var p Packet
	for {
		switch err := src.Next(&p); {
		case err == nil:
			sink.Packet(&p)
		case errors.Is(err, ErrIdle):
			sink.Advance(p.Time())
		case errors.Is(err, io.EOF), errors.Is(err, ErrClosed):
			return nil
		default:
			return err
		}
	}
}
