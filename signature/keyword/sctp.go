package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// sctp is the whole of an SCTP packet, its common header (RFC 9260 §3.1) and all chunks; nil where there is none.
func sctp(p *wire.Packet) []byte {
	if uint8(p.Proto) == 132 && p.Kind == wire.IP && len(p.L4) >= wire.SCTPHeadLen {
		return p.L4
	}
	return nil
}

// chunks gives each whole chunk of an SCTP packet to try until that holds.
func chunks(p *wire.Packet, try func(chunk []byte) bool) bool {
	b := sctp(p)
	if b == nil {
		return false
	}
	chunk, rest, ok := wire.SCTPChunk(b[wire.SCTPHeadLen:])
	for ; ok; chunk, rest, ok = wire.SCTPChunk(rest) {
		if try(chunk) {
			return true
		}
	}
	return false
}

// chunkNames are the types of chunks (RFC 9260 §3.2, RFC 3758).
var chunkNames = map[string]uint64{
	"data": 0, "init": 1, "init_ack": 2, "sack": 3, "heartbeat": 4, "hb_ack": 5, "abort": 6, "shutdown": 7, "shutdown_ack": 8, "error": 9,
	"cookie_echo": 10, "cookie_ack": 11, "ecne": 12, "cwr": 13, "shutdown_complete": 14, "forward_tsn": 192,
}

// chunkType is sctp.chunk_type: some chunk of the packet has that type.
func chunkType(b *builder, _, arg string) error {
	c, err := numeric{bits: 8, words: chunkNames}.compare(strings.Trim(arg, `"`))
	if err == nil {
		b.packetTest(func(p *wire.Packet) bool {
			return chunks(p, func(chunk []byte) bool { return c.Holds(uint64(chunk[0])) })
		})
	}
	return err
}

// userData gives the user data of each DATA chunk (RFC 9260 §3.3.1) to try.
func userData(p *wire.Packet, try func(b []byte) bool) bool {
	return chunks(p, func(chunk []byte) bool {
		data := wire.SCTPUserData(chunk)
		return data != nil && try(data)
	})
}

// vtag is the verification tag.
func vtag(p *wire.Packet) (uint64, bool) { return word(sctp(p), 4, 4) }

// chunkCount is how many chunks a packet has.
func chunkCount(p *wire.Packet) (n uint64, ok bool) {
	chunks(p, func([]byte) bool { n++; return false })
	return n, sctp(p) != nil
}
