package quic

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

// Bounds of a hello that comes in pieces.
const (
	maxCrypto = 64 << 10
	maxPieces = 64
)

// assembly puts the CRYPTO stream of one direction together.
type assembly struct {
	b      []byte // from the beginning on, without holes
	pieces []piece
}

type piece struct {
	at uint64
	b  []byte
}

func (a *assembly) add(at uint64, b []byte) {
	switch {
	case at+uint64(len(b)) <= uint64(len(a.b)) || at > maxCrypto || len(b) > maxCrypto:
		return
	case at > uint64(len(a.b)):
		if len(a.pieces) < maxPieces {
			a.pieces = append(a.pieces, piece{at, append([]byte(nil), b...)})
		}
		return
	}
	if len(a.b) < maxCrypto {
		a.b = append(a.b, b[uint64(len(a.b))-at:]...)
	}
	for i, p := range a.pieces {
		if p.at <= uint64(len(a.b)) {
			a.pieces = append(a.pieces[:i], a.pieces[i+1:]...)
			a.add(p.at, p.b)
			return
		}
	}
}

// message is the first handshake message (RFC 8446 §4) when it is whole.
func (a *assembly) message() (typ byte, body []byte, ok bool) {
	if len(a.b) < 4 {
		return 0, nil, false
	}
	n := int(a.b[1])<<16 | int(a.b[2])<<8 | int(a.b[3])
	if len(a.b) < 4+n {
		return 0, nil, false
	}
	return a.b[0], a.b[4 : 4+n], true
}
