// Package enip reads EtherNet/IP and CIP in it (CIP Volumes 1 and 2), by which controllers of a plant talk.
package enip

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is EtherNet/IP on its usual ports.
var Protocol = dissect.Protocol{
	Name:      "enip",
	Spec:      "CIP Volume 2 §2-3",
	TCP:       []uint16{44818},
	UDP:       []uint16{44818, 2222},
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

const header = 24

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if port == 2222 { // implicit messages: a count of items, the first of which is an address
		if udp && len(b) >= 6 && binary.LittleEndian.Uint16(b) == 2 && binary.LittleEndian.Uint16(b[2:]) == 0x8002 {
			return dissect.Yes
		}
		return dissect.No
	}
	switch {
	case len(b) < header && udp:
		return dissect.No
	case len(b) < header:
		return dissect.Maybe
	case commands[binary.LittleEndian.Uint16(b)] == "" || binary.LittleEndian.Uint32(b[20:]) != 0:
		return dissect.No
	}
	if size := int(binary.LittleEndian.Uint16(b[2:])); udp && size+header > len(b) {
		return dissect.No
	}
	return dissect.Yes
}
