package smb

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/event"
)

const (
	transactPipe  = 0x0026 // TRANS_TRANSACT_NMPIPE, MS-CIFS §2.2.5.6
	trans2SetPath = 0x0006 // §2.2.6.7
	trans2SetFile = 0x0008 // §2.2.6.9
	rawStart      = 0x000c // of a write to a pipe, §2.2.4.43.1: raw mode, start of a message
	trans2Session = 0x000e // reserved and refused by each server, MS-CIFS §2.2.6.15
)

// request reads the commands of a request.
func (v *conn1) request(m *message1) {
	var waiting []*pending1
	v.native(m.command)
	m.each(func(command byte, k block) {
		ids := treeKey{uint64(m.uid), uint32(m.tid)}
		q := &request{session: v.c.session(ids.session), tree: v.c.tree(ids), ids: ids}
		q.said.old = true
		if v.command(command, k, q) || v.other(command, q) {
			v.show(command, k, q)
			waiting = append(waiting, &pending1{command, q})
		}
	})
	if len(waiting) == 0 {
		return
	}
	id := m.key()
	v.give(id) // what had this id before gets no answer any more
	v.age = append(v.age, id)
	v.open[id] = waiting
	if len(v.age) > maxOpen1 {
		v.c.f.AddEvicted(1)
		v.give(v.age[0])
	}
}

// native notes that SMB 1 is spoken where its negotiation was missed.
func (v *conn1) native(command byte) {
	if v.c.dialect == "" && command != com1Negotiate {
		v.c.dialect = "1.0"
	}
}

// command reads one command; false when no answer is waited for.
func (v *conn1) command(command byte, k block, q *request) bool {
	switch command {
	case com1Negotiate:
		q.command = cmdNegotiate
		q.said.greeting = offered1(k.data)
	case com1Session:
		q.command = cmdSessionSetup
		v.session(k, q)
	case com1Logoff:
		q.command = cmdLogoff
	case com1Tree:
		q.command = cmdTreeConnect
		end := 0
		q.path, end = k.text(int(k.u16(6)))
		q.said.service[0] = string(cutAt(k.data[min(end, len(k.data)):min(end+maxService, len(k.data))], 1))
	case com1Create:
		v.create(k, q)
	case com1Close:
		q.command, q.file = cmdClose, v.file(k.u16(0), q)
	case com1Read:
		q.command, q.file = cmdRead, v.file(k.u16(4), q)
		q.offset, q.length = uint64(k.u32(6))|uint64(k.u32(20))<<32, uint32(k.u16(10))
	case com1Write:
		v.write(k, q)
	case com1Delete, com1Rename, com1NTRename:
		v.change(command, k, q)
	case com1Transaction, com1Trans2, com1NTTransact:
		return v.transaction(command, k, q)
	case com1TransSecond, com1Trans2Second, com1NTTransSecond:
		v.secondary(command, k)
		return false
	default:
		return false
	}
	return true
}

// file names a file by its 16-bit id.
func (v *conn1) file(fid uint16, q *request) *file { return v.c.file(id1(fid), q) }

// id1 keeps the ids of SMB 1 apart from those of SMB 2.
func id1(fid uint16) (id fileID) {
	binary.LittleEndian.PutUint16(id[:], fid)
	id[15] = 1
	return id
}

// session reads a logon (MS-CIFS §2.2.4.53, with extended security MS-SMB §2.2.4.6.1).
func (v *conn1) session(k block, q *request) {
	switch len(k.words) {
	case 24:
		n := int(k.u16(14))
		v.c.token(q, k.data[:min(n, len(k.data))])
		q.host1(k, n)
	case 26:
		user, end := k.text(int(k.u16(14)) + int(k.u16(16)))
		domain, end := k.text(end)
		q.host1(k, end)
		q.session = &session{user: account(domain, user), logon: &event.Authentication{
			Protocol: "ntlm", Message: "NTLM-AUTH", User: user, Domain: domain,
		}}
	}
}

