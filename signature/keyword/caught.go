package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// caught reads flowvar:name,[!]"text" and pktvar:name,[!]"text": whether the text stands in what a pattern has caught for the flow or the
// packet.
func caught(b *builder, keyword, arg string) error {
	name, value, ok := strings.Cut(arg, ",")
	if name = strings.TrimSpace(name); !ok || name == "" {
		return bad("%q is not name,\"text\"", arg)
	}
	value = strings.TrimSpace(value)
	if bare := strings.TrimPrefix(value, "!"); !strings.HasPrefix(bare, `"`) { // quotation marks may be left out
		value = value[:len(value)-len(bare)] + `"` + bare + `"`
	}
	negated, text, err := quoted(value)
	if err != nil {
		return err
	}
	part, err := unescape(text, nil)
	if err != nil {
		return err
	}
	if len(part) == 0 {
		return bad("the text is empty")
	}
	whole := map[string]string{"flowvar": "flow:", "pktvar": "pkt:"}[keyword] + name
	b.sig.Vars = append(b.sig.Vars, rule.VarOp{Name: b.env.Names.ID("v:" + whole), Whole: b.pool.text(whole), Part: part, Negated: negated})
	b.asked = true
	return nil
}

// catches notes which variables a pattern stores, so that rules which ask for them come later.
func (b *builder) catches(p *content.Pattern) {
	if p.Negated {
		return
	}
	for _, name := range p.Captures {
		if strings.HasPrefix(name, "flow:") || strings.HasPrefix(name, "pkt:") {
			b.sig.Vars = append(b.sig.Vars, rule.VarOp{Store: true, Name: b.env.Names.ID("v:" + name), Whole: name})
		}
	}
}
