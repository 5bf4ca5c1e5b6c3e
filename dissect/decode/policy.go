package decode

import "fmt"

// Policy says whose bytes a host takes where fragments of a datagram overlap (Novak, "Target-Based Fragmentation
// Reassembly", 2005). An attacker who knows it may show a sensor with another policy something else.
type Policy uint8

// Policies: which of two overlapping fragments prevails.
const (
	BSD      Policy = iota // the earlier one, unless it begins behind the later one
	BSDRight               // the later one, unless the earlier one begins behind it
	Linux                  // the earlier one, unless it begins behind or at the later one
	First                  // the earlier one
	Last                   // the later one
	Solaris                // the earlier one, unless the later one covers it from before its start
	Windows                // the earlier one, unless the later one reaches beyond it on both sides
	Drop                   // neither: the datagram is thrown away (RFC 5722 §4), as by Linux from 4.19 on with IPv4, too
)

var policies = map[string]Policy{"": BSD, "bsd": BSD, "bsd-right": BSDRight, "linux": Linux, "first": First, "last": Last, "solaris": Solaris, "windows": Windows, "drop": Drop}

// ParsePolicy reads a policy's name: bsd, bsd-right, linux, first, last, solaris, windows, drop.
func ParsePolicy(name string) (Policy, error) {
	p, ok := policies[name]
	if !ok {
		return 0, fmt.Errorf("decode: fragment policy %q: use bsd, bsd-right, linux, first, last, solaris, windows or drop", name)
	}
	return p, nil
}

// later tells whether the bytes of a later piece replace those of an earlier one.
func (p Policy) later(old, late *piece) bool {
	oldEnd, lateEnd := old.off+len(old.b), late.off+len(late.b)
	switch p {
	case BSD:
		return late.off < old.off
	case BSDRight:
		return late.off >= old.off
	case Linux:
		return late.off <= old.off
	case Last:
		return true
	case Solaris:
		return late.off < old.off && lateEnd >= oldEnd
	case Windows:
		return late.off < old.off && lateEnd > oldEnd
	}
	return false
}

// settle writes pieces in the order in which they came, byte by byte where they overlap; all lie in out but for what
// stands beyond its end.
func (p Policy) settle(out []byte, pieces []piece) {
	owner := make([]uint16, len(out)) // 1 + index of the piece whose byte stands there
	for i := range pieces {
		late := &pieces[i]
		for j := late.off; j < min(len(out), late.off+len(late.b)); j++ {
			if o := owner[j]; o == 0 || p.later(&pieces[o-1], late) {
				out[j], owner[j] = late.b[j-late.off], uint16(i+1)
			}
		}
	}
}
