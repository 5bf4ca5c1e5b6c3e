package stage

import (
	"strings"
	"time"

	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/event"
)

// Session is a conversation of SMB (or of DCE/RPC over TCP) whose steps follow one another; End ends it.
type Session struct {
	c        *Scene
	Conn     event.Conn
	start    time.Time
	at       time.Duration
	user     string
	share    string
	app      string
	up, down uint64
	Pace     time.Duration // mean time between two steps
}

// SMB logs on to a machine's share as the machine's user.
func (c *Scene) SMB(to *Machine, share string) *Session { return c.SMBAs(to, share, c.Me.User, false) }

// SMBAs logs on under a name, by Kerberos or by NTLM.
func (c *Scene) SMBAs(to *Machine, share, user string, ntlm bool) *Session {
	x := &Session{c: c, Conn: c.Reach(to, 445, event.ProtoTCP), start: c.Now(), user: `TOWN\` + user, share: `\\` + to.Name + `\` + share, app: "smb", Pace: 20 * time.Millisecond}
	x.open()
	x.Do(event.SMBActivity{Command: "negotiate", Dialect: "3.1.1"})
	a := event.Authentication{Conn: x.Conn, Protocol: "kerberos", Message: "AP-REQ", Service: "cifs/" + to.Name, Domain: c.Domain, TicketEType: 18, Success: true, Answered: true}
	if ntlm {
		a = event.Authentication{Conn: x.Conn, Protocol: "ntlm", Message: "NTLM-AUTH", User: user, Domain: "TOWN", Workstation: c.Me.Name, Server: to.Name, Success: true, Answered: true}
	}
	c.Emit(x.at, &a)
	x.Do(event.SMBActivity{Command: "session_setup"})
	x.Do(event.SMBActivity{Command: "tree_connect"})
	return x
}

// RPC is a conversation of DCE/RPC over TCP on a port of the dynamic range.
func (c *Scene) RPC(to *Machine, port uint16) *Session {
	x := &Session{c: c, Conn: c.Reach(to, port, event.ProtoTCP), start: c.Now(), app: "dcerpc", Pace: 20 * time.Millisecond}
	x.open()
	return x
}

func (x *Session) open() {
	x.c.Emit(0, &event.NetworkActivity{Conn: x.Conn, Activity: event.FlowOpen, Start: x.start, End: x.start, FlagsOrig: event.FlagSYN, Orig: event.Volume{Packets: 1, Bytes: 60}})
	x.at = 2 * time.Millisecond
}

// Wait lets time pass within the session.
func (x *Session) Wait(d time.Duration) *Session {
	x.at += d
	return x
}

// Do is the next step, answered; what is empty is filled from the session.
func (x *Session) Do(m event.SMBActivity) *Session {
	m.Conn, m.Answered = x.Conn, true
	if m.Share == "" {
		m.Share = x.share
	}
	if m.User == "" {
		m.User = x.user
	}
	if m.Dialect == "" && m.RPC == nil {
		m.Dialect = "3.1.1"
	}
	x.c.Emit(x.at, &m)
	x.at += x.c.Around(x.Pace, 0.8)
	x.up += 200
	x.down += 180
	if m.Command == "write" {
		x.up += m.Bytes
	} else {
		x.down += m.Bytes
	}
	return x
}

// Call is one answered call of DCE/RPC, over a pipe of the share IPC$ or over TCP.
func (x *Session) Call(iface, operation string, opnum uint16, args ...string) *Session {
	r := &event.DCERPC{Kind: "call", Interface: iface, Operation: operation, Opnum: opnum, Answered: true, StubIn: 120, StubOut: 200, AuthLevel: 5}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[args[i]] = args[i+1]
	}
	m := event.SMBActivity{RPC: r}
	if x.app == "smb" {
		m.Path, m.Pipe = iface, true
	}
	return x.Do(m)
}

// Pipe opens a pipe of the share IPC$.
func (x *Session) Pipe(name string) *Session {
	return x.Do(event.SMBActivity{Command: "create", Path: name, Pipe: true, Share: x.ipc()})
}

func (x *Session) ipc() string {
	parts := strings.SplitN(strings.TrimPrefix(x.share, `\\`), `\`, 2)
	return `\\` + parts[0] + `\IPC$`
}

// Read opens a file, reads so many bytes and closes it.
func (x *Session) Read(path string, size uint64, kind string) *Session {
	f := &event.File{Name: base(path), Path: path, Size: size, Type: kind}
	x.Do(event.SMBActivity{Command: "create", Path: path})
	x.Do(event.SMBActivity{Command: "read", Path: path, Bytes: size, File: f})
	return x.Do(event.SMBActivity{Command: "close", Path: path, File: f})
}

// Write opens a file, writes so many bytes and closes it. As the sensor tells it: the first write, and the whole at the end.
func (x *Session) Write(path string, size uint64, kind string) *Session {
	f := &event.File{Name: base(path), Path: path, Size: size, Type: kind}
	x.Do(event.SMBActivity{Command: "create", Path: path})
	first, blocks := min(size, 1<<20), blocksOf(size)
	m := event.SMBActivity{Command: "write", Path: path, Bytes: first, File: f, Blocks: blocksOf(first)}
	end := event.SMBActivity{Command: "close", Path: path, Bytes: size, File: f, Blocks: blocks}
	if forge.Dense(kind) {
		m.Dense, end.Dense = m.Blocks, blocks
	}
	x.up += size - first
	x.at += time.Duration(size>>20) * 15 * time.Millisecond
	return x.Do(m).Do(end)
}

// blocksOf is how many blocks are looked at: one each 64 KiB, at most 16 a file.
func blocksOf(size uint64) uint8 { return uint8(min((size+1<<16-1)>>16, 16)) }

// List reads a folder.
func (x *Session) List(path string) *Session {
	return x.Do(event.SMBActivity{Command: "query_directory", Path: path + `\*`})
}

// Rename gives a file another name.
func (x *Session) Rename(path, to string) *Session {
	return x.Do(event.SMBActivity{Command: "rename", Path: path, Target: to})
}

// End ends the conversation and tells how long it took.
func (x *Session) End() time.Duration {
	x.at += x.c.Part(2 * time.Second)
	c := *x.c
	k, f, start := x.Conn, Flow{App: x.app, Up: x.up, Down: x.down, Took: x.at}, x.start
	c.Emit(x.at, ended(k, f, start))
	return x.at
}

func base(path string) string { return path[strings.LastIndexByte(path, '\\')+1:] }
