package smb

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Options, classes and controls that matter (MS-SMB2 §2.2.13, MS-FSCC §2.4, §2.3).
const (
	directoryFile      = 0x00000001
	deleteOnClose      = 0x00001000
	infoFile           = 1
	classRename        = 10
	classDisposition   = 13
	classDispositionEx = 64
	classRenameEx      = 65
	pipeTransceive     = 0x0011c017
)

// dispatch reads one message, of which b is what is needed; size is its length. It returns how much of b was consumed.
func (c *conn) dispatch(h *half, m *header, b body, size int) int {
	c.reversed = m.response() != (h == &c.half[1])
	c.wrongWay(c.dirOf(h), m.response())
	if m.response() {
		return c.onResponse(h, m, b, size)
	}
	q := &request{command: m.command, session: c.session(m.session), tree: c.tree(m.ids()), ids: m.ids()}
	if m.flags&flagRelated != 0 && h.prev != nil {
		q.session, q.tree, q.ids = h.prev.session, h.prev.tree, h.prev.ids
	}
	prev := h.prev
	h.prev = q
	used, read := c.arguments(h, q, prev, b, size)
	if q.file == nil && m.next > 0 {
		q.about = c.subject(q, prev, b)
	}
	if !read {
		if c.other(q); q.tx == nil {
			return used
		}
	}
	if opens(q) && q.tx == nil {
		c.open(q, 2)
		c.ask(q, b)
	}
	c.keep(m.id, q)
	return used
}

// arguments reads what a request asks for; read is false for a command of no interest.
func (c *conn) arguments(h *half, q, prev *request, b body, size int) (used int, read bool) {
	used = len(b)
	switch q.command {
	case cmdNegotiate:
		q.guid = string(b.at(headLen+12, 16)) // MS-SMB2 §2.2.3
		q.said.greeting = offered(b)
	case cmdLogoff, cmdTreeDisconnect:
	case cmdSessionSetup:
		c.token(q, b.at(uint32(b.u16(12)), uint32(b.u16(14))))
	case cmdTreeConnect:
		q.path = name(b.at(uint32(b.u16(4)), uint32(b.u16(6))))
	case cmdCreate:
		c.create(q, b)
	case cmdClose:
		q.file = c.lookup(q, prev, b.id(8))
	case cmdRead:
		q.length, q.offset = b.u32(4), b.u64(8)
		c.tooLarge(dissect.Orig, cmdRead, q.length)
		q.file = c.target(q, prev, b.id(16))
	case cmdWrite:
		q.length, q.offset = b.u32(4), b.u64(8)
		c.tooLarge(dissect.Orig, cmdWrite, q.length)
		q.file = c.target(q, prev, b.id(16))
		used = c.data(h, q, b, int(b.u16(2)), int(q.length), size)
	case cmdIoctl:
		c.ioctl(q, prev, b)
	case cmdQueryDirectory:
		q.file = c.lookup(q, prev, b.id(8))
		q.path = name(b.at(uint32(b.u16(24)), uint32(b.u16(26))))
	case cmdSetInfo:
		c.setInfo(q, prev, b)
	default:
		return used, false
	}
	return used, true
}

// target is the file that a request is about.
func (c *conn) target(q, prev *request, id fileID) *file {
	switch {
	case id != sameFile || prev == nil:
		return c.file(id, q)
	case prev.file != nil:
		return prev.file
	}
	return prev.about
}

// subject is the file of a request that is not read further, for those that follow it in a compound.
func (c *conn) subject(q, prev *request, b body) *file {
	switch q.command {
	case cmdFlush, cmdLock, cmdIoctl, cmdChangeNotify:
		return c.lookup(q, prev, b.id(8))
	case cmdQueryInfo:
		return c.lookup(q, prev, b.id(24))
	}
	if prev == nil {
		return nil
	}
	return c.target(q, prev, sameFile)
}

// lookup is the same for requests that bring no content: of a file whose opening was missed nothing is kept.
func (c *conn) lookup(q, prev *request, id fileID) *file {
	if f := c.files[id]; f != nil || id == sameFile {
		return c.target(q, prev, id)
	}
	return &file{id: id, tree: q.tree, user: q.session.user, pipe: q.tree.pipe}
}

// name reads a path; a leading backslash is an old habit of some clients.
func name(b []byte) string { return utf16le.Text(b, maxName) }

// create reads MS-SMB2 §2.2.13. The file is known by its id once the answer comes.
func (c *conn) create(q *request, b body) {
	q.path = strings.TrimPrefix(name(b.at(uint32(b.u16(44)), uint32(b.u16(46)))), `\`)
	q.creates(b.u32(36), b.u32(40))
	f := &file{tree: q.tree, user: q.session.user, path: q.path, raw: q.path, version: 2, pipe: q.tree.pipe, deletes: b.u32(40)&deleteOnClose != 0}
	if q.tree.share == "" && dcerpc.IsPipe(q.path) {
		f.pipe = true
	}
	q.file = f
}

// data takes the data of a WRITE request or READ response: at once when it is here, else as it comes.
// It returns how many bytes of b were consumed.
func (c *conn) data(h *half, q *request, b body, offset, length, size int) int {
	length = max(0, min(length, size-offset))
	if offset < headLen || offset > size {
		if q.command == cmdRead {
			c.answered(q, 0)
		}
		return len(b)
	}
	if len(b) == size {
		c.content(q, q.offset, b.at(uint32(offset), uint32(length)))
		if q.command == cmdRead {
			c.answered(q, 0)
		}
		return len(b)
	}
	used := min(offset, len(b))
	h.skip, h.data, h.sink, h.offset = offset-used, length, q, q.offset
	if length == 0 {
		c.contentEnds(h)
	}
	return used
}

// ioctl reads MS-SMB2 §2.2.31; only what goes through pipes matters.
func (c *conn) ioctl(q, prev *request, b body) {
	q.control = b.u32(4)
	if q.control != pipeTransceive {
		return
	}
	q.file = c.target(q, prev, b.id(8))
	if q.file != nil {
		q.file.pipe = true
		c.pipeData(q.file, true, b.at(b.u32(24), b.u32(28)))
	}
}

// setInfo reads MS-SMB2 §2.2.39: renaming (MS-FSCC §2.4.37) and deleting (§2.4.11).
func (c *conn) setInfo(q, prev *request, b body) {
	q.file = c.lookup(q, prev, b.id(16))
	info := b.at(uint32(b.u16(8)), b.u32(4))
	if b.u8(2) != infoFile || len(info) == 0 {
		return
	}
	switch b.u8(3) {
	case classRename, classRenameEx:
		if len(info) >= 20 {
			n := int64(binary.LittleEndian.Uint32(info[16:]))
			q.verb, q.path = "rename", name(info[20:min(20+n, int64(len(info)))])
		}
	case classDisposition, classDispositionEx:
		if info[0]&1 != 0 {
			q.verb = "delete"
		}
	}
}
