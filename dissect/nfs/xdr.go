package nfs

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/utf16le"
)

// xdr reads External Data Representation (RFC 4506). Once something does not fit, bad is set and all that follows is zero.
type xdr struct {
	b   []byte
	at  int
	bad bool
}

func (x *xdr) take(n int) []byte {
	if x.bad || n < 0 || n > len(x.b)-x.at {
		x.bad = true
		return nil
	}
	x.at += n
	return x.b[x.at-n : x.at]
}

func (x *xdr) u32() uint32 {
	if b := x.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (x *xdr) u64() uint64 { return uint64(x.u32())<<32 | uint64(x.u32()) }

// opaque is counted bytes, filled up to a multiple of 4.
func (x *xdr) opaque() []byte {
	n := x.u32()
	if n > 1<<20 {
		x.bad = true
		return nil
	}
	b := x.take(int(n))
	x.take(int(-n & 3))
	return b
}

// content is counted bytes of which only the beginning need be here: where they begin and how many they are.
func (x *xdr) content() (at, n int) {
	size := x.u32()
	if size > maxFrag || x.bad {
		x.bad = true
		return 0, 0
	}
	at = x.at
	if size > uint32(len(x.b)-at) {
		x.at = len(x.b)
	} else {
		x.take(int(size))
		x.take(int(-size & 3))
	}
	return at, int(size)
}

const maxName = 1024

func (x *xdr) name() string {
	b := x.opaque()
	return utf16le.Printable(dissect.Text(string(b[:min(len(b), maxName)]), "\uFFFD"))
}

// bitmap passes over a list of words (RFC 7530 §3.2, bitmap4).
func (x *xdr) bitmap() {
	n := x.u32()
	if n > 16 {
		x.bad = true
		return
	}
	x.take(int(n) * 4)
}

// attributes passes over a fattr4.
func (x *xdr) attributes() {
	x.bitmap()
	x.opaque()
}
