package dnp3

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// message reads a whole message (§4.2.2): control, function, of responses the internal indications, then objects.
func (p *parser) message(dir dissect.Dir, h *half) error {
	b := h.message
	if len(b) < 2 {
		p.odd(dir, "len_too_small")
		return nil
	}
	answers := b[1] >= 129
	if answers && len(b) < 4 {
		p.odd(dir, "len_too_small")
		return nil
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
	if err := p.count(t, dir, answers, b[1]); err != nil {
		p.tell(dir, h, answers, indications, &r, complete)
		p.f.EndTx(t)
		return err
	}
	p.f.EndTx(t)
	p.tell(dir, h, answers, indications, &r, complete)
	return nil
}

// count gives up a flow in which many requests wait for their response.
func (p *parser) count(t *wire.Tx, dir dissect.Dir, answers bool, function byte) error {
	switch {
	case answers:
		p.waiting = 0
	case function != 0: // confirmations have no response
		p.waiting++
	}
	if p.waiting <= maxWaiting || p.flooded {
		return nil
	}
	p.flooded = true
	t.Event(dir, "dnp3.flooded")
	return errFlood
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
