package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// hushes are what may be turned off, by type and scope.
var hushes = map[[2]string]rule.Hush{{"tx", "tx"}: rule.HushTx, {"tx", "flow"}: rule.HushTxs, {"flow", "flow"}: rule.HushFlow}

// config reads config:logging disable, type tx, scope tx, which keeps records out of EVE.
func config(b *builder, _, arg string) error {
	words := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' })
	said := map[string]string{}
	for _, w := range words {
		name, value, _ := strings.Cut(strings.TrimSpace(w), " ")
		if value = strings.TrimSpace(value); value == "" || said[name] != "" {
			return bad("%q is not a setting with its value", strings.TrimSpace(w))
		}
		said[name] = value
	}
	if said["tracking"] != "" {
		return bad("no flow is left out for a rule; capture.filter leaves packets out")
	}
	h := hushes[[2]string{said["type"], said["scope"]}]
	if said["logging"] != "disable" || len(said) != 3 || h == 0 {
		return bad("%q is not known; write logging disable, type tx or flow, scope tx or flow", arg)
	}
	b.sig.Hush |= h
	return nil
}
