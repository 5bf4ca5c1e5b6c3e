package smb

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Levels of information (MS-CIFS §2.2.2.3.4; MS-SMB §2.2.2.3.5: a class of MS-FSCC §2.4 above 1000).
const (
	levelDisposition = 0x0102
	levelPassThrough = 1000
)

// setInfo reads a renaming or deletion by handle or by name (MS-CIFS §2.2.6.7, §2.2.6.9); false for all else that is set.
func (v *conn1) setInfo(k block, q *request, byHandle bool) bool {
	params, info := k.part(int(k.u16(20)), int(k.u16(18))), k.part(int(k.u16(24)), int(k.u16(22)))
	if len(params) < 6 || len(info) == 0 {
		return false
	}
	first, level := binary.LittleEndian.Uint16(params), binary.LittleEndian.Uint16(params[2:])
	if !byHandle {
		level = first
	}
	switch level {
	case levelPassThrough + classRename:
		if len(info) < 12 { // MS-FSCC §2.4.37.1: whether to replace, folder, length, name
			return false
		}
		n := int64(binary.LittleEndian.Uint32(info[8:]))
		q.verb, q.path = "rename", utf16le.Text(info[12:min(12+n, int64(len(info)))], maxName)
	case levelDisposition, levelPassThrough + classDisposition:
		if info[0]&1 == 0 {
			return false
		}
		q.verb = "delete"
	default:
		return false
	}
	q.command = cmdSetInfo
	if byHandle {
		q.file = v.c.lookup(q, nil, id1(first))
	} else {
		q.file = &file{tree: q.tree, user: q.session.user, path: strings.TrimPrefix(k.m.string(params[6:]), `\`)}
	}
	if i := strings.LastIndexByte(q.file.path, '\\'); i >= 0 && q.verb == "rename" && !strings.Contains(q.path, `\`) {
		q.path = q.file.path[:i+1] + q.path // a name alone stays in its folder
	}
	return true
}

// string is a text whose end is that of b.
func (m *message1) string(b []byte) string {
	if m.flags2&flags2Uni == 0 {
		return utf16le.OEM(b, maxName)
	}
	return utf16le.Text(b, maxName)
}
