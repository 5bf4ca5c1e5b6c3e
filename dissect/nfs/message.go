package nfs

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// coming is file data that a message carries: where it begins within the message, and how much it is.
type coming struct {
	x      *file
	at, n  int
	offset uint64
}

// message reads a call or an answer, of which b is the beginning, and size its length.
func (t *talk) message(d dissect.Dir, b []byte, size int) (coming, error) {
	x := &xdr{b: b}
	t.cut = cut{}
	xid, kind := x.u32(), x.u32()
	t.reversed = (kind == 1) != (d == dissect.Resp)
	switch {
	case x.bad || kind > 1:
		return coming{}, errMessage
	case kind == 1:
		return t.reply(d, x, xid)
	}
	if x.u32() != 2 {
		return coming{}, errMessage
	}
	t.cut.creds = callHead
	c := &call{dir: d, xid: xid, prog: x.u32(), vers: x.u32(), proc: x.u32()}
	t.credential(x, c)
	if x.bad || programs[c.prog] == "" && !t.known {
		return coming{}, errMessage
	}
	if programs[c.prog] == "" {
		return coming{}, nil // a server calls its client back, RFC 7530 §2.1
	}
	t.known = true
	if t.f.App() == "" {
		t.f.SetApp(programs[c.prog])
	}
	if c.sealed {
		t.f.AddOpaque(max(0, size-x.at))
		t.keep(c)
		return coming{}, nil
	}
	if c.wrapped {
		x.take(8) // length and sequence number, RFC 2203 §5.3.2.2
	}
	t.cuts(c, x.at)
	return t.arguments(x, c), nil
}

// Flavours of authentication (RFC 5531 §8.2, RFC 2203).
const (
	authSys = 1
	authGSS = 6
)

var flavours = map[uint32]string{0: "NULL", authSys: "UNIX", 2: "SHORT", 3: "DES", authGSS: "GSS"}

// credential reads who calls.
func (t *talk) credential(x *xdr, c *call) {
	flavour := x.u32()
	c.auth = flavours[flavour]
	body := &xdr{b: x.opaque()}
	switch flavour {
	case authSys:
		body.u32()
		c.machine = body.name()
		c.uid, c.gid = body.u32(), body.u32()
	case authGSS:
		body.u32()
		control := body.u32()
		body.u32()
		service := body.u32()
		c.sealed = control == 0 && service == 3
		c.wrapped = control == 0 && service == 2
	}
	t.cut.verifier = x.at
	x.u32()
	x.opaque()
}

// arguments reads what a call asks for.
func (t *talk) arguments(x *xdr, c *call) (out coming) {
	switch {
	case c.prog == progMount:
		t.mount(x, c)
	case c.prog == progPortmap:
		t.portmap(x, c)
	case c.prog == progNFS && c.vers == 4:
		out = t.compound(x, c)
	case c.prog == progNFS && (c.vers == 2 || c.vers == 3):
		out = t.arguments3(x, c)
	}
	t.keep(c)
	return out
}

var mountNames = map[uint32]string{1: "MNT", 2: "DUMP", 3: "UMNT", 4: "UMNTALL", 5: "EXPORT"}

// mount reads a call of the mount protocol (RFC 1813 appendix I).
func (t *talk) mount(x *xdr, c *call) {
	switch c.proc {
	case 1, 3:
		c.name = x.name()
		c.told = true
	case 5:
		c.told = true
	}
}

// reply ends a call.
func (t *talk) reply(d dissect.Dir, x *xdr, xid uint32) (out coming, err error) {
	c := t.calls[xid]
	if c != nil && c.dir == d {
		c = nil // the answer to another call, which went the other way
	}
	denied := x.u32() != 0
	if !denied {
		x.u32()
		x.opaque()
		denied = x.u32() != 0
	}
	switch {
	case x.bad:
		return out, errMessage
	case c == nil:
		return out, nil
	case denied:
		t.finish(t.take(xid), ^uint32(0), true)
		return out, nil
	case c.sealed:
		t.f.AddOpaque(max(0, len(x.b)-x.at))
		t.finish(t.take(xid), 0, true)
		return out, nil
	}
	if c.wrapped {
		x.take(8)
	}
	t.take(xid)
	t.cuts(c, x.at)
	status := uint32(0)
	switch {
	case c.prog == progPortmap:
		t.mapped(x, c)
	case c.prog == progMount && c.proc == 1:
		if status = x.u32(); status == 0 {
			t.learn(x.opaque(), c.name)
		}
	case c.prog == progNFS && c.vers == 4 && c.proc != 0:
		status, out = t.results(x, c)
	case c.prog == progNFS && c.proc != 0:
		status = x.u32()
		out = t.results3(x, c, status)
	}
	t.finish(c, status, true)
	return out, nil
}

// v3 names procedures of versions 2 and 3 alike.
func (c *call) v3() string { return wire.NFSProcedureName(c.vers, c.proc) }
