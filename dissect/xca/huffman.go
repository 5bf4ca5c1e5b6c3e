package xca

import "encoding/binary"

const (
	symbols   = 512 // 256 literals, then 16 lengths by 16 distances
	tableLen  = symbols / 2
	longest   = 15       // bits of a code
	blockSize = 64 << 10 // bytes that one table serves
)

// bits reads the stream of codes: words of 16 bits, the first bit highest, with bytes of long lengths in between.
type bits struct {
	in    []byte
	at    int
	next  uint32
	extra int
}

func (b *bits) word() uint32 {
	if b.at+2 > len(b.in) {
		b.at += 2 // beyond the end there are zeros; take notices when there are too many
		return 0
	}
	b.at += 2
	return uint32(binary.LittleEndian.Uint16(b.in[b.at-2:]))
}

func (b *bits) begin() {
	b.next = b.word()<<16 | b.word()
	b.extra = 16
}

func (b *bits) drop(n int) {
	b.next <<= n
	if b.extra -= n; b.extra < 0 {
		b.next |= b.word() << -b.extra
		b.extra += 16
	}
}

// Huffman undoes LZ77 with Huffman codes (§2.1, §2.2): exactly size bytes come out.
func Huffman(in []byte, size int) ([]byte, error) {
	out := make([]byte, 0, min(size, 64*len(in)))
	b := bits{in: in}
	for len(out) < size {
		if b.at+tableLen > len(in) {
			return out, ErrData
		}
		t, ok := decoder(in[b.at : b.at+tableLen])
		if !ok {
			return out, ErrData
		}
		b.at += tableLen
		b.begin()
		var err error
		if out, err = block(&b, t, out, min(size, len(out)+blockSize), size); err != nil {
			return out, err
		}
	}
	return out, nil
}

// entry is what a code of up to 15 bits stands for.
type entry struct {
	symbol uint16
	length uint8
}

// decoder makes the table of a block: codes in the order of their lengths, then of their symbols (§2.2.4).
func decoder(lengths []byte) (*[1 << longest]entry, bool) {
	var t [1 << longest]entry
	at := 0
	for n := 1; n <= longest; n++ {
		for s := range symbols {
			if int(lengths[s/2]>>(4*(s&1))&15) != n {
				continue
			}
			count := 1 << (longest - n)
			if at+count > len(t) {
				return nil, false
			}
			for i := range count {
				t[at+i] = entry{uint16(s), uint8(n)}
			}
			at += count
		}
	}
	return &t, at == len(t)
}

// block undoes what one table serves; a match may reach beyond it, up to size.
func block(b *bits, t *[1 << longest]entry, out []byte, limit, size int) ([]byte, error) {
	for len(out) < limit {
		e := t[b.next>>(32-longest)]
		b.drop(int(e.length))
		if b.at > len(b.in)+4 {
			return out, ErrData
		}
		if e.symbol < 256 {
			out = append(out, byte(e.symbol))
			continue
		}
		length, width := int(e.symbol)&15, int(e.symbol-256)>>4
		if length == 15 {
			r := reader{b.in, b.at, nil}
			if length = r.u8(); length == 255 {
				if length = r.u16(); length == 0 {
					length = r.take(4)
				}
				if length -= 15; length < 0 {
					return out, ErrData
				}
			}
			if length += 15; r.err != nil || length > 1<<30 {
				return out, ErrData
			}
			b.at = r.at
		}
		distance := int(uint64(b.next)>>(32-width)) + 1<<width
		b.drop(width)
		var err error
		if out, err = copyMatch(out, distance, length+3, size); err != nil {
			return out, err
		}
	}
	return out, nil
}
