package language

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/event"
)

// start is the time of the first packet.
var start = time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)

// packets writes all traffic of the case; what was not recorded begins a millisecond after what stands before it.
func (c *Case) packets() (out []capture.Packet, err error) {
	for i, p := range c.parts {
		at := start.Add(time.Duration(len(out)) * time.Millisecond)
		switch {
		case p.capture != "":
			list, err := recorded(filepath.Join("../..", p.capture))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.capture, err)
			}
			out = append(out, list...)
		case p.frame != nil:
			out = append(out, packet(at, p.frame))
		default:
			for _, f := range forge.Conversation(p.ends(i), at, p.says) {
				out = append(out, packet(f.Time, f.Data))
			}
		}
	}
	return out, nil
}

func packet(at time.Time, frame []byte) capture.Packet {
	return capture.Packet{Nanos: at.UnixNano(), Data: frame, OrigLen: len(frame), Link: capture.LinkEthernet}
}

// ends are the two sides of a conversation; each has a client's port of its own.
func (p *part) ends(number int) *event.Conn {
	c := &event.Conn{Proto: event.ProtoTCP,
		Src: event.Endpoint{IP: netip.AddrFrom4([4]byte{192, 0, 2, 1}), Port: uint16(40000 + number)},
		Dst: event.Endpoint{IP: netip.AddrFrom4([4]byte{192, 0, 2, 2}), Port: p.port}}
	if p.udp {
		c.Proto = event.ProtoUDP
	}
	return c
}
