// Package rdp reads the beginning of Remote Desktop connections (MS-RDPBCGR): cookie, negotiation and what the client tells of itself; TLS within is read as such.
package rdp

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is RDP over TCP, and the pictures that go over UDP beside it, which are encrypted.
var Protocol = dissect.Protocol{
	Name:      "rdp",
	Spec:      "MS-RDPBCGR §2.2.1, T.123 §8, X.224 §13, T.125 §7, T.124 §8.7, MS-RDPEUDP §2.2.2",
	TCP:       []uint16{3389},
	UDP:       []uint16{3389},
	Anywhere:  true,
	Probe:     probe,
	Sender:    sender,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &stream{f: f} },
	Datagrams: dissect.VeiledDatagrams,
}

var errMessage = errors.New("rdp: malformed message")

const (
	tpktHead  = 4 // T.123 §8: version 3, reserved, length
	maxTPKT   = 16 << 10
	crCDT     = 0xe0 // connection request, X.224 §13.3
	ccCDT     = 0xd0 // connection confirm, §13.4
	dataTPDU  = 0xf0 // §13.7
	x224Fixed = 7    // length indicator, code, two references, class
)

// probe wants a TPKT with a connection request or confirm whose lengths agree, or what comes later.
func probe(d dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case udp && opens(b):
		return dissect.Yes
	case udp || len(b) > 0 && b[0] != 3 || len(b) > 1 && b[1] != 0:
		return dissect.No
	case len(b) < tpktHead+x224Fixed:
		return dissect.Maybe
	}
	if b[5] == dataTPDU {
		return within(d, b, port)
	}
	size, indicator := int(binary.BigEndian.Uint16(b[2:])), int(b[4])
	want := byte(crCDT)
	if d == dissect.Resp {
		want = ccCDT
	}
	if size < tpktHead+x224Fixed || indicator+1 != size-tpktHead || b[5] != want {
		return dissect.No
	}
	// Other protocols over TPKT, as that of Siemens' controllers, go on with parameters of X.224: c0, c1, c2.
	if len(b) > tpktHead+x224Fixed && b[tpktHead+x224Fixed] >= 0xc0 && b[tpktHead+x224Fixed] <= 0xc2 {
		return dissect.No
	}
	return dissect.Yes
}

// Messages of MCS by their first byte (T.125 §7): of what is applied, the choice without its options.
const (
	sendRequest    = 0x64
	sendIndication = 0x68
)

// within recognises a connection whose first messages were missed: MCS Connect Initial or Response, and, at the usual port, what goes on from there.
func within(d dissect.Dir, b []byte, port uint16) dissect.Match {
	initial, send := byte(0x65), byte(sendRequest)
	if d == dissect.Resp {
		initial, send = 0x66, sendIndication
	}
	switch {
	case b[4] != 2 || b[6] != 0x80: // §13.7: nothing but the mark of the last one
		return dissect.No
	case b[7] == 0x7f && b[8] == initial, port == 3389 && b[7] == send && b[8] == 0:
		return dissect.Yes
	}
	return dissect.No
}
