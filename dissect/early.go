package dissect

import (
	"hash/maphash"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/dissect/reassembly"
	"github.com/yagura-project/yagura/event"
)

// What a SYN carries is read at once (RFC 7413). Most servers do not take it: the client says it again after the handshake, or
// something else, which would pass for the repetition of what nobody has heard.

// early is what a SYN has carried; the zero value is nothing.
type early struct {
	hash uint64
	n    uint16 // bytes
	dir  Dir
	left bool // the server has not taken it
}

// sayEarly notes what a SYN carries when it is read.
func (a *Analyzer) sayEarly(f *flow, d Dir, b []byte) {
	f.early = early{hash: maphash.Bytes(a.earlySeed, b), n: uint16(min(len(b), 1<<16-1)), dir: d}
}

// hearEarly learns by the next packets whether a SYN's words were taken: the server's acknowledgement says so, or where the client
// goes on. If not, and the client does not say the same again, all begins anew.
func (a *Analyzer) hearEarly(f *flow, d Dir, l *decode.Layers) {
	e, start := f.early, f.isn[f.early.dir]+1
	if !e.left {
		if l.Flags&event.FlagACK == 0 {
			return
		}
		upTo := l.Ack
		if d == e.dir {
			upTo = l.Seq
		}
		if f.early.left = upTo == start; !f.early.left {
			f.early = early{}
			return
		}
	}
	if len(l.Payload)+l.Cut == 0 || l.Flags&(event.FlagSYN|event.FlagRST) != 0 {
		return
	}
	f.early = early{}
	if n := int(e.n); d != e.dir || l.Seq != start || len(l.Payload) < n || maphash.Bytes(a.earlySeed, l.Payload[:n]) != e.hash {
		a.unsay(f, e.dir)
	}
}

// unsay forgets what d has said so far, and what was made of it.
func (a *Analyzer) unsay(f *flow, d Dir) {
	a.flush(f, d)
	a.hush(f)
	a.showEnd(f, a.now) // the inspector meets it anew
	f.half[d], f.early = reassembly.Half{}, early{}
	f.half[d].Sync(f.isn[d] + 1)
	f.payload[d], f.lost[d], f.tries = 0, 0, [2]uint8{}
	f.app, f.tls, f.opening, f.before, f.rests = "", nil, nil, 0, 0
	f.deaf, f.encrypted, f.unread, f.announced = false, false, false, false
}
