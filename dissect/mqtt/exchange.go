package mqtt

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// exchange is a control packet that waits for its answers: together they are one transaction.
type exchange struct {
	kind byte // connect, publish, subscribe or unsubscribe
	id   uint16
	dir  dissect.Dir // who began
	qos  byte
	tx   *wire.Tx
	said []tree.Node // for its record
}

// maxOpen bounds the exchanges of a connection; the oldest one ends without its answer.
const maxOpen = 256

// maxSaid bounds the packets of an exchange that its record holds.
const maxSaid = 8

// said begins a record; nil where nobody reads it.
func (p *parser) said(first byte, b []byte) []tree.Node {
	if !p.f.Detailed() {
		return nil
	}
	if first>>4 == connect { // the version is told by this packet
		m := message{b: b}
		m.text()
		p.version = m.byte()
	}
	return []tree.Node{p.describe(first, b)}
}

// tell has alerts show what the record will.
func (x *exchange) tell() {
	if x.tx != nil && len(x.said) > 0 {
		x.tx.Said = tree.Of("mqtt", x.said...)
	}
}

// finish ends an exchange, as far as it went.
func (p *parser) finish(x *exchange) {
	p.f.EndTx(x.tx)
	p.record(x.dir, x.said)
}

// opener is what an answer belongs to.
var opener = [16]byte{connack: connect, puback: publish, 5: publish, pubrel: publish, pubcomp: publish, suback: subscribe, unsuback: unsubscribe}

// exchange gives what a packet belongs to, whether it was there before, and whether the packet ends it.
func (p *parser) exchange(dir dissect.Dir, first byte, b []byte) (x exchange, known, last bool) {
	kind, qos := first>>4, first>>1&3
	if from := opener[kind]; from != 0 {
		for i := range p.open {
			x := &p.open[i]
			if x.kind != from || from != connect && x.id != identifier(b) || (x.dir == dir) != (kind == pubrel) { // each side counts on its own (§2.2.1)
				continue
			}
			if p.f.Detailed() && len(x.said) < maxSaid {
				x.said = append(x.said, p.describe(first, b))
				x.tell()
			}
			p.crowd.Answered()
			found := *x
			if last = from != publish || x.qos < 2 || kind == pubcomp; last {
				p.open = append(p.open[:i], p.open[i+1:]...)
			}
			return found, true, last
		}
	}
	x = exchange{kind: kind, dir: dir, qos: qos, tx: p.f.Tx("")}
	switch {
	case kind == publish && qos == 0, kind != publish && kind != connect && kind != subscribe && kind != unsubscribe:
		x.said = p.said(first, b)
		x.tell()
		return x, false, true
	}
	switch m := (message{b: b}); kind {
	case publish:
		m.text()
		x.id = identifier(m.b)
	case subscribe, unsubscribe:
		x.id = identifier(b)
	}
	if len(p.open) >= maxOpen {
		p.finish(&p.open[0])
		p.f.AddEvicted(1)
		p.open = p.open[1:]
	}
	if p.crowd.Asked() {
		x.tx.Event(dir, "mqtt.too_many_transactions")
	}
	x.said = p.said(first, b)
	x.tell()
	p.open = append(p.open, x)
	return x, false, false
}

// identifier is §2.2.1, 0 when it is missing.
func identifier(b []byte) uint16 {
	if len(b) < 2 {
		return 0
	}
	return binary.BigEndian.Uint16(b)
}
