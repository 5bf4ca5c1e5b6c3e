package signature

import (
	"github.com/yagura-project/yagura/signature/memo"
	"github.com/yagura-project/yagura/signature/rule"
)

// Slots of a rule's limits, so that they count apart.
const (
	ofRates = 0
	ofTurns = 128
)

// limited asks what limits a rule that has matched: the action that stands now, and whether it may speak.
func (e *Engine) limited(s *sig, v *view) (rule.Action, bool) {
	for _, x := range s.Silences {
		if x.Holds(&v.p.Src, &v.p.Dst) {
			return s.Action, false
		}
	}
	ok := true
	for i := range s.Rates {
		ok = e.shared.limits.Pass(e.subject(s, v, s.Rates[i].Track, ofRates+i), s.Rates[i], e.port(v, s.Rates[i].Unique), e.at) && ok
	}
	action := s.Action
	for i := range s.Turns {
		if e.shared.limits.Turned(e.subject(s, v, s.Turns[i].Track, ofTurns+i), s.Turns[i], e.at) {
			action = s.Turns[i].Action
		}
	}
	return action, ok && (action != rule.Pass || s.Action == rule.Pass)
}

// subject is whom a limit of a rule counts for.
func (e *Engine) subject(s *sig, v *view, track rule.Track, slot int) memo.Subject {
	who := memo.Subject{SID: s.SID, GID: s.GID, Slot: uint8(slot), VLAN: v.p.VLAN}
	switch track {
	case rule.BySource:
		who.Src = v.p.Src.IP()
	case rule.ByDestination:
		who.Dst = v.p.Dst.IP()
	case rule.ByPair:
		pair := memo.Pair(0, v.p.Src.IP(), v.p.Dst.IP())
		who.Src, who.Dst = pair.A, pair.B
	case rule.ByFlow, rule.ByTx:
		if v.f != nil {
			who.Flow = v.f.ID
		}
	}
	return who
}

// port is what a limit counts once.
func (e *Engine) port(v *view, u rule.Unique) uint16 {
	if u == rule.UniqueDestinationPort {
		return v.p.DstPort
	}
	return v.p.SrcPort
}
