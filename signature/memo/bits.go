package memo

import "net/netip"

// Bit is a named mark on a host, or on a pair of hosts.
type Bit struct {
	Name uint32 // as numbered by Names
	A, B netip.Addr
}

// Pair is a bit of two hosts, whichever of them speaks.
func Pair(name uint32, a, b netip.Addr) Bit {
	if b.Less(a) {
		a, b = b, a
	}
	return Bit{name, a, b}
}

// Bits are marks that end (xbits, hostbits).
type Bits struct{ table *Table[Bit, struct{}] }

// NewBits makes room for n marks.
func NewBits(n int) *Bits { return &Bits{NewTable[Bit, struct{}](n)} }

// Evicted counts the marks that were given up for room.
func (b *Bits) Evicted() uint64 { return b.table.Evicted() }

// Set marks until a time (ns), 0 = for ever.
func (b *Bits) Set(k Bit, now, until int64) { b.table.Put(k, struct{}{}, now, until) }

// Unset takes the mark away.
func (b *Bits) Unset(k Bit, now int64) { b.table.Delete(k, now) }

// IsSet reports whether the mark stands.
func (b *Bits) IsSet(k Bit, now int64) bool {
	_, ok := b.table.Get(k, now)
	return ok
}

// Toggle turns the mark over.
func (b *Bits) Toggle(k Bit, now, until int64) {
	b.table.Update(k, now, func(_ *struct{}, known bool) int64 {
		if known {
			return -1
		}
		return until
	})
}
