package signature

import (
	"strings"

	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/signature/rule"
)

// Named has alerts tell of bits and counters by their names.
func (r *Ruleset) Named(n *rule.Names) *Ruleset {
	r.names = n
	return r
}

// maxRemembered bounds what an alert tells of each kind.
const maxRemembered = 32

// told is what rules have had the flow remember, as EVE has it; traffic is of bits whose names begin so. Texts that patterns caught are not told: they
// may be passwords.
func (e *Engine) told() (out []tree.Node) {
	if e.rules.names == nil || e.flow == nil || e.flow.more == nil {
		return nil
	}
	meta, traffic := tree.Of("metadata"), tree.Of("traffic")
	e.toldBits(e.flow.more.bits, &meta, &traffic)
	e.toldCounters(e.flow.more.ints, &meta)
	for _, n := range []tree.Node{traffic, meta} {
		if len(n.In) > 0 {
			out = append(out, n)
		}
	}
	return out
}

func addSome(to *tree.Node, n tree.Node) {
	if len(n.In) > 0 {
		to.Add(n)
	}
}

func (e *Engine) toldBits(bits []uint64, meta, traffic *tree.Node) {
	plain, id, label := tree.All("flowbits"), tree.All("id"), tree.All("label")
	for i := range uint32(64 * len(bits)) {
		if bits[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		name := e.rules.names.Name(i)
		to := &plain
		if rest, ok := strings.CutPrefix(name, "traffic/id/"); ok {
			to, name = &id, rest
		} else if rest, ok := strings.CutPrefix(name, "traffic/label/"); ok {
			to, name = &label, rest
		}
		if len(to.In) < maxRemembered {
			to.Add(tree.Str("", name))
		}
	}
	addSome(meta, plain)
	addSome(traffic, id)
	addSome(traffic, label)
}

func (e *Engine) toldCounters(all []counter, meta *tree.Node) {
	ints := tree.Of("flowints")
	for _, c := range all[:min(len(all), maxRemembered)] {
		ints.Add(tree.Num(strings.TrimPrefix(e.rules.names.Name(c.name), "i:"), c.value))
	}
	addSome(meta, ints)
}
