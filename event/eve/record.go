package eve

import (
	"strconv"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// record writes a message in all its parts.
func (w *Encoder) record(r *event.Record) {
	k, ok := appKinds[r.Protocol]
	d := forward
	if r.Back {
		d = back
	}
	if !ok || !w.begin(k, &r.Header, &r.Conn, d) {
		return
	}
	w.o.text("app_proto", r.App)
	if r.Tx > 0 {
		w.o.num("tx_id", r.Tx-1)
	}
	w.o.key(kinds[k])
	w.node(&r.Body)
	w.finish()
}

// recordObject writes the object of an alert, and gives its name; "" for protocols that have none.
func (w *Encoder) recordObject(r *event.Record) string {
	k, ok := appKinds[r.Protocol]
	if !ok {
		return ""
	}
	w.o.key(kinds[k])
	w.node(&r.Body)
	return kinds[k]
}

func (w *Encoder) node(n *tree.Node) {
	o := &w.o
	switch n.Kind {
	case tree.Text:
		o.b = quote(o.b, n.S)
	case tree.Number:
		o.b = strconv.AppendInt(o.b, n.N, 10)
	case tree.Truth:
		o.b = strconv.AppendBool(o.b, n.N != 0)
	default:
		w.nodes(n)
	}
}

func (w *Encoder) nodes(n *tree.Node) {
	o := &w.o
	open, shut := byte('{'), byte('}')
	if n.Kind == tree.List {
		open, shut = '[', ']'
	}
	o.b = append(o.b, open)
	for i := range n.In {
		o.comma()
		if n.Kind == tree.Object {
			o.name(n.In[i].Name)
		}
		w.node(&n.In[i])
	}
	o.b = append(o.b, shut)
}
