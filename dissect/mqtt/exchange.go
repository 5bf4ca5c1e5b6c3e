package mqtt

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// exchange is a control packet that waits for its answers: together they are one transaction.
type exchange struct {
	kind byte // connect, publish, subscribe or unsubscribe
	id   uint16
	dir  dissect.Dir // who began
	qos  byte
	tx   *wire.Tx
}

// maxOpen bounds the exchanges of a connection; the oldest one ends without its answer.
const maxOpen = 256

// opener is what an answer belongs to.
var opener = [16]byte{connack: connect, puback: publish, 5: publish, 6: publish, pubcomp: publish, suback: subscribe, unsuback: unsubscribe}

// exchange gives the transaction of a packet, and whether the packet ends it.
func (p *parser) exchange(dir dissect.Dir, first byte, b []byte) (t *wire.Tx, last bool) {
	kind, qos := first>>4, first>>1&3
	if from := opener[kind]; from != 0 {
		for i, x := range p.open {
			if x.kind != from || from != connect && x.id != identifier(b) || x.dir != dir && kind == 6 {
				continue
			}
			if last = from != publish || x.qos < 2 || kind == pubcomp; last {
				p.open = append(p.open[:i], p.open[i+1:]...)
			}
			return x.tx, last
		}
	}
	t = p.f.Tx("")
	switch {
	case t == nil, kind == publish && qos == 0, kind != publish && kind != connect && kind != subscribe && kind != unsubscribe:
		return t, true
	}
	x := exchange{kind: kind, dir: dir, qos: qos, tx: t}
	switch m := (message{b: b}); kind {
	case publish:
		m.text()
		x.id = identifier(m.b)
	case subscribe, unsubscribe:
		x.id = identifier(b)
	}
	if len(p.open) >= maxOpen {
		p.f.EndTx(p.open[0].tx)
		p.f.AddEvicted(1)
		p.open = p.open[1:]
	}
	p.open = append(p.open, x)
	return t, false
}

// identifier is §2.2.1, 0 when it is missing.
func identifier(b []byte) uint16 {
	if len(b) < 2 {
		return 0
	}
	return binary.BigEndian.Uint16(b)
}
