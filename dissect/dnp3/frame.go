package dnp3

import "encoding/binary"

const (
	header    = 10 // start, length, control, destination, source and a checksum
	start     = "\x05\x64"
	minLength = 5
	block     = 16 // bytes of data before each checksum
)

// Bits of the transport header (§8.2.1).
const (
	final = 0x80
	first = 0x40
)

// link is a link header (§9.2.4).
type link struct {
	control  byte
	dst, src uint16
}

// readLink reads a link header and how many bytes its frame has in all; false when it is none.
func readLink(b []byte) (l link, size int, ok bool) {
	if string(b[:2]) != start || b[2] < minLength || checksum(b[:8]) != binary.LittleEndian.Uint16(b[8:]) {
		return l, 0, false
	}
	data := int(b[2]) - minLength
	l = link{b[3], binary.LittleEndian.Uint16(b[4:]), binary.LittleEndian.Uint16(b[6:])}
	return l, header + data + 2*((data+block-1)/block), true
}

// userData reports whether the frame brings a piece of a message (§9.2.4.1.3): function 3 or 4 of a primary station.
func (l link) userData() bool {
	return l.control&0x40 != 0 && (l.control&15 == 3 || l.control&15 == 4)
}

// unchecked is the data of a frame without its checksums; false when one is wrong.
func unchecked(b []byte) ([]byte, bool) {
	out := make([]byte, 0, len(b))
	for len(b) > 2 {
		n := min(block, len(b)-2)
		if checksum(b[:n]) != binary.LittleEndian.Uint16(b[n:]) {
			return nil, false
		}
		out, b = append(out, b[:n]...), b[n+2:]
	}
	return out, len(b) == 0
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
