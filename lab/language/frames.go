package language

import (
	"encoding/binary"
	"fmt"
	"path/filepath"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// start is the time of the first packet: 2023-11-14T22:13:20Z in nanoseconds since 1970.
const start = 1_700_000_000_000_000_000

// packets writes all traffic of the case, a millisecond apart.
func (c *Case) packets() (out []capture.Packet, err error) {
	for i, p := range c.parts {
		switch {
		case p.capture != "":
			list, err := recorded(filepath.Join("../..", p.capture))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.capture, err)
			}
			out = append(out, list...)
		case p.frame != nil:
			out = append(out, capture.Packet{Nanos: start + int64(len(out))*1e6, Data: p.frame, OrigLen: len(p.frame), Link: capture.LinkEthernet})
		default:
			out = append(out, p.talk(i, len(out))...)
		}
	}
	return out, nil
}

// talk is a conversation with its handshake and end; each has a client's port of its own.
func (p *part) talk(number, at int) []capture.Packet {
	w := &writer{ports: [2]uint16{uint16(40000 + number), p.port}, udp: p.udp, seq: [2]uint32{1000, 2000}, at: at}
	if p.udp {
		for _, s := range p.says {
			w.add(side(s.server), 0, []byte(s.text))
		}
		return w.out
	}
	w.add(0, event.FlagSYN, nil)
	w.add(1, event.FlagSYN|event.FlagACK, nil)
	w.add(0, event.FlagACK, nil)
	for _, s := range p.says {
		w.add(side(s.server), event.FlagACK|event.FlagPSH, []byte(s.text))
		w.add(1-side(s.server), event.FlagACK, nil)
	}
	w.add(0, event.FlagFIN|event.FlagACK, nil)
	w.add(1, event.FlagFIN|event.FlagACK, nil)
	w.add(0, event.FlagACK, nil)
	return w.out
}

func side(server bool) int {
	if server {
		return 1
	}
	return 0
}

// writer writes the frames of one conversation: Ethernet, IPv4 (RFC 791) and TCP (RFC 9293) or UDP (RFC 768), with their checksums.
type writer struct {
	ports [2]uint16
	udp   bool
	seq   [2]uint32
	at    int
	out   []capture.Packet
}

func (w *writer) add(from int, flags uint8, payload []byte) {
	l4, proto, sum := make([]byte, 20, 20+len(payload)), byte(6), 16
	if w.udp {
		l4, proto, sum = l4[:8], 17, 6
		binary.BigEndian.PutUint16(l4[4:], uint16(8+len(payload)))
	} else {
		binary.BigEndian.PutUint32(l4[4:], w.seq[from])
		if flags&event.FlagACK != 0 {
			binary.BigEndian.PutUint32(l4[8:], w.seq[1-from])
		}
		l4[12], l4[13] = 5<<4, flags
		binary.BigEndian.PutUint16(l4[14:], 65535)
		w.seq[from] += uint32(len(payload))
		if flags&(event.FlagSYN|event.FlagFIN) != 0 {
			w.seq[from]++
		}
	}
	binary.BigEndian.PutUint16(l4, w.ports[from])
	binary.BigEndian.PutUint16(l4[2:], w.ports[1-from])
	l4 = append(l4, payload...)
	hosts := [2]byte{1, 2}
	ip := []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, proto, 0, 0, 192, 0, 2, hosts[from], 192, 0, 2, hosts[1-from]}
	binary.BigEndian.PutUint16(ip[2:], uint16(20+len(l4)))
	binary.BigEndian.PutUint16(ip[10:], checksum(0, ip))
	binary.BigEndian.PutUint16(l4[sum:], checksum(checksumOf(ip[12:20])+uint32(proto)+uint32(len(l4)), l4))
	frame := append([]byte{2, 0, 0, 0, 0, hosts[1-from], 2, 0, 0, 0, 0, hosts[from], 8, 0}, ip...)
	frame = append(frame, l4...)
	w.out = append(w.out, capture.Packet{Nanos: start + int64(w.at+len(w.out))*1e6, Data: frame, OrigLen: len(frame), Link: capture.LinkEthernet})
}

// checksum is the Internet checksum (RFC 1071) of b and what was added up before.
func checksum(sum uint32, b []byte) uint16 {
	sum += checksumOf(b)
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

func checksumOf(b []byte) (sum uint32) {
	for i, x := range b {
		if i%2 == 0 {
			sum += uint32(x) << 8
		} else {
			sum += uint32(x)
		}
	}
	return sum
}
