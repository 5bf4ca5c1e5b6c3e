package dcerpc

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// The connectionless protocol (C706 §12.5): each datagram has the interface and the operation in its header.
const (
	gramHead      = 80
	gramRequest   = 0
	gramPing      = 1
	gramResponse  = 2
	gramFault     = 3
	gramReject    = 6
	gramTypes     = 10
	gramLast      = 0x02
	gramFragment  = 0x04
	maxGrams      = 64
	maxGramStub   = 64 << 10
	gramUnitBytes = 1 << 20 // of all open calls
)

// gram is the header of one datagram.
type gram struct {
	typ      uint8
	flags    uint8 // the first byte of flags
	more     uint8 // the second
	order    binary.ByteOrder
	iface    string
	version  uint32
	activity [16]byte
	sequence uint32
	opnum    uint16
	stub     []byte
	little   bool
	head     []byte
}

func parseGram(b []byte) (g gram, ok bool) {
	if len(b) < gramHead || b[0] != 4 || b[1] > gramTypes || b[4]&0xef != 0 || b[5] > 3 {
		return g, false
	}
	g = gram{head: b[:gramHead], typ: b[1], flags: b[2], more: b[3], little: b[4]&0x10 != 0, order: byteOrder(b)}
	g.iface, g.version = formatUUID(b[24:40], g.order), g.order.Uint32(b[60:])
	g.activity, g.sequence, g.opnum = [16]byte(b[40:56]), g.order.Uint32(b[64:]), g.order.Uint16(b[68:])
	n := int(g.order.Uint16(b[74:]))
	if n > len(b)-gramHead {
		return g, false
	}
	g.stub = b[gramHead : gramHead+n]
	return g, true
}

// probeGram wants a header whose length fits.
func probeGram(b []byte) dissect.Match {
	if g, ok := parseGram(b); ok && g.typ <= gramReject {
		return dissect.Yes
	}
	return dissect.No
}

type gramKey struct {
	activity [16]byte
	sequence uint32
}

// gramCall waits for its answer.
type gramCall struct {
	out    event.DCERPC
	stub   []byte
	tx     *wire.Tx
	fields [2]int // of stub data, 1 + index
	kept   int
	little bool
	known  *Interface
	f      *dissect.Flow
}

// about is the event of the call.
func (c *gramCall) about(r *event.DCERPC) event.Event {
	return &event.SMBActivity{Header: c.f.Head(), Conn: c.f.Conn, RPC: r, Answered: r.Answered}
}

// datagrams is one flow over UDP.
type datagrams struct {
	f     *dissect.Flow
	calls map[gramKey]*gramCall
	order []gramKey
	kept  int
}

func newDatagrams(f *dissect.Flow) dissect.Datagrams {
	return &datagrams{f: f, calls: map[gramKey]*gramCall{}}
}

// Datagram reads one datagram.
func (s *datagrams) Datagram(d dissect.Dir, b []byte) error {
	g, ok := parseGram(b)
	if !ok {
		return dissect.ErrNotMine
	}
	k := gramKey{g.activity, g.sequence}
	c := s.calls[k]
	switch g.typ {
	case gramRequest:
		if c == nil {
			c = s.open(k, &g)
		}
		c.out.StubIn += len(g.stub)
		c.out.FragsIn++
		c.stub = append(c.stub, g.stub[:min(len(g.stub), maxStub-min(maxStub, len(c.stub)))]...)
		s.show(c, &g, d)
	case gramPing:
		s.alone(d, &g)
	case gramResponse, gramFault, gramReject:
		if c == nil {
			s.alone(d, &g)
			return nil
		}
		c.out.StubOut += len(g.stub)
		c.out.FragsOut++
		if c.out.Answered = true; g.typ != gramResponse {
			c.out.Kind = "fault"
			if len(g.stub) >= 4 {
				c.out.Result = g.order.Uint32(g.stub)
			}
		}
		s.show(c, &g, d)
		if g.whole() {
			s.end(k)
		}
	}
	return nil
}

