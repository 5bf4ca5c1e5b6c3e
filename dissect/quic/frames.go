package quic

import (
	"bytes"
	"container/heap"
)

// Frames that an Initial packet may hold (RFC 9000 §12.4).
const (
	framePadding = 0x00
	framePing    = 0x01
	frameACK     = 0x02
	frameACKECN  = 0x03
	frameCrypto  = 0x06
	frameClose   = 0x1c
)

// each gives the CRYPTO frames of a packet; false when a frame is malformed or may not stand there.
func each(b []byte, crypto func(offset uint64, data []byte)) bool {
	for len(b) > 0 {
		typ := b[0]
		b = b[1:]
		switch typ {
		case framePadding, framePing:
		case frameACK, frameACKECN:
			var ok bool
			if b, ok = skipACK(b, typ == frameACKECN); !ok {
				return false
			}
		case frameCrypto:
			offset, n := varint(b)
			size, m := varint(b[n:])
			if n == 0 || m == 0 || size > uint64(len(b)-n-m) {
				return false
			}
			crypto(offset, b[n+m:n+m+int(size)])
			b = b[n+m+int(size):]
		case frameClose:
			return true
		default:
			return false
		}
	}
	return true
}

func skipACK(b []byte, ecn bool) ([]byte, bool) {
	ranges := uint64(0)
	for i := 0; ; i++ { // largest, delay, count of ranges, first range; then pairs; then three counters
		v, n := varint(b)
		if n == 0 {
			return nil, false
		}
		b = b[n:]
		if i == 2 {
			if ranges = v; ranges > uint64(len(b)) {
				return nil, false
			}
		}
		last := 3 + 2*int(ranges)
		if ecn {
			last += 3
		}
		if i >= 3 && i == last {
			return b, true
		}
	}
}

// Bounds of a hello that comes in pieces: a client may send each byte by itself.
const (
	maxCrypto = 64 << 10 // of what stands in order, and of what waits
	maxPieces = 2048
)

// assembly puts the CRYPTO stream of one direction together.
type assembly struct {
	b       []byte // from the beginning on, without holes
	pieces  pieces
	waiting int // bytes of them
	from    int // where the message begins that is looked for
}

type piece struct {
	at uint64
	b  []byte
}

// pieces are a heap: the one that is due first stands first.
type pieces []piece

func (p pieces) Len() int           { return len(p) }
func (p pieces) Less(i, j int) bool { return p[i].at < p[j].at }
func (p pieces) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pieces) Push(x any)        { *p = append(*p, x.(piece)) }
func (p *pieces) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	(*p)[last] = piece{}
	*p = (*p)[:last]
	return x
}

func (a *assembly) add(at uint64, b []byte) {
	if at > maxCrypto || len(b) > maxCrypto {
		return
	}
	if at > uint64(len(a.b)) {
		if len(a.pieces) < maxPieces && a.waiting+len(b) <= maxCrypto {
			a.waiting += len(b)
			heap.Push(&a.pieces, piece{at, bytes.Clone(b)})
		}
		return
	}
	a.join(at, b)
	for len(a.pieces) > 0 && a.pieces[0].at <= uint64(len(a.b)) {
		p := heap.Pop(&a.pieces).(piece)
		a.waiting -= len(p.b)
		a.join(p.at, p.b)
	}
}

// join takes what is new of a piece that begins where something stands.
func (a *assembly) join(at uint64, b []byte) {
	if have := uint64(len(a.b)); at+uint64(len(b)) > have && have < maxCrypto {
		a.b = append(a.b, b[have-at:]...)
	}
}

// message is the first handshake message (RFC 8446 §4) when it is whole, or the one behind it.
func (a *assembly) message() (typ byte, body []byte, ok bool) {
	b := a.b[a.from:]
	if len(b) < 4 {
		return 0, nil, false
	}
	n := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if len(b) < 4+n {
		return 0, nil, false
	}
	return b[0], b[4 : 4+n], true
}
