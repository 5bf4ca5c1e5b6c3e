package signature

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// Hushes implements wire.Husher.
func (e *Engine) Hushes() bool {
	e.refresh()
	return e.rules.hushes
}

// hush keeps out of EVE what a rule that matched says.
func (e *Engine) hush(s *sig, v *view, m *match) {
	t := e.about(s, m, v)
	if t == nil && s.Hush == rule.HushTx {
		return
	}
	if v.f.Hush == nil {
		v.f.Hush = &wire.Hush{}
	}
	h := v.f.Hush
	h.Flow = h.Flow || s.Hush&rule.HushFlow != 0
	h.All = h.All || s.Hush&rule.HushTxs != 0
	if s.Hush&rule.HushTx != 0 && t != nil {
		h.Tx(t.ID)
	}
}
