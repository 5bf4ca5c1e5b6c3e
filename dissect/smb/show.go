package smb

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/event/wire"
)

// begin opens what rules see of a request; version is 1 or 2.
func (c *conn) begin(version uint64) *wire.Tx {
	t := c.f.Tx("")
	t.PutNumber(wire.SMBVersion, dissect.Orig, version)
	return t
}

// open does so for a request that has a transaction of its own.
func (c *conn) open(q *request, version uint64) {
	if q.tx, q.version = c.begin(version), version; q.tx != nil {
		q.said.c, q.tx.Ask = c, q
	}
}

// opens tells which requests of SMB 2 have a transaction: file data, and what describes a file, have none.
func opens(q *request) bool {
	switch q.command {
	case cmdRead, cmdWrite, cmdQueryInfo:
		return false
	case cmdSetInfo:
		return q.verb != ""
	case cmdIoctl:
		return q.file == nil || q.file.rpc == nil
	}
	return true
}

// settle ends the transaction of a request.
func (c *conn) settle(q *request, answered bool) {
	t := q.tx
	if t == nil {
		return
	}
	q.tx = nil
	if q.share != nil {
		id := wire.SMBShare
		if q.tree != nil && q.tree.pipe {
			id = wire.SMBNamedPipe
		}
		t.Put(id, dissect.Orig, q.share)
	}
	if answered {
		t.PutNumber(wire.SMBVersion, dissect.Resp, q.version)
	}
	c.f.EndTx(t)
}

// plain is a name as rules see it: its bytes but the zero ones, which UTF-16 has between those of Latin letters.
func plain(b []byte) []byte { return bytes.ReplaceAll(b[:min(len(b), maxName)], []byte{0}, nil) }

// withoutFirst leaves out the first of two backslashes, as rules see the path of a share of SMB 1.
func withoutFirst(b []byte) []byte {
	if len(b) > 1 {
		return b[1:]
	}
	return b
}

// odd shows that something is wrong, once a connection, in a transaction of its own.
func (c *conn) odd(d dissect.Dir, name string) {
	if c.told[name] {
		return
	}
	if t := c.f.Tx(""); t != nil {
		if c.told == nil {
			c.told = map[string]bool{}
		}
		c.told[name] = true
		t.Event(d, name)
		c.f.EndTx(t)
	}
}

// wrongWay shows requests and answers that come from the wrong side.
func (c *conn) wrongWay(d dissect.Dir, response bool) {
	switch {
	case c.f.Midstream || response == (d == dissect.Resp):
	case response:
		c.odd(d, "smb.response_to_server")
	default:
		c.odd(d, "smb.request_to_client")
	}
}

// manyBytes is how much one read or write may carry; hosts offer 8 MiB at most.
const manyBytes = 16 << 20

// offers shows that a server offers to carry more at once than any does.
func (c *conn) offers(d dissect.Dir) {
	if c.maxRead > manyBytes {
		c.odd(d, "smb.negotiate_max_read_size_too_large")
	}
	if c.maxWrite > manyBytes {
		c.odd(d, "smb.negotiate_max_write_size_too_large")
	}
}

// tooLarge shows a request or an answer with more data than was agreed on (MS-SMB2 §2.2.4: MaxReadSize, MaxWriteSize).
func (c *conn) tooLarge(d dissect.Dir, command uint16, n uint32) {
	switch {
	case command == cmdRead && c.maxRead > 0 && n > c.maxRead && d == dissect.Orig:
		c.odd(d, "smb.read_request_too_large")
	case command == cmdRead && c.maxRead > 0 && n > c.maxRead:
		c.odd(d, "smb.read_response_too_large")
	case command == cmdWrite && c.maxWrite > 0 && n > c.maxWrite:
		c.odd(d, "smb.write_request_too_large")
	}
}

// dirOf is the direction that a half belongs to.
func (c *conn) dirOf(h *half) dissect.Dir {
	if h == &c.half[dissect.Resp] {
		return dissect.Resp
	}
	return dissect.Orig
}

// frames are the parts of a message that rules may ask for.
type frames struct {
	pdu, hdr, data wire.Buffer
	head           int
}

var framesOf = map[byte]frames{
	magic1:         {wire.SMBFrame1PDU, wire.SMBFrame1Hdr, wire.SMBFrame1Data, head1Len},
	magic2:         {wire.SMBFrame2PDU, wire.SMBFrame2Hdr, wire.SMBFrame2Data, headLen},
	magicTransform: {wire.SMBFrame3PDU, wire.SMBFrame3Hdr, wire.SMBFrame3Data, transformHead},
}

// wantsFrames tells whether a rule looks at any of them.
func wantsFrames(f *dissect.Flow) bool {
	for id := wire.SMBFrameNBSSPDU; id <= wire.SMBFrame3Data; id++ {
		if f.Wants(id) {
			return true
		}
	}
	return false
}

// showFrames shows the parts of a message of whole bytes, as far as it is here, to rules that ask for them.
func (c *conn) showFrames(h *half, b []byte, whole int) {
	if len(b) == 0 || !c.framed {
		return
	}
	f, known := framesOf[b[0]]
	if !known || len(b) < f.head {
		return
	}
	var t *wire.Tx
	put := func(id wire.Buffer, b []byte, whole int, at int64) {
		if t == nil && c.f.Wants(id) {
			t = c.f.FrameTx()
		}
		c.f.PutKeptFrame(t, id, c.dirOf(h), b, whole, at)
	}
	at := c.f.At(b)
	put(f.pdu, b, whole, at)
	put(f.hdr, b[:f.head], f.head, at)
	put(f.data, b[f.head:], whole-f.head, c.f.At(b[f.head:]))
	put(wire.SMBFrameNBSSData, b, whole, at)
	if c.f.Wants(wire.SMBFrameNBSSHdr) || c.f.Wants(wire.SMBFrameNBSSPDU) {
		head := []byte{0, byte(h.left >> 16), byte(h.left >> 8), byte(h.left)}
		if at = max(at-int64(len(head)), -1); whole != h.left { // not the first message of several
			at = -1
		}
		put(wire.SMBFrameNBSSHdr, head, len(head), at)
		put(wire.SMBFrameNBSSPDU, append(head, b...), len(head)+whole, at)
	}
	c.f.EndTx(t)
}

// other takes a command of SMB 2 that is not read: only rules see it.
func (c *conn) other(q *request) {
	if q.command == cmdQueryInfo || q.command > maxCommand {
		return
	}
	if c.open(q, 2); q.command == cmdCancel { // is never answered, MS-SMB2 §3.3.5.16
		c.settle(q, false)
		return
	}
	c.f.Show(q.tx)
}

// ask shows what a request tells.
func (c *conn) ask(q *request, b body) {
	if q.tx == nil {
		return
	}
	switch q.command {
	case cmdTreeConnect:
		q.share = plain(b.at(uint32(b.u16(4)), uint32(b.u16(6))))
	case cmdSessionSetup:
		c.askLogon(q, b.at(uint32(b.u16(12)), uint32(b.u16(14))))
	}
	c.f.Show(q.tx)
}

// askLogon shows who logs on by NTLM.
func (c *conn) askLogon(q *request, token []byte) {
	user, domain, found, ok := ntlm.Raw(token)
	if found && !ok {
		q.tx.Event(dissect.Orig, "smb.malformed_ntlmssp_request")
	}
	if ok && user != nil {
		q.tx.Put(wire.SMBNTLMDomain, dissect.Orig, plain(domain))
		q.tx.Put(wire.SMBNTLMUser, dissect.Orig, plain(user))
	}
}
