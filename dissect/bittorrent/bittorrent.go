// Package bittorrent recognises the peer protocol of BitTorrent (BEP 3) and µTP (BEP 29), and reads its distributed hash table (BEP 5).
package bittorrent

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is BitTorrent on any port.
var Protocol = dissect.Protocol{
	Name:      "bittorrent",
	Spec:      "BEP 3, BEP 5, BEP 29",
	TCP:       []uint16{6881},
	UDP:       []uint16{6881},
	Anywhere:  true,
	Probe:     probe,
	Stream:    dissect.Named,
	Datagrams: datagrams,
	Forgetful: true,
}

const (
	handshake = "\x13BitTorrent protocol"
	query     = "d1:ad2:id20:" // of the hash table: arguments first, for keys are sorted
	answer    = "d1:rd2:id20:"
	failure   = "d1:eli"
)

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp {
		return dissect.Prefix(b, handshake)
	}
	for _, want := range [...]string{query, answer, failure} {
		if dissect.Prefix(b, want) == dissect.Yes {
			return dissect.Yes
		}
	}
	if port == 6881 && utp(b) {
		return dissect.Yes
	}
	return dissect.No
}

// utp judges the header of BEP 29: type 0–4 and version 1, an extension that exists, and no bytes beyond it in a SYN.
func utp(b []byte) bool {
	const syn = 4
	return len(b) >= 20 && b[0]&0xf == 1 && b[0]>>4 <= syn && b[1] <= 2 &&
		(b[0]>>4 != syn || len(b) <= 30 && binary.BigEndian.Uint32(b[8:]) == 0)
}
