package eve

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// facts writes what the transaction behind an alert held, as the objects that its own record has.
func (w *Encoder) facts(list []tree.Node, of event.Event) {
	smb, told := of.(*event.SMBActivity)
	if told {
		w.smbObject(smb)
	}
	for i := range list {
		if n := &list[i]; told && (n.Name == "smb" || n.Name == "dcerpc") {
			continue
		} else if n.Name == "dns" && w.opt.DNS != 3 {
			w.o.key("dns")
			dns := secondDNS(n)
			w.node(&dns)
		} else {
			w.o.comma()
			w.o.name(n.Name)
			w.node(n)
		}
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

// carried writes where the packet of an alert came from, and what carried it.
func (w *Encoder) carried(a *event.Alert) {
	o := &w.o
	o.text("pkt_src", a.From)
	if t := a.Tunnel; t != nil {
		o.open("tunnel")
		w.endpoints(t, &t.Src, &t.Dst)
		o.num("depth", uint64(a.Depth))
		o.close()
	}
}
