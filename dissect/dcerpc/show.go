package dcerpc

import (
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of what rules see of arguments.
const (
	shownStub  = 256 << 10 // of one direction of a call
	shownStubs = 1 << 20   // of all open calls of an association
)

// shown is a call as rules see it.
type shown struct {
	tx    *wire.Tx
	dir   [2]bool // opened
	over  [2]bool // its last fragment was shown
	first bool    // what is shown of it begins with its first fragment; of the answer, too, the request decides
	stub  [2]int  // index of the growing field, where dir is set
	kept  int
}

// begin opens a transaction; nil where no rule looks.
func (s *Session) begin() *wire.Tx {
	if s.Flow == nil {
		return nil
	}
	t := s.Flow.Tx("")
	if t != nil && s.Begun != nil {
		s.Begun(t, dissect.Orig)
	}
	return t
}

// end ends a transaction; answered says that both sides spoke.
func (s *Session) end(t *wire.Tx, answered bool) {
	if t == nil {
		return
	}
	if answered && s.Begun != nil {
		s.Begun(t, dissect.Resp)
	}
	s.Flow.EndTx(t)
}

// show adds a fragment of a call to what rules see; it is shown once the last has come. The stub data of rules are
// all that follows the fixed header of a request, an object's UUID and the authentication trailer included. So they are in
// an answer within a pipe; over TCP the answer's own 8 bytes of header stand before.
func (s *Session) show(c *call, p *pdu, d dissect.Dir) {
	x := &c.shown
	if x.tx == nil || x.over[d] { // what follows the last fragment is no part of the call
		return
	}
	from := requestHead
	if d == dissect.Resp && !s.Framed {
		from = headLen
	}
	if !x.dir[d] {
		x.dir[d], x.tx.Little = true, p.body[4]&0x10 != 0
		if d == dissect.Orig || !x.dir[dissect.Orig] {
			x.first = p.flags&flagFirst != 0
		}
		s.iface(c, d, x.first)
		x.tx.PutNumber(wire.DCERPCOpnum, d, uint64(c.opnum))
		head(s.Flow, x.tx, d, p.typ, uint16(p.flags), p.body[:headLen])
		if s.Flow.Wants(wire.DCERPCFragmented) {
			x.tx.PutNumber(wire.DCERPCFragmented, d, fragmented(p.flags&(flagFirst|flagLast) != flagFirst|flagLast))
		}
		x.stub[d] = -1
		if s.Flow.Wants(wire.DCERPCStubData) {
			x.stub[d] = x.tx.Begin(wire.DCERPCStubData, d)
		}
	}
	if i := x.stub[d]; i >= 0 && from < len(p.body) {
		b := p.body[from:min(p.frag, len(p.body))]
		b = b[:min(len(b), shownStubs-s.shownStubs)]
		before := len(x.tx.Bytes(i))
		x.tx.Grow(i, b, shownStub)
		grown := len(x.tx.Bytes(i)) - before
		x.kept += grown
		s.shownStubs += grown
		if p.missing() > 0 || grown < len(b) {
			x.tx.Lose(i)
		}
	}
	if p.flags&flagLast != 0 {
		x.over[d] = true
		x.tx.End(x.stub[d])
		if d == dissect.Orig { // an answer is shown by what ends the call
			x.tx.Done[d] = true
			s.Flow.Show(x.tx)
		}
	}
}

// head adds what the header of a fragment says, as far as a rule asks.
func head(f *dissect.Flow, t *wire.Tx, d dissect.Dir, typ uint8, flags uint16, b []byte) {
	if f.Wants(wire.DCERPCType) {
		t.PutNumber(wire.DCERPCType, d, uint64(typ))
	}
	if f.Wants(wire.DCERPCFlags) {
		t.PutNumber(wire.DCERPCFlags, d, uint64(flags))
	}
	if f.Wants(wire.DCERPCHead) {
		t.Put(wire.DCERPCHead, d, append([]byte(nil), b...))
	}
}

// headOf is head for a bind (Orig) or its answer, which have nothing else to show.
func (s *Session) headOf(t *wire.Tx, p *pdu, d dissect.Dir) {
	if t == nil {
		return
	}
	head(s.Flow, t, d, p.typ, uint16(p.flags), p.body[:headLen])
	if d == dissect.Orig {
		t.Done[d] = len(t.Fields) > 0
		s.Flow.Show(t)
	}
}

func fragmented(yes bool) uint64 {
	if yes {
		return 1
	}
	return 0
}

// iface adds the interface of a call, where the server granted it.
func (s *Session) iface(c *call, d dissect.Dir, first bool) {
	ctx, bound := s.contexts.by[c.ctx]
	if !bound || !ctx.granted {
		return
	}
	id, err := hex.DecodeString(strings.ReplaceAll(ctx.uuid, "-", ""))
	if err != nil || len(id) != 16 {
		return
	}
	b := append(binary.BigEndian.AppendUint16(id, ctx.version), 0)
	if first {
		b[wire.IfaceLen-1] = 1
	}
	c.shown.tx.Put(wire.DCERPCIface, d, b)
}

// hide ends what rules see of a call.
func (s *Session) hide(c *call) {
	x := &c.shown
	if x.tx == nil {
		return
	}
	for d, opened := range x.dir {
		if opened {
			x.tx.End(x.stub[d])
		}
	}
	s.shownStubs -= x.kept
	t := x.tx
	x.tx = nil
	s.end(t, x.dir[dissect.Resp])
}
