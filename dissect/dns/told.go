package dns

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/event"
)

// told is a message that an alert may ask for.
type told struct {
	f      *dissect.Flow
	dir    dissect.Dir
	number uint64
	b      []byte // of a datagram, whose packet is still there when rules have looked: not copied
}

func (p *parser) asked(dir dissect.Dir, b []byte) *told {
	if p.f.Conn.Proto != event.ProtoUDP { // of a stream there may be several
		return &told{f: p.f, dir: dir, number: p.f.LastTx(), b: bytes.Clone(b)}
	}
	p.told = told{f: p.f, dir: dir, number: p.f.LastTx(), b: b}
	return &p.told
}

// Said is the message as it was sent; nil where it cannot be read.
func (x *told) Said() event.Event {
	r := dnsmsg.TakeReader()
	defer r.Free()
	m, err := r.Read(x.b)
	if err != nil {
		return nil
	}
	if sent := r.Sent(x.b); sent != nil {
		m = sent
	}
	e := &event.DNSActivity{Service: "dns", Header: x.f.Head(), Conn: x.f.Conn, Activity: event.DNSQuery}
	describe(e, x.dir, x.b, m)
	detail(e, x.number, m)
	return e
}
