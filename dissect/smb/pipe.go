package smb

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// isPipe tells whether a file is a pipe: by its share, its well-known name, or by an RPC header in its data
// when the opening was missed.
func (f *file) isPipe(b []byte) bool {
	if !f.pipe && f.path == "" && f.tree.share == "" && dcerpc.Plausible(b) {
		f.pipe = true
	}
	return f.pipe
}

// pipeData gives what goes through a pipe to its RPC association.
func (c *conn) pipeData(f *file, write bool, b []byte) {
	count, dir := &f.read, dissect.Resp
	if write {
		count, dir = &f.written, dissect.Orig
	}
	count.bytes += uint64(len(b))
	if f.rpc == nil {
		if f.notRPC || !write && c.files[f.id] != f { // an answer that comes when the pipe is closed
			return
		}
		if c.pipes >= maxPipes {
			c.endOldestRPC()
		}
		c.pipes++
		f.rpc = c.association(f)
	}
	f.rpc.Message(dir)
	err := f.rpc.Feed(dir, b)
	c.f.AddEvicted(f.rpc.Evicted())
	if err != nil && !f.rpc.Seen() {
		c.endRPC(f)
		f.notRPC = true
	}
}

func (c *conn) association(f *file) *dcerpc.Session {
	about := func(r *event.DCERPC) event.Event {
		e := c.event("")
		e.User, e.Share, e.Path, e.Pipe, e.RPC, e.Answered = f.user, f.tree.share, f.path, true, r, r.Answered
		return e
	}
	return &dcerpc.Session{
		About: about,
		Pipe:  f.path, Flow: c.f, Framed: true,
		Begun:  func(t *wire.Tx, d dissect.Dir) { t.PutNumber(wire.SMBVersion, d, f.version) },
		Towers: func(t dcerpc.Tower) { t.Promise(c.f, c.conversation()) },
		Emit:   func(r *event.DCERPC) { c.f.Emit(about(r)) },
		Logon: func(a *event.Authentication) {
			a.Header, a.Conn = c.f.Head(), c.conversation()
			c.f.Emit(a)
		},
	}
}

// endOldestRPC makes room for another association.
func (c *conn) endOldestRPC() {
	for _, id := range c.fileAge {
		if f := c.files[id]; f.rpc != nil {
			c.endRPC(f)
			c.f.AddEvicted(1)
			return
		}
	}
}

func (c *conn) endRPC(f *file) {
	if f.rpc != nil {
		f.rpc.Close()
		f.rpc = nil
		c.pipes--
	}
}
