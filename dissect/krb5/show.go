package krb5

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// weak tells whether an encryption type is broken or deprecated: all but those of AES and Camellia.
func weak(etype int32) bool { return etype < 17 || etype > 20 && etype != 25 && etype != 26 }

// show shows a message to rules: each is a transaction of its direction.
func (x *exchange) show(d dissect.Dir, m *Message, e *event.Authentication) {
	t := x.f.Tx("")
	if t == nil {
		return
	}
	t.Tale = e
	t.PutNumber(wire.KRB5MsgType, d, uint64(m.Kind))
	switch m.Kind {
	case Error:
		t.PutNumber(wire.KRB5ErrCode, d, uint64(uint32(m.Code)))
		put(t, wire.KRB5SName, d, m.Server)
	case ASRep, TGSRep:
		put(t, wire.KRB5CName, d, m.Client)
		put(t, wire.KRB5SName, d, m.Server)
		t.PutNumber(wire.KRB5TicketEncryption, d, uint64(uint32(m.TicketEType)))
		n := uint64(0)
		if weak(m.TicketEType) {
			n = 1
		}
		t.PutNumber(wire.KRB5TicketWeak, d, n)
		if weak(m.ReplyEType) {
			t.Event(d, "krb5.weak_encryption")
		}
	}
	x.f.EndTx(t)
}

func put(t *wire.Tx, id wire.Buffer, d dissect.Dir, parts []string) {
	for _, p := range parts {
		t.PutString(id, d, p)
	}
}

// malformed shows that a message cannot be read.
func (x *exchange) malformed(d dissect.Dir) {
	x.f.Odd(d, "krb5.malformed_data")
}
