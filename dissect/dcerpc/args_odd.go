package dcerpc

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// climb is "..\" in UTF-16.
var climb = []byte{'.', 0, '.', 0, '\\', 0}

// canonical reads NetprPathCanonicalize and NetprPathCompare (MS-SRVS §3.1.4.30, §3.1.4.31): the path is measured, not read,
// since in an attack it holds code (CVE-2008-4250).
func canonical(r *ndr, a args) {
	r.optional()
	maximum, offset, actual := r.count(), r.count(), r.count()
	if r.bad || offset != 0 || actual > maximum || actual > 1<<15 {
		r.bad = true
		return
	}
	b := r.b[min(r.at, len(r.b)):]
	b = b[:min(len(b), 2*int(actual))]
	a.put("path_length", strconv.FormatUint(actual, 10))
	up := climb
	if r.big {
		up = append([]byte{0}, climb[:5]...)
	}
	a.put("climbs", strconv.Itoa(bytes.Count(b, up)))
}

// root is the beginning of a path on another machine, in UTF-16.
var root = []byte{'\\', 0, '\\', 0}

// tooLong is more than a name of a machine in a path has, though DNS allows 253.
const tooLong = 128

// activated reads the class that shall be started, and measures the name of the machine whose file it shall load
// (MS-DCOM §3.1.2.5.2.3.1; CVE-2003-0352 sends one that is far too long).
func activated(r *ndr, a args) {
	activation(r, a)
	i := bytes.Index(r.b, root)
	if i < 0 {
		return
	}
	n := 0
	for b := r.b[i+len(root):]; len(b) >= 2 && binary.LittleEndian.Uint16(b) != '\\'; b = b[2:] {
		n++
	}
	if n >= tooLong {
		a.put("server_length", strconv.Itoa(n))
		r.bad = false
	}
}

// odd names what breaks the rules in the answer to a bind: a server that listens somewhere says where, in the byte order of
// its client (C706 §12.6.4.4; an empty address in big-endian makes clients overrun a buffer, CVE-2022-26809).
func (p *pdu) odd() string {
	if p.typ == ptBindAck && p.order == binary.ByteOrder(binary.BigEndian) && len(p.body) >= headLen+10 && p.u16(headLen+8) == 0 {
		return "no_address"
	}
	return ""
}
