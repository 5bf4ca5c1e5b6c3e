package pgsql

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// maxQuery bounds what is seen of one message.
const maxQuery = 64 << 10

// session reads what follows the log-on, of which rules want the queries, and readers of EVE everything.
func (p *parser) session(dir dissect.Dir, b []byte) (int, error) {
	if p.lost[dir] && !chained(dir, b) {
		return len(b), nil
	}
	p.lost[dir] = false
	if dir == dissect.Orig {
		return p.messages(dir, b, p.query)
	}
	if !p.f.Detailed() && !p.f.Wants(wire.AppEvent) {
		return len(b), nil
	}
	return p.messages(dir, b, p.hears)
}

// chained reports whether messages stand in b one behind the other, to its end: behind a hole they are read on from there.
func chained(dir dissect.Dir, b []byte) bool {
	for len(b) >= header && strings.IndexByte(letters[dir], b[0]) >= 0 {
		size := uint64(binary.BigEndian.Uint32(b[1:]))
		if size < header-1 || size+1 > uint64(len(b)) {
			return false
		}
		if b = b[size+1:]; len(b) == 0 {
			return true
		}
	}
	return false
}

// query is one message of the client.
func (p *parser) query(kind byte, b []byte, size int) {
	if kind == 'Q' && p.f.Inspected() { // each query is a transaction, also to rules that look at the bytes alone
		t := p.f.Tx("")
		if p.f.Wants(wire.PgSQLQuery) {
			t.Put(wire.PgSQLQuery, dissect.Orig, bytes.Clone(bytes.TrimSuffix(b, []byte{0})))
		}
		if p.crowd.Asked() {
			t.Event(dissect.Orig, "pgsql.too_many_transactions")
		}
		p.f.EndTx(t)
	}
	p.says(kind, b, size)
}
