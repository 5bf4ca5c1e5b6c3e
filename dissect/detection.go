package dissect

import (
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event/wire"
)

// much is how many bytes one side may say of no known protocol, while the other is silent, until that is told.
const much = 100_000

// Protocols by what is known of how their conversations go. Of those that both sides recognisably begin, the other side's first bytes are looked
// at, too; of others a probe would say no to what is quite in order.
var (
	clientFirst = map[string]bool{"http": true, "tls": true, "modbus": true, "dnp3": true, "enip": true}
	bothBegin   = map[string]bool{"http": true, "tls": true, "ssh": true, "smb": true}
	startsTLS   = map[string]bool{"smtp": true, "imap": true, "pop3": true, "ftp": true, "ldap": true, "pgsql": true, "mysql": true}
)

// note keeps an oddity for the packet at hand.
func (a *Analyzer) note(e wire.Event) {
	if a.inspector != nil && len(a.noted) < len(wire.DetectionEvents()) {
		a.noted = append(a.noted, e)
	}
}

// tellNoted adds to the packet what was found odd while its bytes were read.
func (a *Analyzer) tellNoted(l *decode.Layers) {
	l.Events = append(l.Events, a.noted...)
	a.noted = a.noted[:0]
}

// began tells of a protocol, recognised by what side d said, that is another one than it should be, or was begun by the wrong side.
func (a *Analyzer) began(f *flow, i int, d Dir) {
	name := a.protocols[i].Name
	switch {
	case f.talk != nil && f.talk.hops > 0:
		if a.owesTLS(f) && name != "tls" {
			a.note(wire.AppNoTLS)
		}
	case d == Resp && !f.midstream && f.payload[Orig] == 0 && clientFirst[name]:
		a.note(wire.AppWrongDirection)
	}
}

// owesTLS reports whether the sides have agreed to go on in TLS.
func (a *Analyzer) owesTLS(f *flow) bool {
	return f.before > 0 && startsTLS[a.protocols[f.before-1].Name] && f.talk != nil && f.talk.hops == 1
}

// nobody tells of a flow whose protocol nobody recognises.
func (a *Analyzer) nobody(f *flow) {
	if a.owesTLS(f) && (f.talk.proto < 0) {
		a.note(wire.AppNoTLS)
	}
}

// answers looks at the first bytes of the side that did not tell the protocol.
func (a *Analyzer) answers(f *flow, c *talk, d Dir, b []byte) {
	p := &a.protocols[c.proto]
	if a.inspector == nil || f.midstream || c.hops > 0 || f.lost[d] > 0 || p.Probe == nil || !bothBegin[p.Name] {
		return
	}
	if _, server := f.ports(); a.probe(p, d, b, false, server, true) != No {
		return
	}
	if _, m := a.identify(f, d, b, false, false); m == Yes {
		a.note(wire.AppMismatch)
	} else {
		a.note(wire.AppOneDirection)
	}
}

// talked tells once of a side that says much of no protocol to one that is silent; n is how many bytes are new.
func (a *Analyzer) talked(f *flow, d Dir, n int) {
	if said := f.payload[d]; said > much && said <= much+uint64(n) && f.payload[1-d] == 0 && f.app == "" {
		a.note(wire.AppSkipped)
	}
}
