package smb

import "encoding/binary"

// head1Len is the length of the header of SMB 1 (MS-CIFS §2.2.3.1).
const head1Len = 32

// conn1 is what is known of a connection that speaks SMB 1.
type conn1 struct {
	c       *conn
	offered bool
}

// message1 reads one message of SMB 1. A negotiation may still lead to SMB 2.
func (c *conn) message1(b []byte) {
	if len(b) < head1Len+1 {
		return
	}
	if c.v1 == nil {
		c.v1 = &conn1{c: c}
	}
	c.v1.message(b)
}

func (v *conn1) message(b []byte) {
	const negotiate, reply = 0x72, 0x80
	if b[4] != negotiate {
		return
	}
	if b[9]&reply == 0 {
		v.offered = true
		return
	}
	v.offered = false
	v.c.dialect = "1.0"
	e := v.c.event("negotiate")
	e.Status, e.Answered = binary.LittleEndian.Uint32(b[5:]), true
	v.c.f.Emit(e)
}

// close reports a negotiation that nobody answered.
func (v *conn1) close() {
	if v.offered && v.c.dialect == "" {
		v.c.f.Emit(v.c.event("negotiate"))
	}
}
