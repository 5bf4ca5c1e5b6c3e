package signature

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// judge holds a candidate against all that has come of its transaction. What may still come makes it Later.
func (e *Engine) judge(x *txState, c candidate, v *view) rule.Answer {
	s := &e.rules.sigs[c.rule]
	if s.gated && !e.open(c) {
		return rule.Later
	}
	e.state.Reset()
	e.state.Little = x.tx.Little
	if !e.asks(s, v) {
		return rule.Later
	}
	later := false
	for i := range s.Buffers {
		switch e.condition(s, i, x, c.d) {
		case rule.No:
			return rule.No
		case rule.Later:
			later = true
		}
	}
	for _, a := range [...]rule.Answer{s.anomalies(x.tx, c.d), s.files(x.tx, c.d), e.payloadOf(s, v)} {
		switch a {
		case rule.No:
			return rule.No
		case rule.Later:
			later = true
		}
	}
	if later {
		return rule.Later
	}
	return rule.Yes
}

// open reports whether the string for which a gated rule waits has come beside the transaction.
func (e *Engine) open(c candidate) bool {
	return slices.Contains(e.fresh, c.rule) || e.flow.dirs[c.d].opened(c.rule)
}

// anomalies reports whether the transaction has all that a rule asks for.
func (s *sig) anomalies(t *wire.Tx, d wire.Dir) rule.Answer {
	for i := range s.Events {
		x := &s.Events[i]
		if x.Kind != rule.AppEvent {
			continue
		}
		found := false
		for k := range t.Fields {
			f := &t.Fields[k]
			if f.Buffer == wire.AppEvent && (f.Dir == d || s.Head.OneFlow) && named(string(f.B), x.Name) {
				found = true
				break
			}
		}
		if !found {
			return rule.Later
		}
	}
	return rule.Yes
}

// named reports whether an event has a name, or is of a protocol.
func named(event, name string) bool {
	return event == name || strings.HasPrefix(event, name) && event[len(name)] == '.'
}

// files reports whether one file of the transaction passes all tests of a rule.
func (s *sig) files(t *wire.Tx, d wire.Dir) rule.Answer {
	if len(s.Files) == 0 {
		return rule.Yes
	}
	var before *wire.File
	for k := range t.Fields {
		f := &t.Fields[k]
		if f.File == nil || f.File == before || f.Dir != d && !s.Head.OneFlow {
			continue
		}
		before = f.File
		if s.file(f.File) == rule.Yes {
			return rule.Yes
		}
	}
	return rule.Later // a file may still come
}

func (s *sig) file(f *wire.File) rule.Answer {
	later := false
	for _, test := range s.Files {
		switch test(f) {
		case rule.No:
			return rule.No
		case rule.Later:
			later = true
		}
	}
	if later {
		return rule.Later
	}
	return rule.Yes
}

// payloadOf holds what a rule asks beside its buffers against the stream, or the packet.
func (e *Engine) payloadOf(s *sig, v *view) rule.Answer {
	if s.Payload.Chain == nil {
		return rule.Yes
	}
	if v.p.Kind == wire.TCP && !s.Payload.PacketOnly {
		if h := &e.flow.dirs[v.d]; len(h.window) > 0 {
			e.state.Start, e.state.Open = h.begin, true
			if s.Payload.Chain.Match(&e.state, h.window) {
				return rule.Yes
			}
		}
	}
	if len(v.p.Payload) > 0 {
		e.state.Start, e.state.Open = 0, false
		if s.Payload.Chain.Match(&e.state, v.p.Payload) {
			return rule.Yes
		}
	}
	return rule.Later
}
