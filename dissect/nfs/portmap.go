package nfs

import (
	"strconv"

	"github.com/yagura-project/yagura/event"
)

// Procedures of the port mapper (RFC 1833 §3.2, §2.2.1) that are worth telling: who changes what is registered, lists it or
// calls through it. Asking for one port is daily work.
var mapNames = map[uint32]string{1: "SET", 2: "UNSET", 4: "DUMP", 5: "CALLIT"}

const (
	askPort    = 3  // GETPORT, of versions 3 and 4 GETADDR
	longestMap = 64 // bytes; a universal address of IPv6 has at most 47 (RFC 5665 §5.2.3.4)
)

// portmap tells of calls to the port mapper, and measures their texts: of versions 3 and 4 they are netid, address, owner.
func (t *talk) portmap(x *xdr, c *call) {
	name, longest := mapNames[c.proc], 0
	if c.vers >= 3 && (c.proc <= askPort) && c.proc > 0 {
		y := *x
		y.u32()
		y.u32()
		for range 3 {
			if b := y.opaque(); !y.bad {
				longest = max(longest, len(b))
			}
		}
	}
	if name == "" && longest <= longestMap {
		return
	}
	if name == "" {
		name = "GETADDR"
	}
	t.tellMap(name, c, longest)
}

// mapped measures the address that the port mapper gives.
func (t *talk) mapped(x *xdr, c *call) {
	if c.vers < 3 || c.proc != askPort {
		return
	}
	if b := x.opaque(); !x.bad && len(b) > longestMap {
		t.tellMap("ADDRESS", c, len(b))
	}
}

func (t *talk) tellMap(name string, c *call, longest int) {
	e := &event.AppActivity{Header: t.f.Head(), Conn: t.conn(), Protocol: "portmap", Operation: name}
	e.Add("version", strconv.Itoa(int(c.vers)))
	if longest > 0 {
		e.Add("longest", strconv.Itoa(longest))
	}
	t.f.Emit(e)
}