// create reads MS-CIFS §2.2.4.64.
func (v *conn1) create(k block, q *request) {
	q.command = cmdCreate
	s, _ := k.text(0)
	q.path = strings.TrimPrefix(s, `\`)
	q.creates(k.u32(35), k.u32(39))
	f := &file{tree: q.tree, user: q.session.user, path: q.path, raw: s, version: 1, pipe: q.tree.pipe, deletes: k.u32(39)&deleteOnClose != 0}
	if q.tree.share == "" && dcerpc.IsPipe(q.path) {
		f.pipe = true
	}
	q.file = f
}

// write reads MS-CIFS §2.2.4.43.
func (v *conn1) write(k block, q *request) {
	fid := k.u16(4)
	q.command, q.file = cmdWrite, v.file(fid, q)
	q.offset = uint64(k.u32(6))
	if len(k.words) >= 28 {
		q.offset |= uint64(k.u32(24)) << 32
	}
	q.length = uint32(k.u16(20)) | uint32(k.u16(18))<<16
	if fid != 0 && k.m.mid == fid {
		v.strange("mid_is_fid", q)
	}
	b := k.part(int(k.u16(22)), int(q.length))
	if k.u16(14)&rawStart == rawStart && len(b) >= 2 && q.file.isPipe(b[2:]) {
		b = b[2:] // the length of the message stands first
	}
	v.c.content(q, q.offset, b)
}

// change reads a deletion or renaming by name (MS-CIFS §2.2.4.7, §2.2.4.8, §2.2.4.66): each name follows a format byte.
func (v *conn1) change(command byte, k block, q *request) {
	q.command = cmdSetInfo
	name, end := k.text(1)
	q.file = &file{tree: q.tree, user: q.session.user, path: strings.TrimPrefix(name, `\`)}
	q.verb = "delete"
	if command != com1Delete {
		q.verb = "rename"
		q.path, _ = k.text(end + 1)
	}
}

// transaction reads the primary of a transaction (MS-CIFS §2.2.4.33, §2.2.4.46, §2.2.4.62).
func (v *conn1) transaction(command byte, k block, q *request) bool {
	if len(v.kinds) >= maxOpen1 {
		clear(v.kinds)
	}
	setup, begun := k.u16(28), primary1{command: command}
	defer func() { v.kinds[k.m.key()] = begun }()
	switch {
	case command == com1Transaction && setup == transactPipe && k.u8(26) >= 2:
		q.command, q.control, q.file = cmdIoctl, pipeTransceive, v.file(k.u16(30), q)
		q.file.pipe, begun.pipe = true, q.file
		v.c.pipeData(q.file, true, k.part(int(k.u16(24)), int(k.u16(22))))
		return true
	case command == com1Trans2 && setup == trans2Session && k.u8(26) >= 1:
		q.verb, q.command = "trans2_session_setup", cmdSetInfo
		return true
	case command == com1Trans2 && (setup == trans2SetFile || setup == trans2SetPath) && k.u8(26) >= 1:
		return v.setInfo(k, q, setup == trans2SetFile)
	}
	return false
}

// secondary reads the rest of a transaction (MS-CIFS §2.2.4.34), and checks that it is of the kind of its beginning.
func (v *conn1) secondary(command byte, k block) {
	primary, known := v.kinds[k.m.key()]
	q := &request{session: v.c.session(uint64(k.m.uid)), tree: v.c.tree(treeKey{uint64(k.m.uid), uint32(k.m.tid)})}
	switch {
	case known && primary.command+1 != command:
		v.strange("transaction_confusion", q)
	case known && primary.pipe != nil && v.c.files[primary.pipe.id] == primary.pipe:
		v.c.pipeData(primary.pipe, true, k.part(int(k.u16(12)), int(k.u16(10))))
	case !known && !v.c.f.Midstream:
		v.strange("orphan_secondary", q)
	}
}

// strange reports once what breaks the rules.
func (v *conn1) strange(what string, q *request) {
	if v.odd[what] {
		return
	}
	v.odd[what] = true
	e := v.c.event("")
	e.Odd, e.User, e.Share = what, q.session.user, q.tree.share
	v.c.f.Emit(e)
}
