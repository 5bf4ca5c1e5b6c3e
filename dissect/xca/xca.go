// Package xca undoes the compressions of Windows protocols (MS-XCA): LZNT1, plain LZ77 and LZ77 with Huffman codes.
package xca

import (
	"encoding/binary"
	"errors"
)

// ErrData says that bytes are not what the algorithm would have written, or give more than was allowed.
var ErrData = errors.New("xca: malformed data")

// copyMatch repeats length bytes that stand distance back; runs may overlap what they write.
func copyMatch(out []byte, distance, length, limit int) ([]byte, error) {
	if distance > len(out) || length > limit-len(out) {
		return out, ErrData
	}
	for range length {
		out = append(out, out[len(out)-distance])
	}
	return out, nil
}

// LZ77 undoes plain LZ77 (§2.4): exactly size bytes come out.
func LZ77(in []byte, size int) ([]byte, error) {
	out := make([]byte, 0, min(size, 64*len(in)))
	var flags uint32
	left, half := 0, -1
	for at := 0; len(out) < size; {
		if left == 0 {
			if at+4 > len(in) {
				return out, ErrData
			}
			flags, left = binary.LittleEndian.Uint32(in[at:]), 32
			at += 4
		}
		left--
		if flags>>left&1 == 0 {
			if at >= len(in) {
				return out, ErrData
			}
			out = append(out, in[at])
			at++
			continue
		}
		length, distance, err := plainMatch(in, &at, &half)
		if err != nil {
			return out, err
		}
		if out, err = copyMatch(out, distance, length, size); err != nil {
			return out, err
		}
	}
	return out, nil
}

// plainMatch reads a match; half is the byte of which the upper half is still a length, -1 for none.
func plainMatch(in []byte, at, half *int) (length, distance int, err error) {
	r := reader{in, *at, nil}
	word := r.u16()
	length, distance = word&7, word>>3+1
	if length == 7 {
		if *half < 0 {
			*half = r.at
			length = r.u8() & 15
		} else {
			length = int(in[*half] >> 4)
			*half = -1
		}
		if length == 15 {
			length = r.long(15 + 7)
		}
		length += 7
	}
	*at = r.at
	return length + 3, distance, r.err
}

// reader reads little-endian numbers; an error stays.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) take(n int) int {
	if r.err != nil || r.at+n > len(r.b) {
		r.err = ErrData
		return 0
	}
	v := 0
	for i := range n {
		v |= int(r.b[r.at+i]) << (8 * i)
	}
	r.at += n
	return v
}

func (r *reader) u8() int  { return r.take(1) }
func (r *reader) u16() int { return r.take(2) }

// long reads a length that does not fit into its first field; base is what shorter ones could tell.
func (r *reader) long(base int) int {
	n := r.u8()
	if n < 255 {
		return n + 15
	}
	if n = r.u16(); n == 0 {
		n = r.take(4)
	}
	if n < base || n > 1<<30 {
		r.err = ErrData
		return 0
	}
	return n - 7
}

// LZNT1 undoes LZNT1 (§2.5): chunks of 4,096 bytes; exactly size bytes come out.
func LZNT1(in []byte, size int) ([]byte, error) {
	out := make([]byte, 0, min(size, 64*len(in)))
	for len(out) < size {
		if len(in) < 2 {
			return out, ErrData
		}
		head := binary.LittleEndian.Uint16(in)
		n := int(head&0xfff) + 1
		if head == 0 || n > len(in)-2 {
			return out, ErrData
		}
		chunk := in[2 : 2+n]
		in = in[2+n:]
		if head&0x8000 == 0 {
			out = append(out, chunk[:min(n, size-len(out))]...)
			continue
		}
		var err error
		if out, err = chunkLZNT1(out, chunk, min(size, len(out)+4096)); err != nil {
			return out, err
		}
	}
	return out, nil
}

// chunkLZNT1 undoes one chunk: groups of eight literals or matches behind a byte of flags. How the bits of a match are
// shared between distance and length depends on how far the chunk has come.
func chunkLZNT1(out, in []byte, limit int) ([]byte, error) {
	start := len(out)
	for at := 0; at < len(in) && len(out) < limit; {
		flags := in[at]
		at++
		for bit := 0; bit < 8 && at < len(in) && len(out) < limit; bit++ {
			if flags>>bit&1 == 0 {
				out = append(out, in[at])
				at++
				continue
			}
			if at+2 > len(in) {
				return out, ErrData
			}
			word, lengthBits := int(binary.LittleEndian.Uint16(in[at:])), 12
			at += 2
			for p := len(out) - start - 1; p >= 16; p >>= 1 {
				lengthBits--
			}
			var err error
			length, distance := word&(1<<lengthBits-1)+3, word>>lengthBits+1
			if distance > len(out)-start {
				return out, ErrData
			}
			if out, err = copyMatch(out, distance, min(length, limit-len(out)), limit); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}
