package keyword

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// vlanID reads vlan.id:COMPARISON[,INDEX[,FROM:TO]] and vlan.id:count COMPARISON; the outermost tag is the first (user guide, Multi-integers).
func vlanID(b *builder, _, arg string) error {
	const most = 3 // tags that a packet is read with
	x, c, err := manyNumbers(u16, arg)
	switch {
	case err != nil:
		return err
	case x.Kind == rule.At && (x.N < -most || x.N >= most):
		return bad("a packet has no layer %d: 0 to %d, or -1 to -%d from the last", x.N, most-1, most)
	}
	b.packetTest(func(p *wire.Packet) bool {
		return x.Of(int(p.Tags), func(i int) bool { return c.Holds(uint64(p.VLANs[i])) })
	})
	return nil
}
