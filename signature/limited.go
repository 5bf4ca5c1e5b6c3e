package signature

import (
	"github.com/yagura-project/yagura/event/wire"
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
		ok = e.shared.limits.Pass(e.subject(s, v, s.Rates[i].Track, ofRates+i), s.Rates[i], once(v, s.Rates[i].Unique), e.at) && ok
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
	who := memo.Subject{SID: s.SID, GID: s.GID, Slot: uint8(slot)}
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

// once is what a limit counts once: a port, or an address as 16 bits of its sum.
func once(v *view, u rule.Unique) uint16 {
	switch u {
	case rule.UniqueDestinationPort:
		return v.p.DstPort
	case rule.UniqueSource:
		return folded(&v.p.Src)
	case rule.UniqueDestination:
		return folded(&v.p.Dst)
	}
	return v.p.SrcPort
}

// folded is FNV-1a of an address, its upper half folded into the lower.
func folded(a *wire.Addr) uint16 {
	h := uint32(2166136261)
	for _, c := range a {
		h = (h ^ uint32(c)) * 16777619
	}
	return uint16(h>>16 ^ h)
}
