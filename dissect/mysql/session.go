package mysql

import (
	"bytes"
	"slices"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Commands (§ Command Phase).
const (
	quit          = 0x01
	query         = 0x03
	fieldList     = 0x04
	statistics    = 0x09
	processInfo   = 0x0a
	changeUser    = 0x11
	binlogDump    = 0x12
	tableDump     = 0x13
	prepare       = 0x16
	execute       = 0x17
	longData      = 0x18
	closePrepared = 0x19
	fetch         = 0x1c
	binlogGTID    = 0x1e
	bulkExecute   = 0xfa // MariaDB
)

// commands are their names in EVE.
var commands = map[byte]string{quit: "quit", 2: "init_db", query: "query", fieldList: "field_list", 5: "create_db", 6: "drop_db", 7: "refresh", 8: "shutdown",
	statistics: "statistics", processInfo: "process_info", 12: "process_kill", 13: "debug", 14: "ping", changeUser: "change_user", binlogDump: "binlog_dump",
	tableDump: "table_dump", 21: "register_slave", prepare: "stmt_prepare", execute: "stmt_execute", 26: "stmt_reset", 27: "set_option", fetch: "stmt_fetch",
	binlogGTID: "binlog_dump_gtid", 31: "reset_connection", bulkExecute: "stmt_bulk_execute"}

// Bounds of what is kept of a session.
const (
	maxHeld     = 64 << 10  // bytes of one packet; of longer ones the rest is passed over
	maxSize     = 1<<24 - 1 // of a packet that goes on in the next one
	maxWaiting  = 64        // commands without their answers; the oldest one is told as it is
	maxPrepared = 64        // statements that are remembered; the oldest one is forgotten
	maxColumns  = 4096      // of a result, as MySQL has it
	maxShown    = 256 << 10 // bytes of the rows of one answer that rules see
	maxRows     = 1 << 10   // of them
	maxText     = 4 << 10   // bytes of one text in a record
)

// session is what follows the log-on.
type session struct {
	skip     [2]int  // bytes of a packet that is passed over
	goesOn   [2]bool // the last packet is continued in the next one
	lost     [2]bool // where packets begin
	unsure   bool    // an answer may have gone by before its command: none is ahead of another
	waiting  []*request
	prepared []statement
}

// statement is one that was prepared.
type statement struct {
	id      uint32
	text    []byte
	columns []column
}

// packets reads those of the command phase.
func (p *parser) packets(dir dissect.Dir, b []byte) (n int, err error) {
	if p.lost[dir] && !p.resumes(dir, b) {
		return len(b), nil
	}
	p.lost[dir] = false
	for {
		k := min(p.skip[dir], len(b)-n)
		n, p.skip[dir] = n+k, p.skip[dir]-k
		if len(b)-n < header {
			return n, nil
		}
		size, number := length(b[n:]), b[n+3]
		held := min(size, maxHeld)
		if len(b)-n < header+held {
			return n, nil
		}
		body := b[n+header : n+header+held]
		n, p.skip[dir] = n+header+held, size-held
		rest := p.goesOn[dir]
		if p.goesOn[dir] = size == maxSize; rest {
			continue
		}
		if err := p.turn(dir, number, body, size); err != nil {
			return n, err
		}
	}
}

// turn is one packet, of which b may be cut.
func (p *parser) turn(dir dissect.Dir, number byte, b []byte, size int) error {
	switch {
	case dir == dissect.Resp:
		return p.answer(b, size)
	case number == 0 && size > 0: // § Packet numbers begin with each command
		if p.sides[dir].begun++; p.squeezed() && p.sides[dir].begun > maxCommands {
			p.f.AddEvicted(1)
			return dissect.ErrDone
		}
		return p.command(b)
	}
	if r := p.now(); r != nil && r.file != "" {
		r.sent += size
	}
	return nil
}

// now is the command that the server answers; nil where none waits.
func (p *parser) now() *request {
	if len(p.waiting) == 0 {
		return nil
	}
	return p.waiting[0]
}

// command begins one.
func (p *parser) command(b []byte) error {
	if b[0] == longData {
		return nil
	}
	if b[0] == closePrepared {
		p.forget(b[1:])
		return nil
	}
	if p.unsure {
		p.settleAll()
	}
	if len(p.waiting) >= maxWaiting {
		p.f.AddEvicted(1)
		p.settle()
	}
	r := &request{code: b[0]}
	if name, _, ok := bytes.Cut(b[1:], []byte{0}); ok && b[0] == changeUser {
		r.user = text(name[:min(len(name), event.MaxAttrValue)])
	}
	statement, columns := p.statement(b[0], b[1:])
	r.statement, r.columns = bytes.Clone(statement[:min(len(statement), maxText)]), columns
	p.waiting = append(p.waiting, r)
	p.show(r, statement)
	switch b[0] {
	case quit:
		p.waiting = p.waiting[:len(p.waiting)-1]
		p.tell(r)
	case binlogDump, tableDump, binlogGTID: // what follows is the log, and no answers
		return dissect.ErrDone
	}
	return nil
}

// show opens the transaction of a command; rules see the whole statement.
func (p *parser) show(r *request, statement []byte) {
	if r.tx = p.f.Tx(""); r.tx == nil {
		return
	}
	if len(statement) > 0 && p.f.Wants(wire.MySQLCommand) {
		r.tx.Copy(wire.MySQLCommand, dissect.Orig, statement)
	}
	r.tx.Said = p.described(r)
	r.tx.Done[dissect.Orig] = true
	p.f.Show(r.tx)
}

// statement is the one that a command carries out, with what is known of its columns; nil for commands without.
func (p *parser) statement(code byte, b []byte) ([]byte, []column) {
	switch code {
	case query:
		if p.can&attributed != 0 {
			b = behindAttributes(b)
		}
		return b, nil
	case prepare:
		return b, nil
	case execute, bulkExecute, fetch:
		return p.known(b)
	}
	return nil, nil
}

// known is the statement that a command names.
func (p *parser) known(b []byte) ([]byte, []column) {
	if len(b) < 4 {
		return nil, nil
	}
	id := number32(b)
	if id == lastPrepared && len(p.prepared) > 0 {
		id = p.prepared[len(p.prepared)-1].id
	}
	if s := p.remembered(id); s != nil {
		return s.text, s.columns
	}
	return nil, nil
}

// remembered is the statement that was prepared as id; nil where it is forgotten.
func (p *parser) remembered(id uint32) *statement {
	i := slices.IndexFunc(p.prepared, func(s statement) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return &p.prepared[i]
}

// lastPrepared stands for the statement that was prepared just before (MariaDB).
const lastPrepared = 1<<32 - 1

func (p *parser) remember(id uint32, text []byte) {
	if len(p.prepared) >= maxPrepared {
		p.prepared = append(p.prepared[:0], p.prepared[1:]...)
	}
	p.prepared = append(p.prepared, statement{id: id, text: text})
}

func (p *parser) forget(b []byte) {
	if len(b) < 4 {
		return
	}
	id := number32(b)
	p.prepared = slices.DeleteFunc(p.prepared, func(s statement) bool { return s.id == id })
}

// settle ends the oldest command, as far as it was answered.
func (p *parser) settle() {
	r := p.now()
	if r == nil {
		return
	}
	p.waiting = p.waiting[1:]
	p.tell(r)
}

func (p *parser) settleAll() {
	for len(p.waiting) > 0 {
		p.settle()
	}
}

// resumes reports whether behind a hole b begins with a packet that needs none before it: a command that fills it to its end, or the first packet
// of the answer to one.
func (p *parser) resumes(dir dissect.Dir, b []byte) bool {
	if len(b) <= header {
		return false
	}
	if dir == dissect.Resp {
		return p.now() != nil && b[3] == 1 && length(b) > 0
	}
	known := commands[b[header]] != "" || b[header] == longData || b[header] == closePrepared
	return known && b[3] == 0 && header+length(b) == len(b)
}

// tell ends a command.
func (p *parser) tell(r *request) {
	body := tree.Node{}
	if r.tx != nil || p.f.Detailed() {
		body = p.described(r)
	}
	if r.tx != nil {
		r.tx.Said = body
		p.f.EndTx(r.tx)
	}
	if p.f.Detailed() {
		p.f.Record("mysql", dissect.Orig, body)
	}
}
