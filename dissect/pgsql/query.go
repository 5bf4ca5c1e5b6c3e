package pgsql

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// maxQuery bounds what rules see of one query.
const maxQuery = 64 << 10

// queries reads the client's messages after the log-on, which only rules ask for; others than simple queries are passed over.
func (p *parser) queries(dir dissect.Dir, b []byte) (n int, err error) {
	if dir == dissect.Resp {
		return len(b), nil
	}
	for {
		k := min(p.skip, len(b)-n)
		n, p.skip = n+k, p.skip-k
		if len(b)-n < header {
			return n, nil
		}
		size := int(binary.BigEndian.Uint32(b[n+1:])) // counts itself
		if size < 4 {
			return n, errMessage
		}
		if b[n] != 'Q' {
			n, p.skip = n+header, size-4
			continue
		}
		held := min(size-4, maxQuery)
		if len(b)-n < header+held {
			return n, nil
		}
		text := bytes.TrimSuffix(b[n+header:n+header+held], []byte{0})
		t := p.f.Tx("")
		t.Put(wire.PgSQLQuery, dissect.Orig, bytes.Clone(text))
		p.f.EndTx(t)
		n, p.skip = n+header+held, size-4-held
	}
}
