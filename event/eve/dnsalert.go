package eve

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// dnsTold writes the object of an alert: as a record has it, or in the form of Suricata 7, which has the questions in a list and the
// answer in an object of its own.
func (w *Encoder) dnsTold(e *event.DNSActivity) {
	o := &w.o
	o.open("dns")
	defer o.close()
	if w.opt.DNS == 3 {
		w.dnsThird(e)
		return
	}
	if e.Query != "" || e.Type != "" {
		o.list("query")
		o.item()
		w.dnsQuery(e)
		o.close()
		o.endList()
	}
	if e.Activity != event.DNSQuery {
		o.open("answer")
		w.dnsAnswer(e)
		o.close()
	}
}

// secondDNS gives questions the form of Suricata 7: a list of queries, each with its type.
func secondDNS(n *tree.Node) tree.Node {
	out := tree.Of("dns")
	for _, m := range n.In {
		switch m.Name {
		case "version", "type":
			continue
		case "queries":
			list := tree.All("query")
			for _, q := range m.In {
				list.Add(tree.Node{In: append([]tree.Node{tree.Str("type", "query")}, q.In...)})
			}
			m = list
		}
		out.Add(m)
	}
	return out
}