// alone shows what is no part of a call that is open: a ping, or an answer whose call was not seen.
func (s *datagrams) alone(d dissect.Dir, g *gram) {
	if !s.f.Wants(wire.DCERPCType) && !s.f.Wants(wire.DCERPCFlags) && !s.f.Wants(wire.DCERPCHead) {
		return
	}
	t := s.f.Tx("")
	head(s.f, t, d, g.typ, g.bits(), g.head)
	t.Done[d] = true
	s.f.EndTx(t)
}

// bits are both bytes of flags, the second above the first.
func (g *gram) bits() uint16 { return uint16(g.more)<<8 | uint16(g.flags) }

// whole tells whether no more fragments follow.
func (g *gram) whole() bool { return g.flags&gramFragment == 0 || g.flags&gramLast != 0 }

func (s *datagrams) open(k gramKey, g *gram) *gramCall {
	if len(s.order) >= maxGrams {
		s.f.AddEvicted(1)
		s.end(s.order[0])
	}
	c := &gramCall{known: ByUUID(g.iface), little: g.little, tx: s.f.Tx(""), f: s.f}
	c.out = event.DCERPC{Kind: "call", UUID: g.iface, Opnum: g.opnum, Operation: ByUUID(g.iface).Operation(g.opnum),
		Call: g.sequence, Activity: formatUUID(g.activity[:], g.order), Version: strconv.FormatUint(uint64(g.version&0xffff), 10) + "." + strconv.FormatUint(uint64(g.version>>16), 10)}
	if c.known != nil {
		c.out.Interface = c.known.Name
	}
	if c.tx != nil {
		c.tx.Little, c.tx.Ask = g.little, c
	}
	s.calls[k] = c
	s.order = append(s.order, k)
	return c
}

// show adds a datagram to what rules see.
func (s *datagrams) show(c *gramCall, g *gram, d dissect.Dir) {
	if c.tx == nil {
		return
	}
	if c.fields[d] == 0 {
		if id, err := hex.DecodeString(strings.ReplaceAll(g.iface, "-", "")); err == nil && len(id) == 16 {
			c.tx.Put(wire.DCERPCIface, d, append(binary.BigEndian.AppendUint16(id, uint16(g.version)), 1))
		}
		c.tx.PutNumber(wire.DCERPCOpnum, d, uint64(g.opnum))
		head(s.f, c.tx, d, g.typ, g.bits(), g.head)
		if s.f.Wants(wire.DCERPCFragmented) {
			c.tx.PutNumber(wire.DCERPCFragmented, d, fragmented(g.flags&gramFragment != 0))
		}
		c.fields[d] = 1 + c.tx.Begin(wire.DCERPCStubData, d)
	}
	i := c.fields[d] - 1
	before := len(c.tx.Bytes(i))
	c.tx.Grow(i, g.stub[:min(len(g.stub), gramUnitBytes-s.kept)], maxGramStub)
	grown := len(c.tx.Bytes(i)) - before
	c.kept += grown
	s.kept += grown
	if g.whole() {
		c.tx.End(i)
		c.tx.Done[d] = true
		s.f.Show(c.tx)
	}
}

// end tells of a call.
func (s *datagrams) end(k gramKey) {
	c := s.calls[k]
	delete(s.calls, k)
	for i, o := range s.order {
		if o == k {
			s.order = slices.Delete(s.order, i, i+1)
			break
		}
	}
	for _, f := range c.fields {
		c.tx.End(f - 1)
	}
	s.kept -= c.kept
	s.f.EndTx(c.tx)
	c.out.Args = arguments(&call{out: c.out, stub: c.stub, big: !c.little})
	s.f.Emit(c.about(&c.out))
}

// Close tells of what is unanswered.
func (s *datagrams) Close() {
	for len(s.order) > 0 {
		s.end(s.order[0])
	}
}
