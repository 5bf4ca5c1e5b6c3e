package smb

import (
	"strings"

	"github.com/yagura-project/yagura/dissect/krb5"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/event"
)

// about begins the event of a request: what is known of it so far. It changes nothing, and nothing changes it.
func (c *conn) about(q *request) *event.SMBActivity {
	e := c.event(commands[q.command])
	if q.said.word != "" {
		e.Command = q.said.word
	}
	e.Status, e.DOS, e.Answered, e.Old, e.User, e.Share = q.said.status, q.said.dos, q.said.answered, q.said.old, q.session.user, q.tree.share
	e.Numbered, e.SessionID, e.TreeID = true, q.ids.session, q.ids.tree
	if f := q.file; f != nil {
		e.Path, e.Pipe = f.path, f.pipe
		if f.tree != nil && f.tree.share != "" {
			e.Share = f.tree.share
		}
	}
	switch q.command {
	case cmdNegotiate:
		e.ClientGUID, e.Greeting = q.guid, copied(q.said.greeting)
	case cmdSessionSetup:
		e.Hello = copied(q.said.hello)
	case cmdTreeConnect:
		e.Share, e.ShareType, e.Service = q.path, q.said.shareType, q.said.service
	case cmdCreate:
		e.Disposition, e.Directory = q.said.disposition, q.said.folder
		e.Deletes = q.file != nil && q.file.deletes
	case cmdSetInfo:
		e.Command = q.verb
		if q.verb == "rename" {
			e.Target = strings.TrimPrefix(q.path, `\`)
		}
	}
	return e
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// words are commands of which only alerts tell.
var words = map[uint16]string{
	cmdTreeDisconnect: "tree_disconnect", cmdFlush: "flush", cmdLock: "lock", cmdIoctl: "ioctl", cmdCancel: "cancel", cmdEcho: "echo",
	cmdChangeNotify: "change_notify", cmdQueryInfo: "query_info", cmdSetInfo: "set_info", maxCommand: "oplock_break",
}

// Said is what an alert tells of the request.
func (q *request) Said() event.Event {
	e := q.said.c.about(q)
	if e.Command == "" {
		e.Command = words[q.command]
	}
	return e
}

// Said is what an alert tells of a file's content.
func (x *carried) Said() event.Event {
	e := x.c.event("read")
	if x.write {
		e.Command = "write"
	}
	e.User, e.Share, e.Path = x.f.user, x.f.tree.share, x.f.path
	return e
}

// carried is a file of which content goes by.
type carried struct {
	c     *conn
	f     *file
	write bool
}

// creates notes how a file is opened (MS-SMB2 §2.2.13, MS-CIFS §2.2.4.64).
func (q *request) creates(disposition, options uint32) {
	q.said.folder = options&directoryFile != 0
	if disposition < 6 {
		q.said.disposition = 1 + uint8(disposition)
	}
}

const maxDialects = 64

// offered reads the dialects of a negotiation (MS-SMB2 §2.2.3).
func offered(b body) *event.Greeting {
	g := &event.Greeting{}
	for i := range min(int(b.u16(2)), maxDialects) {
		d := b.u16(36 + 2*i)
		if d == 0 {
			break
		}
		g.Dialects = append(g.Dialects, dialect(d))
	}
	return g
}

// greeted adds the server's answer (§2.2.4).
func (q *request) greeted(b body) {
	if g := q.said.greeting; g != nil {
		g.ServerGUID, g.MaxRead, g.MaxWrite = string(b.at(headLen+8, 16)), b.u32(32), b.u32(36)
	}
}

// greets notes who logs on by NTLM.
func (q *request) greets(m ntlm.Message) {
	h := q.hello()
	h.NTLM, h.User, h.Domain, h.Host, h.System = true, m.User, m.Domain, m.Workstation, m.Version.String()
}

// presents notes for what a ticket is.
func (q *request) presents(k krb5.Message) {
	h := q.hello()
	h.Realm, h.Services = k.Realm, strings.Split(k.Service, "/")
}

func (q *request) hello() *event.SMBHello {
	if q.said.hello == nil {
		q.said.hello = &event.SMBHello{}
	}
	return q.said.hello
}
