package dissect

import (
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
)

// renewed tells whether a SYN opens another connection between the same ports. Within one that both sides know, or may know, anybody may have
// sent it: the other side's answer tells.
func renewed(f *flow, l *decode.Layers, fromB bool) bool {
	if l.Flags&(event.FlagSYN|event.FlagACK) != event.FlagSYN {
		return false
	}
	d := f.dir(fromB)
	switch {
	case f.flags[d]&event.FlagSYN != 0 && f.isn[d] == l.Seq: // sent again
		return false
	case f.ended, (f.midstream || f.reset != 0) && f.packets[1-d] == 0, f.reset != 0 && !f.midstream && !f.greeted:
		return true
	case f.midstream, f.flags[1-d]&event.FlagSYN != 0 && f.flags[d]&event.FlagSYN != 0:
		f.again, f.asked = l.Seq, true
	}
	return false
}

// answered tells whether a segment answers a SYN that came within an open connection: the client has begun anew.
func answered(f *flow, l *decode.Layers) bool {
	return f.asked && l.Flags&event.FlagACK != 0 && l.Flags&(event.FlagSYN|event.FlagRST) != 0 && l.Ack == f.again+1
}

// ask keeps what such a SYN tells of its sender until it is answered.
func (a *Analyzer) ask(f *flow, l *decode.Layers) {
	if a.inspector == nil || l.Seq != f.again {
		return
	}
	a.spare(f.anew)
	f.anew = a.meet(l, Orig)
}

// answers makes what an answer has opened the connection whose SYN came within another one; anew is what that told, nil where nobody looks.
func (f *flow) answers(l *decode.Layers, fromB bool, anew *strict) {
	f.origB, f.strict = !fromB, anew
	f.flags[Orig], f.isn[Orig] = event.FlagSYN, l.Ack-1
	f.half[Orig].Sync(l.Ack)
}

// openTCP begins a connection.
func (a *Analyzer) openTCP(k *key, h uint64, l *decode.Layers, fromB, answer bool, anew *strict) *flow {
	f := a.add(k, h)
	switch flags := l.Flags & (event.FlagSYN | event.FlagACK); {
	case answer:
		f.answers(l, fromB, anew)
	case flags == event.FlagSYN:
		f.origB = fromB
		if a.inspector != nil {
			f.strict = a.meet(l, Orig)
		}
	case flags == event.FlagSYN|event.FlagACK:
		f.origB = !fromB
	default:
		f.midstream = true
		f.origB = fromB != a.byPort.fromServer(true, l.SrcPort, l.DstPort)
	}
	a.open(f, fromB, l)
	return f
}
