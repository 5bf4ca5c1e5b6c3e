package rule

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// Spans calls do with each range of the set, its ends included, until it returns false; IPv4 first, in order. nil has one.
func (s *Addresses) Spans(do func(low, high wire.Addr) bool) {
	if s == nil {
		do(wire.Addr{}, last.addr())
		return
	}
	for _, x := range s.v4 {
		if !do(number{0, 0xffff_0000_0000 | uint64(x.lo)}.addr(), number{0, 0xffff_0000_0000 | uint64(x.hi)}.addr()) {
			return
		}
	}
	for _, x := range s.v6 {
		if !do(x.lo.addr(), x.hi.addr()) {
			return
		}
	}
}

func (a number) addr() (b wire.Addr) {
	binary.BigEndian.PutUint64(b[:], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	return b
}
