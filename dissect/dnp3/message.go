package dnp3

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// message reads a whole message (§4.2.2): control, function, of responses the internal indications, then objects.
func (p *parser) message(dir dissect.Dir, h *half) {
	b := h.message
	if len(b) < 2 {
		p.odd(dir, "len_too_small")
		return
	}
	answers := b[1] >= 129
	if answers && len(b) < 4 {
		p.odd(dir, "len_too_small")
		return
	}
	t := p.f.Tx("")
	t.PutNumber(wire.DNP3Function, dir, uint64(b[1]))
	t.Put(wire.DNP3Data, dir, append([]byte(nil), b...))
	body := b[2:]
	var indications uint16
	if answers {
		indications, body = binary.BigEndian.Uint16(body), body[2:]
		t.PutNumber(wire.DNP3Indications, dir, uint64(indications))
	}
	r := reader{tx: t, dir: dir, function: b[1], detail: p.f.Detailed()}
	complete := r.objects(body)
	p.count(t, dir, answers, b[1])
	p.f.EndTx(t)
	p.tell(dir, h, answers, indications, &r, complete)
}

// silent are functions that have no response (§4.4): confirmations, and those that say so.
var silent = map[byte]bool{0: true, 6: true, 8: true, 10: true, 12: true}

// count tells, once, that many requests wait for their response. They are read on: what comes behind the flood matters most, and where only
// one side is seen it is none.
func (p *parser) count(t *wire.Tx, dir dissect.Dir, answers bool, function byte) {
	switch {
	case answers:
		p.waiting = 0
	case !silent[function]:
		p.waiting++
	}
	if p.waiting > maxWaiting && !p.flooded {
		p.flooded = true
		t.Event(dir, "dnp3.flooded")
	}
}

// tell tells of a message in all its parts.
func (p *parser) tell(dir dissect.Dir, h *half, answers bool, indications uint16, r *reader, complete bool) {
	if !p.f.Detailed() {
		return
	}
	c, b := h.link.control, h.message
	kind := "request"
	if answers {
		kind = "response"
	}
	app := tree.Of("application", tree.Of("control", tree.Bool("fir", b[0]&0x80 != 0), tree.Bool("fin", b[0]&0x40 != 0), tree.Bool("con", b[0]&0x20 != 0),
		tree.Bool("uns", b[0]&0x10 != 0), tree.Num("sequence", b[0]&15)), tree.Num("function_code", b[1]), tree.All("objects", r.told...), tree.Bool("complete", complete))
	body := tree.Of("dnp3", tree.Str("type", kind), tree.Of("control", tree.Bool("dir", c&0x80 != 0), tree.Bool("pri", c&0x40 != 0), tree.Bool("fcb", c&0x20 != 0),
		tree.Bool("fcv", c&0x10 != 0), tree.Num("function_code", c&15)), tree.Num("src", h.link.src), tree.Num("dst", h.link.dst), app)
	if answers {
		list := tree.All("indicators")
		for i, name := range wire.DNP3Bits {
			if indications&(0x8000>>i) != 0 {
				list.Add(tree.Str("", name))
			}
		}
		body.Add(tree.Of("iin", list))
	}
	p.f.Record("dnp3", dissect.Orig, body)
}
