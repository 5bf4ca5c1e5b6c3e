package flowtest

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// Records are those of single messages that an analyzer tells of a conversation, each in one line: "> " or "< " for its sender, and what it holds.
func Records(port uint16, udp bool, says []Say, protocols ...dissect.Protocol) (out []string) {
	for _, e := range Detailed(port, udp, says, protocols...) {
		if r, ok := e.(*event.Record); ok {
			way := "> "
			if r.Back {
				way = "< "
			}
			out = append(out, way+Shape(&r.Body))
		}
	}
	return out
}

// Shape writes a node: {name:value …}, [value …], 'text', number, true.
func Shape(n *tree.Node) string {
	switch n.Kind {
	case tree.Text:
		return "'" + n.S + "'"
	case tree.Number:
		return strconv.FormatInt(n.N, 10)
	case tree.Truth:
		return strconv.FormatBool(n.N != 0)
	}
	var parts []string
	for i := range n.In {
		part := Shape(&n.In[i])
		if n.Kind == tree.Object {
			part = n.In[i].Name + ":" + part
		}
		parts = append(parts, part)
	}
	if n.Kind == tree.List {
		return "[" + strings.Join(parts, " ") + "]"
	}
	return "{" + strings.Join(parts, " ") + "}"
}
