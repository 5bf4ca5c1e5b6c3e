// Package enip reads EtherNet/IP and CIP in it (CIP Volumes 1 and 2), by which controllers of a plant talk, for rules.
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

// commands of §2-3.2.
var commands = map[uint16]bool{0: true, 4: true, 0x63: true, 0x64: true, 0x65: true, 0x66: true, 0x6f: true, 0x70: true, 0x72: true, 0x73: true}

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
	case !commands[binary.LittleEndian.Uint16(b)] || binary.LittleEndian.Uint32(b[20:]) != 0:
		return dissect.No
	}
	if size := int(binary.LittleEndian.Uint16(b[2:])); udp && size+header > len(b) {
		return dissect.No
	}
	return dissect.Yes
}
