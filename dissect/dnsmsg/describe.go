package dnsmsg

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// Tell emits the record of a message of mDNS or LLMNR in all its parts where somebody reads that; what has no header is passed over.
func Tell(f *dissect.Flow, protocol string, d dissect.Dir, b []byte) {
	if !f.Detailed() {
		return
	}
	if body, ok := Describe(protocol, b); ok {
		f.Record(protocol, d, body)
	}
}

// Describe is a message of mDNS or LLMNR in all its parts, as EVE has them: types in lower case, names in the case in which they were sent, the data
// under its type. What the message promises but does not hold is left out; false means that there is not even a header.
func Describe(name string, b []byte) (tree.Node, bool) {
	if len(b) < HeaderLen {
		return tree.Node{}, false
	}
	flags := binary.BigEndian.Uint16(b[2:])
	kind := "request"
	if flags&0x8000 != 0 {
		kind = "response"
	}
	n := tree.Of(name, tree.Str("type", kind), tree.Num("id", binary.BigEndian.Uint16(b)))
	set, words := tree.All("flags"), headerFlags
	if name == "llmnr" {
		words = linkLocalFlags
	}
	for _, f := range words {
		if flags&f.bit != 0 {
			set.Add(tree.Str("", f.name))
		}
	}
	if len(set.In) > 0 {
		n.Add(set)
	}
	n.Add(tree.Num("opcode", flags>>11&15))
	if flags&15 != 0 {
		n.Add(tree.Num("rcode", flags&15))
	}
	(&describer{b: b, off: HeaderLen}).sections(&n)
	return n, true
}

type headerFlag struct {
	name string
	bit  uint16
}

// Flags of a header: of mDNS as those of DNS (RFC 4035 §3.1.6), and of LLMNR: conflict, truncated, tentative (RFC 4795 §2.1.1).
var (
	headerFlags    = []headerFlag{{"aa", 0x400}, {"tc", 0x200}, {"rd", 0x100}, {"ra", 0x80}, {"z", 0x40}, {"ad", 0x20}, {"cd", 0x10}}
	linkLocalFlags = []headerFlag{{"c", 0x400}, {"tc", 0x200}, {"t", 0x100}}
)

// describer reads on behind the header.
type describer struct {
	b   []byte
	off int
}

func (d *describer) sections(n *tree.Node) {
	ok := true
	for i, name := range []string{"queries", "answers", "authorities", "additionals"} {
		list := tree.All(name)
		limit := MaxRecords
		if i == 0 {
			limit = MaxQuestions
		}
		for range min(limit, int(binary.BigEndian.Uint16(d.b[4+2*i:]))) {
			var one tree.Node
			if one, ok = d.next(i > 0); !ok {
				break
			}
			list.Add(one)
		}
		if len(list.In) > 0 {
			n.Add(list)
		}
		if !ok || len(list.In) < int(binary.BigEndian.Uint16(d.b[4+2*i:])) {
			return
		}
	}
}

// next is one question, or one record.
func (d *describer) next(record bool) (tree.Node, bool) {
	name, off, ok := RawName(d.b, d.off)
	if !ok || off+4 > len(d.b) {
		return tree.Node{}, false
	}
	typ := binary.BigEndian.Uint16(d.b[off:])
	n := tree.Of("", tree.Str("rrname", string(name)), tree.Str("rrtype", strings.ToLower(TypeName(typ))))
	d.off = off + 4
	if !record {
		return n, true
	}
	if off+10 > len(d.b) {
		return tree.Node{}, false
	}
	size := int(binary.BigEndian.Uint16(d.b[off+8:]))
	if off += 10; off+size > len(d.b) {
		return tree.Node{}, false
	}
	d.off = off + size
	n.Add(tree.Node{Name: "ttl", Kind: tree.Number, N: int64(binary.BigEndian.Uint32(d.b[off-6:]))})
	if data := described(typ, d.b[:d.off], off); data.Name != "" {
		n.Add(data)
	}
	return n, true
}

// described is the data of a record from off to the end of b; without a name where it says nothing.
func described(typ uint16, b []byte, off int) tree.Node {
	key, data := strings.ToLower(TypeName(typ)), b[off:]
	switch typ {
	case TypeOPT:
		return tree.Node{}
	case TypeA, TypeAAAA:
		if a, ok := netip.AddrFromSlice(data); ok {
			return tree.Str(key, a.StringExpanded())
		}
	case TypePTR, TypeCNAME, TypeNS, TypeDNAME:
		if name, _, ok := RawName(b, off); ok {
			return tree.Str(key, string(name))
		}
	case TypeTXT:
		return strings8(key, data)
	case TypeSRV:
		if name, _, ok := RawName(b, off+6); ok {
			return tree.Of(key, tree.Num("priority", binary.BigEndian.Uint16(data)), tree.Num("weight", binary.BigEndian.Uint16(data[2:])),
				tree.Num("port", binary.BigEndian.Uint16(data[4:])), tree.Str("name", string(name)))
		}
	}
	return tree.Str("rdata", hex.EncodeToString(data[:min(len(data), MaxText/2)]))
}

// strings8 lists character strings (RFC 1035 §3.3); the empty one that stands for none at all (RFC 6763 §6.1) is left out.
func strings8(key string, b []byte) tree.Node {
	list := tree.All(key)
	for len(b) > 0 && len(list.In) < MaxRecords {
		n := min(int(b[0]), len(b)-1)
		if n > 0 {
			list.Add(tree.Str("", string(b[1:1+n])))
		}
		b = b[1+n:]
	}
	return list
}
