package modbus

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// Names of anomalies as rules have them.
const (
	badProtocol  = "modbus.invalid_protocol_id"
	badLength    = "modbus.invalid_length"
	badFunction  = "modbus.invalid_function_code"
	badValue     = "modbus.invalid_value"
	badException = "modbus.invalid_exception_code"
	mismatch     = "modbus.value_mismatch"
	unsolicited  = "modbus.unsolicited_response"
	flooded      = "modbus.flooded"
)

// maxWaiting is how many requests of a connection may wait for their answers before it counts as flooded; the oldest is forgotten.
const maxWaiting = 500

// failed marks the function of an exception (§7 of the application protocol).
const failed = 0x80

// call is a request that waits for its answer.
type call struct {
	id    uint16
	count uint16 // registers or coils; the value of a single one
	at    uint16 // address
	code  byte
	sized bool // at and count are known

	number int        // of the exchange, from 1
	said   *tree.Node // nil: nobody looks
	told   bool       // without an answer, which took too long
}

// limits are the most registers or coils that one call may ask for or write (§6).
var limits = map[byte]uint16{1: 2000, 2: 2000, 3: 125, 4: 125, 15: 1968, 16: 123}

// readCall reads what a request is for, b from its function on, and names what is wrong with it.
func readCall(id uint16, b []byte) (c call, odd string) {
	if c = (call{id: id, code: b[0]}); c.code == 0 || c.code >= failed {
		return c, badFunction
	}
	limit, many := limits[c.code]
	if !many && c.code != 5 && c.code != 6 {
		return c, ""
	}
	if len(b) < 5 {
		return c, badLength
	}
	c.at, c.count, c.sized = binary.BigEndian.Uint16(b[1:]), binary.BigEndian.Uint16(b[3:]), true
	switch c.code {
	case 5:
		if c.count != 0 && c.count != 0xff00 {
			odd = badValue
		}
	case 6:
	case 15, 16:
		if len(b) < 6 || len(b) != 6+int(b[5]) {
			return c, badLength
		}
		if c.count == 0 || c.count > limit || int(b[5]) != c.bytes() {
			odd = badValue
		}
	default:
		if c.count == 0 || c.count > limit {
			odd = badValue
		}
	}
	return c, odd
}

// bytes are those of the values that a call reads or writes.
func (c *call) bytes() int {
	switch c.code {
	case 1, 2, 15:
		return (int(c.count) + 7) / 8
	}
	return 2 * int(c.count)
}

// answer names what is wrong with an answer, b from its function on.
func (c *call) answer(b []byte) string {
	if b[0] == c.code|failed {
		if len(b) < 2 {
			return badLength
		}
		if e := b[1]; e == 0 || e > 11 || e == 7 || e == 9 {
			return badException
		}
		return ""
	}
	if b[0] != c.code {
		return mismatch
	}
	if !c.sized {
		return ""
	}
	switch c.code {
	case 1, 2, 3, 4:
		switch {
		case len(b) < 2 || len(b) != 2+int(b[1]):
			return badLength
		case int(b[1]) != c.bytes():
			return mismatch
		}
	default: // an echo of address and value or count
		if len(b) < 5 {
			return badLength
		}
		if binary.BigEndian.Uint16(b[1:]) != c.at || binary.BigEndian.Uint16(b[3:]) != c.count {
			return mismatch
		}
	}
	return ""
}

// judge tells what is wrong with a message, b from its function on. The answer's call is found by the number of the transaction.
func (p *parser) judge(dir dissect.Dir, m message) {
	if dir == dissect.Orig {
		p.ask(m)
		return
	}
	for i := range p.waiting {
		if c := p.waiting[i]; c.id == m.id {
			p.waiting = append(p.waiting[:i], p.waiting[i+1:]...)
			odd := c.answer(m.b)
			p.unsure = false
			p.odd(dir, odd, p.tell(&c, m.said(dir, odd)))
			return
		}
	}
	p.exchanges++
	whole := p.tell(&call{number: p.exchanges}, m.said(dir, ""))
	if !p.unsure {
		p.odd(dir, unsolicited, whole)
	}
}

// ask lets a request wait for its answer.
func (p *parser) ask(m message) {
	c, odd := readCall(m.id, m.b)
	said := m.said(dissect.Orig, odd)
	p.exchanges++
	c.number, c.said = p.exchanges, &said
	p.odd(dissect.Orig, odd, tree.Of("modbus", tree.Num("id", c.number), said))
	if len(p.waiting) >= maxWaiting {
		p.odd(dissect.Orig, flooded, p.tell(&p.waiting[0]))
		p.waiting = p.waiting[1:]
		p.f.AddEvicted(1)
	}
	p.waiting = append(p.waiting, c)
	if old := len(p.waiting) - maxUntold - 1; old >= 0 && !p.waiting[old].told {
		p.tell(&p.waiting[old])
		p.waiting[old].said = nil
	}
}

// odd shows an anomaly of an exchange; "" is none.
func (p *parser) odd(dir dissect.Dir, name string, whole tree.Node) {
	if name == "" {
		return
	}
	t := p.f.Tx("")
	t.Event(dir, name)
	if t != nil && len(whole.In) > 0 {
		t.Said = whole
	}
	p.f.EndTx(t)
}
