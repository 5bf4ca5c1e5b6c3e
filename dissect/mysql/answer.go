package mysql

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// stage is how far an answer has come.
type stage byte

const (
	begins   stage = iota
	defining       // columns
	rowing         // rows, or columns for COM_FIELD_LIST
)

// request is a command with its answer as far as it came.
type request struct {
	code      byte
	user      string // whom COM_CHANGE_USER names
	statement []byte
	tx        *wire.Tx

	stage   stage
	left    int      // definitions of columns to come, with the end of them
	columns []column // of the result
	id      uint32   // of a statement that is prepared
	params  int      // of it
	results int      // that had rows
	rows    int
	size    int // of the rows, in bytes
	shown   int // bytes of them that rules saw
	put     int // how many they saw

	affected uint64
	done     bool // affected is known
	failed   []tree.Node
	file     string // of the client that the server asked for
	sent     int    // bytes of it
}

// Status of the server (§ Server Status Flags).
const (
	moreResults = 1 << 3
	cursorOpen  = 1 << 6
)

// progress begins what MariaDB tells while it works: an error by its form, of a number that none has.
const progress = "\xff\xff\xff"

// answer is one packet of the server; what nobody asked for is passed over.
func (p *parser) answer(b []byte, size int) error {
	r := p.now()
	switch {
	case r == nil || len(b) == 0, len(b) > 2 && string(b[:3]) == progress:
		return nil
	case b[0] == failure:
		r.failed = fault(b)
		p.changed(r, b)
		p.settle()
		return nil
	}
	switch r.stage {
	case defining:
		p.define(r, b)
	case rowing:
		p.row(r, b, size)
	default:
		return p.first(r, b, size)
	}
	return nil
}

// first is the first packet of an answer.
func (p *parser) first(r *request, b []byte, size int) error {
	switch r.code {
	case statistics:
		p.settle()
	case changeUser:
		if b[0] == okay {
			p.changed(r, b)
			p.settle()
		}
	case prepare:
		p.preparedAs(r, b)
	case fieldList, fetch:
		r.stage = rowing
		p.row(r, b, size)
	case query, execute, processInfo, bulkExecute:
		return p.result(r, b)
	default:
		p.okay(r, b)
	}
	return nil
}

// changed tells of the log-on of another user within the session (§ COM_CHANGE_USER).
func (p *parser) changed(r *request, b []byte) {
	if r.code == changeUser && r.user != "" {
		p.tellLogon(b, r.user, "")
	}
}

const (
	endMark    = 0xfe // of EOF, or of OK in its place
	wantsFile  = 0xfb // LOCAL INFILE
	maxEOF     = 9
	eofLen     = 5
	prepareLen = 12
)

// okay is OK or, from old servers, EOF.
func (p *parser) okay(r *request, b []byte) {
	affected, status := ended(b)
	if b[0] == okay {
		r.affected, r.done = r.affected+affected, true
	}
	if r.stage = begins; status&moreResults == 0 {
		p.settle()
	}
}

// ended reads OK (§ OK_Packet) or EOF (§ EOF_Packet): the rows that a command has changed, and the status.
func ended(b []byte) (affected uint64, status uint16) {
	if b[0] == endMark && len(b) <= eofLen {
		if len(b) == eofLen {
			status = uint16(b[3]) | uint16(b[4])<<8
		}
		return 0, status
	}
	affected, rest, _ := integer(b[1:])
	_, rest, ok := integer(rest)
	if ok && len(rest) >= 2 {
		status = uint16(rest[0]) | uint16(rest[1])<<8
	}
	return affected, status
}

// result begins a result: OK, a wish for a file, or columns (§ COM_QUERY Response).
func (p *parser) result(r *request, b []byte) error {
	switch b[0] {
	case okay, endMark:
		p.okay(r, b)
		return nil
	case wantsFile:
		r.file = text(b[1:])
		return nil
	}
	n, rest, ok := integer(b)
	if !ok || n == 0 || n > maxColumns {
		return errMessage
	}
	r.results++
	r.stage, r.left = defining, 0
	if len(rest) == 0 || rest[0] != 0 { // MariaDB leaves out what the client has kept
		r.left, r.columns = int(n), nil
	}
	if p.can&withoutEOF == 0 {
		r.left++
	}
	if r.left == 0 {
		r.stage = rowing
	}
	return nil
}

// preparedAs reads § COM_STMT_PREPARE Response; parameters and columns follow, each with an end of their own.
func (p *parser) preparedAs(r *request, b []byte) {
	if b[0] != okay || len(b) < prepareLen {
		p.settle()
		return
	}
	r.id, r.params = number32(b[1:]), int(b[7])|int(b[8])<<8
	p.remember(r.id, r.statement)
	for _, n := range [2]int{int(b[5]) | int(b[6])<<8, r.params} {
		if r.left += n; n > 0 && p.can&withoutEOF == 0 {
			r.left++
		}
	}
	if r.stage = defining; r.left == 0 {
		p.settle()
	}
}

// define is the definition of a column or parameter, or the end of them.
func (p *parser) define(r *request, b []byte) {
	if len(r.columns) < maxColumns && b[0] != endMark {
		r.columns = append(r.columns, columnOf(b))
	}
	if r.left--; r.left > 0 {
		return
	}
	r.stage = rowing
	_, status := ended(b)
	if r.code == prepare && len(r.columns) > r.params { // parameters come first
		if s := p.remembered(r.id); s != nil { // the client may have closed it meanwhile
			s.columns = r.columns[r.params:]
		}
	}
	if r.code == prepare || b[0] == endMark && status&cursorOpen != 0 { // the rows are fetched by another command
		p.settle()
	}
}

// row is a row, or the end of them.
func (p *parser) row(r *request, b []byte, size int) {
	if b[0] == endMark && (size < maxEOF || p.can&withoutEOF != 0 && size < maxSize) {
		p.okay(r, b)
		return
	}
	if r.code == fieldList {
		return
	}
	r.rows++
	r.size += size
	if r.tx == nil || r.put == maxRows || r.shown > maxShown || !p.f.Wants(wire.MySQLRows) {
		return
	}
	line := r.line(b)
	r.put++
	r.shown += len(line)
	r.tx.Copy(wire.MySQLRows, dissect.Resp, line)
	p.f.Show(r.tx)
}

// line writes the values of a row with commas between them.
func (r *request) line(b []byte) []byte {
	if r.code == query || r.code == processInfo {
		return textRow(b)
	}
	return binaryRow(b, r.columns)
}

// fault reads § ERR_Packet.
func fault(b []byte) []tree.Node {
	if len(b) < 3 {
		return nil
	}
	out := []tree.Node{tree.Num("code", uint16(b[1])|uint16(b[2])<<8)}
	if b = b[3:]; len(b) >= 6 && b[0] == '#' {
		out = append(out, tree.Str("sqlstate", text(b[1:6])))
		b = b[6:]
	}
	return append(out, tree.Str("message", text(b)))
}
