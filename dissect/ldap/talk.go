package ldap

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"slices"
)

// maxOpen is how many requests wait for their answers; beyond it the oldest is given up, as unanswered.
const maxOpen = 256

// talk follows requests and their answers.
type talk struct {
	f        *dissect.Flow
	udp      bool
	open     map[int32]*request
	age      []int32
	reversed bool
	server   string // as its last NTLM challenge named it
	secured  bool   // a bind by SASL was granted: what follows may be wrapped
	startTLS bool   // granted
	filters  int    // bytes of those that wait
}

// request is an operation that waits for its answer.
type request struct {
	tag   byte
	e     *event.LDAPActivity   // nil for a bind and what has no event
	logon *event.Authentication // of a bind
	tx    *wire.Tx
	shown shown
	tls   bool
	plain bool // a bind without SASL
	id    int32
}

func newTalk(f *dissect.Flow, udp bool) talk { return talk{f: f, udp: udp, open: map[int32]*request{}} }

// conn is the conversation with the client as Src, which only the messages tell where the beginning was missed.
func (t *talk) conn() event.Conn {
	c := t.f.Conn
	if t.reversed && t.f.Midstream {
		c.Src, c.Dst = c.Dst, c.Src
	}
	return c
}

// message takes one message.
func (t *talk) message(d dissect.Dir, m *message) {
	op := operations[m.tag]
	t.reversed = op.response != (d == dissect.Resp)
	if op.response {
		t.answer(d, m, op)
		return
	}
	t.request(d, m, op)
}

func (t *talk) request(d dissect.Dir, m *message, op *operation) {
	q := &request{tag: m.tag, tx: t.f.Tx("")}
	switch {
	case m.tag == tagBindRequest:
		t.bind(q, m)
	case op.name != "":
		q.e = &event.LDAPActivity{Header: t.f.Head(), Conn: t.conn(), Operation: op.name, MessageID: m.id, UDP: t.udp, Paged: m.paged()}
		most := maxFilter
		if t.filters > maxFilters {
			most = maxText
		}
		readRequest(q, m, most)
	}
	if q.tx != nil {
		q.id, q.tx.Ask = m.id, q
	}
	t.showRequest(d, q, m)
	if op.alone {
		t.showCount(q, 1-d)
		t.f.EndTx(q.tx)
		if m.tag == tagAbandonRequest || m.tag == tagAbandon2 {
			if old := t.take(int32(ber.Int(m.body))); old != nil {
				t.finish(old)
			}
		}
		return
	}
	if old := t.take(m.id); old != nil {
		t.finish(old)
	}
	if len(t.age) >= maxOpen {
		t.f.AddEvicted(1)
		oldest := t.take(t.age[0])
		oldest.tx.Event(d, "ldap.too_many_transactions")
		t.finish(oldest)
	}
	if q.e != nil {
		t.filters += len(q.e.Filter)
	}
	t.open[m.id] = q
	t.age = append(t.age, m.id)
	if q.tx != nil {
		q.tx.Done[d] = true
		t.f.Show(q.tx)
	}
}

func (t *talk) take(id int32) *request {
	q := t.open[id]
	if q == nil {
		return nil
	}
	if q.e != nil {
		t.filters -= len(q.e.Filter)
	}
	delete(t.open, id)
	for i, a := range t.age {
		if a == id {
			t.age = slices.Delete(t.age, i, i+1)
			break
		}
	}
	return q
}

// answer takes a response; a search has many.
func (t *talk) answer(d dissect.Dir, m *message, op *operation) {
	q := t.open[m.id]
	if q == nil {
		t.unasked(d, m, op)
		return
	}
	var r result
	if op.result {
		r = readResult(m.body)
	}
	t.showResponse(d, q, m, op, &r)
	if q.e != nil {
		count(q.e, m)
	}
	if !op.last {
		if q.tx != nil {
			t.f.Show(q.tx)
		}
		return
	}
	t.take(m.id)
	switch {
	case q.e != nil:
		q.e.Result, q.e.Message, q.e.Answered = r.code, text(r.message), true
		t.startTLS = q.tls && r.code == 0
	case q.logon != nil:
		t.bound(q, &r)
	}
	t.showCount(q, d)
	t.finish(q)
}

// unasked shows an answer whose request was missed to rules.
func (t *talk) unasked(d dissect.Dir, m *message, op *operation) {
	q := &request{tx: t.f.Tx("")}
	if q.tx == nil {
		return
	}
	var r result
	if op.result {
		r = readResult(m.body)
	}
	t.showResponse(d, q, m, op, &r)
	if !t.f.Midstream {
		q.tx.Event(d, "ldap.request_not_found")
	}
	t.showCount(q, d)
	t.f.EndTx(q.tx)
}

// count adds an answer to what a search found.
func count(e *event.LDAPActivity, m *message) {
	e.Bytes += uint64(m.size)
	switch m.tag {
	case tagSearchEntry:
		e.Entries++
	case tagSearchReference:
		e.Referrals++
	}
}

// finish tells of a request that is over.
func (t *talk) finish(q *request) {
	t.f.EndTx(q.tx)
	q.tx = nil
	if q.e != nil {
		q.e.Time = t.f.Now
		t.f.Emit(q.e)
	}
	if q.logon != nil && q.logon.Message != negotiate {
		q.logon.Header, q.logon.Conn = t.f.HeadOf(q.tx), t.conn()
		t.f.Emit(q.logon)
	}
}

// Close tells of what is unanswered.
func (t *talk) Close() {
	for len(t.age) > 0 {
		t.finish(t.take(t.age[0]))
	}
}
