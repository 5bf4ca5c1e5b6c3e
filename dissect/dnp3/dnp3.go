// Package dnp3 recognises the Distributed Network Protocol (IEEE 1815), by which plants are watched and steered.
package dnp3

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is DNP3 on any port.
var Protocol = dissect.Protocol{
	Name:      "dnp3",
	Spec:      "IEEE 1815-2012 §9",
	TCP:       []uint16{20000},
	UDP:       []uint16{20000},
	Anywhere:  true,
	Probe:     probe,
	Stream:    dissect.Named,
	Datagrams: dissect.NamedDatagrams,
}

const (
	header    = 10 // start, length, control, destination, source and a checksum
	start     = "\x05\x64"
	minLength = 5
)

func probe(_ dissect.Dir, b []byte, _ bool, _ uint16) dissect.Match {
	if m := dissect.Prefix(b, start); m != dissect.Yes {
		return m
	}
	switch {
	case len(b) < header:
		return dissect.Maybe
	case b[2] < minLength || checksum(b[:8]) != binary.LittleEndian.Uint16(b[8:]):
		return dissect.No
	}
	return dissect.Yes
}

// checksum is the CRC of §9.2.4.3: 0x3D65, reflected and inverted.
func checksum(b []byte) uint16 {
	var crc uint16
	for _, c := range b {
		crc ^= uint16(c)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xA6BC
			} else {
				crc >>= 1
			}
		}
	}
	return ^crc
}
