package keyword

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
)

// iface reads dcerpc.iface:UUID[,<version][,any_frag].
func iface(b *builder, _, arg string) error {
	w := words(arg)
	id, err := hex.DecodeString(strings.ReplaceAll(w[0], "-", ""))
	if err != nil || len(id) != 16 {
		return bad("%q is not a UUID", w[0])
	}
	version := func(uint64) bool { return true }
	any := false
	for _, o := range w[1:] {
		if o == "any_frag" {
			any = true
			continue
		}
		c, err := u16.compare(o)
		if err != nil {
			return err
		}
		version = c.Holds
	}
	return b.valueOf("dcerpc.iface", func(f *wire.Field) bool {
		return len(f.B) == wire.IfaceLen && bytes.Equal(f.B[:16], id) && version(uint64(binary.BigEndian.Uint16(f.B[16:]))) && (any || f.B[18] == 1)
	})
}

// opnum reads dcerpc.opnum:12,15-20.
func opnum(b *builder, _, arg string) error {
	var spans [][2]uint64
	for _, w := range words(arg) {
		low, high, ok := strings.Cut(w, "-")
		if !ok {
			if _, err := u16.number(w); err != nil { // one comparison, as of other numbers
				return b.number(described()["dcerpc.opnum"], "dcerpc.opnum", arg)
			}
			high = low
		}
		a, err := u16.number(low)
		if err != nil {
			return err
		}
		z, err := u16.number(high)
		if err != nil || z < a {
			return bad("%q is not a range of numbers", w)
		}
		spans = append(spans, [2]uint64{a, z})
	}
	return b.valueOf("dcerpc.opnum", func(f *wire.Field) bool {
		for _, s := range spans {
			if s[0] <= f.N && f.N <= s[1] {
				return true
			}
		}
		return false
	})
}

// rpc reads rpc:program,version|*,procedure|*: a call of Sun RPC in one packet (RFC 5531).
func rpc(b *builder, _, arg string) error {
	var want [3]content.Compare
	var given [3]bool
	w := words(arg)
	if len(w) > 3 {
		return bad("%q is not program,version,procedure", arg)
	}
	for i, s := range w {
		if s == "*" && i > 0 {
			continue
		}
		c, err := u32.compare(s)
		if err != nil {
			return err
		}
		want[i], given[i] = c, true
	}
	b.packetTest(func(p *wire.Packet) bool {
		m := p.Payload
		if p.Kind == wire.TCP && len(m) >= 4 {
			m = m[4:]
		}
		if p.Kind != wire.TCP && p.Kind != wire.UDP || len(m) < 24 || binary.BigEndian.Uint32(m[4:]) != 0 {
			return false
		}
		for i := range want {
			if n, _ := word(m, 12+4*i, 4); given[i] && !want[i].Holds(n) {
				return false
			}
		}
		return true
	})
	return nil
}
