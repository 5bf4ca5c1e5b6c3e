package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// sctp reads RFC 9260 §3: a common header, then chunks. The payload is the user data of the first DATA chunk, or all chunks.
func (d *Decoder) sctp(l *Layers, b []byte, cut int) {
	if len(b) < wire.SCTPHeadLen {
		d.bad(l, ErrShort, wire.OnSCTPPacketTooSmall)
		return
	}
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	l.L4, l.Payload = b, b[wire.SCTPHeadLen:]
	var c chunks
	rest := c.read(l.Payload)
	if c.data != nil {
		l.Payload = c.data
	}
	if cut == 0 {
		c.judge(l, binary.BigEndian.Uint32(b[4:]), rest)
	}
}

// maxChunks is far more than a packet has reason to carry.
const maxChunks = 256

// chunks is what is known of the chunks of one packet.
type chunks struct {
	count, users int
	data         []byte // user data of the first DATA chunk
	init, alone  bool   // there is an INIT; a chunk that must be the only one
}

// read counts the chunks and gives what stands behind the last whole one.
func (c *chunks) read(b []byte) (rest []byte) {
	for {
		chunk, rest, ok := wire.SCTPChunk(b)
		if !ok {
			return b
		}
		b = rest
		c.count++
		switch chunk[0] {
		case wire.SCTPData:
			c.users++
			if data := wire.SCTPUserData(chunk); c.data == nil {
				c.data = data
			}
		case wire.SCTPInit:
			c.init, c.alone = true, true
		case wire.SCTPInitAck, wire.SCTPShutdownComplete:
			c.alone = true
		}
	}
}

// judge says what is wrong with them in a packet whose verification tag is tag.
func (c *chunks) judge(l *Layers, tag uint32, rest []byte) {
	switch {
	case len(rest) >= 4:
		odd(l, wire.OnSCTPChunkLenInvalid)
	case len(rest) > 0:
		odd(l, wire.OnSCTPChunkTooSmall)
	}
	if c.users > 0 && tag == 0 {
		odd(l, wire.OnSCTPDataWithZeroVtag)
	}
	if c.init && tag != 0 {
		odd(l, wire.OnSCTPInitWithNonZeroVtag)
	}
	if c.alone && c.count > 1 {
		odd(l, wire.OnSCTPInitChunkBundled)
	}
	if c.count > maxChunks {
		odd(l, wire.OnSCTPTooManyChunks)
	}
	if c.users > maxChunks {
		odd(l, wire.OnSCTPTooManyDataChunks)
	}
}
