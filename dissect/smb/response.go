package smb

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// onResponse completes the request of the same message id (MS-SMB2 §3.2.5.1.2).
func (c *conn) onResponse(h *half, m *header, b body, size int) int {
	if m.status == statusPending && m.flags&flagAsync != 0 {
		return len(b) // an interim answer (§3.2.5.1.5): the real one follows
	}
	q := c.take(m.id)
	c.crowd.Answered()
	if q != nil && q.command != m.command { // no answer to that one
		c.unanswered(q)
		q = nil
	}
	if q == nil {
		return c.unasked(h, m, b, size)
	}
	q.answeredBy(m)
	if m.failed() {
		c.failed(m, q, b)
		return len(b)
	}
	switch m.command {
	case cmdNegotiate:
		c.dialect = dialect(b.u16(4))
		c.maxRead, c.maxWrite = b.u32(32), b.u32(36)
		q.greeted(b)
		c.offers(c.dirOf(h))
	case cmdSessionSetup:
		q.session = c.loggedOn(m, q)
	case cmdLogoff:
		c.dropSession(m.session)
	case cmdTreeConnect:
		c.connected(m, q, b)
	case cmdTreeDisconnect:
		c.dropTree(m.ids())
		c.settle(q, true)
		return len(b)
	case cmdCreate:
		if id := b.id(64); q.file != nil && id != (fileID{}) {
			q.file.id = id
			q.file.read.size, q.file.read.sized = b.u64(48), true
			c.keepFile(q.file)
		}
	case cmdRead:
		c.tooLarge(dissect.Resp, cmdRead, b.u32(4))
		return c.data(h, q, b, int(b.u8(2)), int(b.u32(4)), size) // emitted when its data went by
	case cmdIoctl:
		if q.control == pipeTransceive && q.file != nil {
			c.pipeData(q.file, false, b.at(b.u32(32), b.u32(36)))
		}
	}
	c.answered(q, m.status)
	return len(b)
}

// unasked is an answer whose request was missed: what goes through a pipe is still worth reading.
func (c *conn) unasked(h *half, m *header, b body, size int) int {
	q := &request{command: m.command, session: c.session(m.session), tree: c.tree(m.ids()), ids: m.ids()}
	switch {
	case m.failed():
	case m.command == cmdIoctl && b.u32(4) == pipeTransceive:
		q.file = c.file(b.id(8), q)
		q.file.pipe = true
		c.pipeData(q.file, false, b.at(b.u32(32), b.u32(36)))
	case m.command == cmdTreeConnect:
		c.keepTree(m.ids(), &tree{pipe: b.u8(2) == sharePipe})
	case m.command == cmdNegotiate:
		c.dialect = dialect(b.u16(4))
		c.v1.upgraded()
	case m.command == cmdRead:
		return c.data(h, q, b, int(b.u8(2)), int(b.u32(4)), size)
	}
	return len(b)
}

const sharePipe = 2 // MS-SMB2 §2.2.10

func (c *conn) connected(m *header, q *request, b body) {
	q.said.shareType = b.u8(2)
	t := &tree{share: q.path, pipe: b.u8(2) == sharePipe || strings.HasSuffix(strings.ToUpper(q.path), `\IPC$`)}
	c.keepTree(m.ids(), t)
	q.tree = t
}

// failed ends a request that was refused.
func (c *conn) failed(m *header, q *request, b body) {
	if m.command == cmdSessionSetup {
		if m.status == statusMoreProcessing {
			c.challenged(b.at(uint32(b.u16(4)), uint32(b.u16(6))))
			c.keepLogon(m, q)
			c.settle(q, true)
			return
		}
		c.refused(q)
	}
	c.answered(q, m.status)
	if m.command == cmdCreate && q.file != nil { // what was to be written to the pipe is nowhere
		c.endRPC(q.file)
	}
}

// dialect is the number as people write it (MS-SMB2 §2.2.4).
func dialect(d uint16) string {
	switch d {
	case 0x0202:
		return "2.0.2"
	case 0x02ff:
		return "2.???" // asks for a second negotiation
	}
	if d&0xf != 0 {
		return fmt.Sprintf("%d.%d.%d", d>>8, d>>4&0xf, d&0xf)
	}
	return fmt.Sprintf("%d.%d", d>>8, d>>4&0xf)
}

