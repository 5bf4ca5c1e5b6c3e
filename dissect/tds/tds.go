// Package tds reads how clients log on to Microsoft SQL Server (MS-TDS): machine, program, user and database, and whether they are let in; of a log-on within TLS what the handshake and the answer show.
//
// Passwords are not kept.
package tds

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is TDS 7 over TCP. TDS 8 is TLS from its first byte.
var Protocol = dissect.Protocol{
	Name:     "tds",
	Spec:     "MS-TDS §2.2",
	TCP:      []uint16{1433},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &stream{f: f} },
}

var errMessage = errors.New("tds: malformed packet")

// Packet types (MS-TDS §2.2.3.1.1).
const (
	typeResponse = 0x04
	typeLogin    = 0x10
	typeSSPI     = 0x11
	typePrelogin = 0x12
	headLen      = 8
	endOfMessage = 1
	maxMessage   = 64 << 10
)

// probe wants the header of a PRELOGIN or LOGIN7, or of the server's answer on its usual port, with a length that fits.
func probe(d dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case udp || len(b) > 0 && b[0] != typePrelogin && b[0] != typeLogin && (b[0] != typeResponse || d != dissect.Resp || port != 1433):
		return dissect.No
	case len(b) < headLen+1:
		return dissect.Maybe
	}
	size := int(binary.BigEndian.Uint16(b[2:]))
	if b[1]&^endOfMessage != 0 || size < headLen+6 || size > 32767 || b[7] != 0 || b[4] != 0 && d == dissect.Orig {
		return dissect.No
	}
	if b[0] == typePrelogin && b[8] != 0 { // the version comes first, §2.2.6.5
		return dissect.No
	}
	return dissect.Yes
}
