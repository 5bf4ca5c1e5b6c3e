package signature

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// byProtocol tells the rules that wait for it what the flow speaks when a side has sent something: those that fit packets of either side once.
func (e *Engine) byProtocol(v *view) {
	s, f := e.flow, v.f
	if s.app != f.App || s.failed != f.AppFailed {
		s.app, s.failed, s.told = f.App, f.AppFailed, [2]bool{}
	}
	if s.told[v.d] || f.App == "" && !f.AppFailed || !s.spoken(v) {
		return
	}
	s.told[v.d] = true
	for _, n := range e.rules.protocols {
		x := &e.rules.sigs[n]
		if known := s.told[v.d^1] && x.Direction[v.d^1] && eitherSide(&x.Head); !known && x.header(v, f.App) {
			e.whole(n, x, v)
		}
	}
}

// eitherSide tells whether a header holds for both directions of a flow, if for one.
func eitherSide(h *rule.Header) bool {
	return h.Both || h.Src == nil && h.Dst == nil && h.SrcPort == nil && h.DstPort == nil
}

// spoken reports whether the side that sends a packet has sent more than headers.
func (s *flowState) spoken(v *view) bool {
	if len(v.p.Payload) > 0 {
		return true
	}
	h := s.dirs[v.d].strand
	return h != nil && h.begin+uint64(len(h.window)) > 0
}

// hear lets rules of headers know the protocol of a TCP flow from when the receiver has acknowledged the bytes that told it.
func (s *flowState) hear(v *view) {
	switch app := v.f.App; {
	case s.heard == app:
	case v.p.Kind != wire.TCP:
		s.heard = app
	case s.heardNext != app:
		s.heardNext, s.saidBy = app, v.d
	case v.d != s.saidBy && v.p.Flags&event.FlagSYN == 0:
		s.heard = app
	}
}
