package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
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

// manyNumbers reads what several numbers are compared with, and which of them; "count" counts them all.
func manyNumbers(k numeric, arg string) (x rule.Index, c content.Compare, err error) {
	arg = strings.Trim(arg, `"`)
	if rest, ok := counted(arg); ok {
		n, err := plainNumber.compare(rest)
		return rule.Index{Kind: rule.Count, Count: n.Holds}, content.Compare{Op: content.GreaterEqual}, err
	}
	text, index, given := strings.Cut(arg, ",")
	if c, err = k.compare(text); err == nil && given {
		x, err = readIndex(index)
	}
	return x, c, err
}

// counted cuts off the word that has numbers counted, whatever they are.
func counted(arg string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(strings.TrimSpace(arg), "count")
	return rest, ok && (rest == "" || strings.IndexByte(" \t<>=!&", rest[0]) >= 0)
}