// answered emits what a finished command tells.
func (c *conn) answered(q *request, status uint32) { c.finish(q, status, true) }

// unanswered emits a command whose answer never came.
func (c *conn) unanswered(q *request) { c.finish(q, 0, false) }

var commands = map[uint16]string{
	cmdNegotiate: "negotiate", cmdSessionSetup: "session_setup", cmdLogoff: "logoff", cmdTreeConnect: "tree_connect",
	cmdCreate: "create", cmdClose: "close", cmdRead: "read", cmdWrite: "write", cmdQueryDirectory: "query_directory",
}

func (c *conn) finish(q *request, status uint32, answered bool) {
	q.said.status, q.said.answered = status, answered
	t := q.tx
	c.settle(q, answered)
	if f := q.file; f != nil {
		f.written.refused = f.written.refused || q.command == cmdWrite && status&severityError == severityError
	}
	e := c.about(q)
	e.Header = c.f.HeadOf(t)
	if c.fill(e, q) {
		c.f.Emit(e)
	}
	if q.command == cmdSessionSetup && !answered && q.session.logon != nil {
		c.logon(q.session, false, false)
	}
	if q.command == cmdClose && q.file != nil && answered && status&severityError != severityError {
		c.closeFile(q.file)
	}
}

// fill adds what is peculiar to a command; false means that it is not worth an event.
func (c *conn) fill(e *event.SMBActivity, q *request) bool {
	f := q.file
	switch q.command {
	case cmdRead, cmdWrite:
		return f != nil && c.transferred(e, q, f)
	case cmdQueryDirectory:
		if q.path != "" {
			e.Path = strings.TrimPrefix(e.Path+`\`+q.path, `\`)
		}
	case cmdSetInfo:
		if q.verb == "rename" {
			if f != nil && e.Answered && e.Status == 0 {
				f.path = strings.TrimPrefix(q.path, `\`)
			}
		}
	case cmdClose:
		return f != nil && c.closing(e, f, e.Answered && e.Status&severityError != severityError)
	}
	return e.Command != ""
}

// transferred reports the first read and the first write of each file; the rest is summed up when it is closed.
func (c *conn) transferred(e *event.SMBActivity, q *request, f *file) bool {
	t := &f.read
	if q.command == cmdWrite {
		t = &f.written
	}
	if t.calls++; t.calls > 1 || f.rpc != nil {
		return false
	}
	e.Bytes, e.Pipe = uint64(q.length), f.pipe
	if q.command == cmdRead {
		e.Bytes = t.bytes
	}
	if !f.pipe {
		e.File = t.describe(f.path)
		e.Blocks, e.Dense = t.density.blocks, t.density.dense
	}
	return true
}

// closing sums a file up.
func (c *conn) closing(e *event.SMBActivity, f *file, closed bool) bool {
	f.written.density.end()
	written, read := c.endContent(f, &f.written, closed), c.endContent(f, &f.read, closed)
	e.Bytes = f.written.bytes
	if f.path == "" && e.Share == "" && f.read.bytes+f.written.bytes == 0 {
		return false // nothing is known of it
	}
	switch {
	case f.pipe:
	case f.written.bytes > 0:
		e.File, e.Blocks, e.Dense = written, f.written.density.blocks, f.written.density.dense
	case f.read.bytes > 0:
		e.File = read
	}
	if e.File != nil {
		e.File.Path = f.path
	}
	return true
}

// closeFile forgets a closed file.
func (c *conn) closeFile(f *file) {
	c.dropFile(f)
	c.endRPC(f)
	if f.deletes {
		e := c.event("delete")
		e.User, e.Share, e.Path, e.Answered = f.user, f.tree.share, f.path, true
		c.f.Emit(e)
	}
}

// endFile sums up a file that is still open when the connection ends, if anything went through it.
func (c *conn) endFile(f *file) {
	if f == nil {
		return
	}
	c.endRPC(f)
	if f.pipe || f.read.bytes+f.written.bytes == 0 {
		return
	}
	e := c.event("close")
	e.User, e.Share, e.Path = f.user, f.tree.share, f.path
	c.closing(e, f, false)
	c.f.Emit(e)
}
