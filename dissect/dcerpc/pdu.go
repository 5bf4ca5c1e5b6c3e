package dcerpc

import (
	"encoding/binary"
	"fmt"
)

// PDU types of the connection-oriented protocol (C706 §12.6.4, AUTH3: MS-RPCE §2.2.2.5).
const (
	ptRequest     = 0
	ptResponse    = 2
	ptFault       = 3
	ptBind        = 11
	ptBindAck     = 12
	ptBindNak     = 13
	ptAlter       = 14
	ptAlterResp   = 15
	ptAuth3       = 16
	ptShutdown    = 17
	ptCancel      = 18
	ptOrphaned    = 19
	flagFirst     = 0x01
	flagLast      = 0x02
	flagObject    = 0x80
	headLen       = 16
	maxKept       = 16 << 10 // first bytes of one PDU that are looked at; usual ones have 4,280 or 5,840
	requestHead   = 24
	levelPrivacy  = 6 // RPC_C_AUTHN_LEVEL_PKT_PRIVACY, MS-RPCE §2.2.1.1.8
	trailerLen    = 8 // of sec_trailer without the token, C706 §13.2.6.1
	minFragLength = headLen
)

// pdu is one fragment; body is what is kept of it, from its first byte.
type pdu struct {
	typ, flags uint8
	order      binary.ByteOrder
	frag       int // length on the wire
	call       uint32
	body       []byte
	sec        security
	token      []byte // of the authentication trailer
	end        int    // where the trailer or its padding begins
}

// security is what an authentication trailer says.
type security struct {
	typ, level uint8
	context    uint32
}

// plausible judges the common header (C706 §12.6.3.1).
func plausible(b []byte) bool {
	if len(b) < headLen || b[0] != 5 || b[1] > 1 || b[2] > ptOrphaned || b[4]&0xef != 0 || b[5] > 3 || b[6]|b[7] != 0 {
		return false
	}
	switch b[2] {
	case 1, 4, 5, 6, 7, 8, 9, 10: // those of the connectionless protocol
		return false
	}
	frag, auth := lengths(b)
	return frag >= minFragLength && auth <= frag-headLen
}

func byteOrder(b []byte) binary.ByteOrder {
	if b[4]&0x10 != 0 {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

func lengths(b []byte) (frag, auth int) {
	o := byteOrder(b)
	return int(o.Uint16(b[8:])), int(o.Uint16(b[10:]))
}

// parsePDU reads a fragment whose header is plausible; b holds all of it, or its first maxKept bytes.
func parsePDU(b []byte) pdu {
	p := pdu{typ: b[2], flags: b[3], order: byteOrder(b), body: b}
	var auth int
	p.frag, auth = lengths(b)
	p.call = p.order.Uint32(b[12:])
	p.end = min(p.frag, len(b))
	at := p.frag - auth - trailerLen
	if auth == 0 || at < headLen || at+trailerLen > len(b) {
		return p
	}
	p.sec = security{b[at], b[at+1], p.order.Uint32(b[at+4:])}
	p.token = b[at+trailerLen : min(p.frag, len(b))]
	p.end = max(headLen, at-int(b[at+2]))
	return p
}

// u16 and u32 read at an offset; 0 beyond the end.
func (p *pdu) u16(at int) uint16 {
	if at+2 > len(p.body) {
		return 0
	}
	return p.order.Uint16(p.body[at:])
}

func (p *pdu) u32(at int) uint32 {
	if at+4 > len(p.body) {
		return 0
	}
	return p.order.Uint32(p.body[at:])
}

// stub is the part of a request or response that carries arguments.
func (p *pdu) stub() []byte {
	start := requestHead
	if p.typ == ptRequest && p.flags&flagObject != 0 {
		start += 16
	}
	if start > p.end {
		return nil
	}
	return p.body[start:p.end]
}

// missing is how many stub bytes of the fragment were not kept.
func (p *pdu) missing() int { return p.frag - min(p.frag, len(p.body)) }

// uuid renders 16 bytes in the byte order of the PDU (C706 appendix A).
func (p *pdu) uuid(b []byte) string { return formatUUID(b, p.order) }

func formatUUID(b []byte, o binary.ByteOrder) string {
	if len(b) < 16 {
		return ""
	}
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", o.Uint32(b), o.Uint16(b[4:]), o.Uint16(b[6:]), b[8:10], b[10:16])
}

// fromClient tells the side by the type.
func (p *pdu) fromClient() bool {
	switch p.typ {
	case ptResponse, ptFault, ptBindAck, ptBindNak, ptAlterResp, ptShutdown:
		return false
	}
	return true
}
