package smb

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// one makes a message of SMB 1 with one command.
func one(command, flags byte, flags2 uint16, status uint32, mid uint16, words, data []byte) []byte {
	m := make([]byte, head1Len)
	copy(m, "\xffSMB")
	m[4], m[9] = command, flags
	le.PutUint32(m[5:], status)
	le.PutUint16(m[10:], flags2)
	le.PutUint16(m[30:], mid)
	m = append(append(m, byte(len(words)/2)), words...)
	m = le.AppendUint16(m, uint16(len(data)))
	return append(m, data...)
}

// TestDOSErrors reads errors as machines tell them that know none of NT's (MS-CIFS §2.2.2.4): class, and code.
func TestDOSErrors(t *testing.T) {
	var logons []*event.Authentication
	x := newTalk(t, false)
	tell := x.c.f.Emit
	x.c.f.Emit = func(e event.Event) {
		if a, ok := e.(*event.Authentication); ok {
			logons = append(logons, a)
		}
		tell(e)
	}
	words := make([]byte, 26) // of a SESSION_SETUP without extended security, §2.2.4.53.1
	words[0] = com1None
	x.say(dissect.Orig, compound(one(com1Session, 0, 0, 0, 1, words, []byte("sato\x00MACHI\x00"))))
	const badPassword = 0x00020002 // ERRSRV, ERRbadpw
	x.say(dissect.Resp, compound(one(com1Session, flags1Ans, 0, badPassword, 1, nil, nil)))
	if e := x.last("session_setup"); e.Status != 0xc000006d {
		t.Errorf("status %#x", e.Status)
	}
	if len(logons) != 1 || logons[0].User != "sato" || logons[0].Success {
		t.Errorf("%+v", logons)
	}
	words = make([]byte, 8)
	words[0] = com1None
	x.say(dissect.Orig, compound(one(com1Tree, 0, 0, 0, 2, words, []byte("\\\\FS1\\GEHEIM\x00?????\x00"))))
	x.say(dissect.Resp, compound(one(com1Tree, flags1Ans, 0, 0x00050001, 2, nil, nil)))
	if e := x.last("tree_connect"); e.Status&severityError != severityError {
		t.Errorf("status %#x", e.Status)
	}
}

// rawBind is what a client writes to a pipe in raw mode: the length of the message, then a bind (MS-CIFS §2.2.4.43.1).
func TestRawPipe(t *testing.T) {
	x := newTalk(t, false)
	bind := append([]byte{5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 1, 0, 0, 0, 0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0},
		0x81, 0xbb, 0x7a, 0x36, 0x44, 0x98, 0xf1, 0x35, 0xad, 0x32, 0x98, 0xf0, 0x38, 0x00, 0x10, 0x03, 2, 0, 0, 0,
		0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0)
	x.opens1("svcctl")
	words := make([]byte, 28)
	words[0] = com1None
	le.PutUint16(words[4:], 0x4001)
	le.PutUint16(words[14:], 0x000c) // start of a message, raw
	le.PutUint16(words[20:], uint16(2+len(bind)))
	le.PutUint16(words[22:], head1Len+1+28+2)
	x.say(dissect.Orig, compound(one(com1Write, 0, 0, 0, 2, words, append([]byte{byte(len(bind)), 0}, bind...))))
	x.c.Close()
	for _, e := range x.e {
		if e.RPC != nil && e.RPC.Kind == "bind" && e.RPC.Interface == "svcctl" {
			return
		}
	}
	t.Errorf("no bind among %d events", len(x.e))
}

// opens1 opens a file or a pipe as 0x4001 (NT_CREATE_ANDX, MS-CIFS §2.2.4.64).
func (x *talk) opens1(name string) {
	words := make([]byte, 48)
	words[0] = com1None
	x.say(dissect.Orig, compound(one(com1Create, 0, 0, 0, 1, words, []byte("\\"+name+"\x00"))))
	words = make([]byte, 68)
	words[0] = com1None
	le.PutUint16(words[5:], 0x4001)
	x.say(dissect.Resp, compound(one(com1Create, flags1Ans, 0, 0, 1, words, nil)))
}

// setInfo is a TRANS2_SET_FILE_INFORMATION (MS-CIFS §2.2.6.9): file and level, then the data.
func setInfo(mid, fid, level uint16, data []byte) []byte {
	words := make([]byte, 30)
	const params = head1Len + 1 + 30 + 2
	le.PutUint16(words[2:], uint16(len(data)))
	le.PutUint16(words[18:], 6)
	le.PutUint16(words[20:], params)
	le.PutUint16(words[22:], uint16(len(data)))
	le.PutUint16(words[24:], params+6)
	words[26] = 1
	le.PutUint16(words[28:], 8)
	b := le.AppendUint16(le.AppendUint16(nil, fid), level)
	return one(com1Trans2, 0, flags2Uni, 0, mid, words, append(append(b, 0, 0), data...))
}

// TestSetInfo1 renames and deletes by handle, as Windows and smbclient do over SMB 1.
func TestSetInfo1(t *testing.T) {
	x := newTalk(t, false)
	x.opens1("a.docx")
	name := []byte("a\x00.\x00x\x007\x00")
	info := le.AppendUint32(make([]byte, 8), uint32(len(name))) // FILE_RENAME_INFORMATION as SMB 1 has it, MS-FSCC §2.4.37.1
	answer := make([]byte, 20)
	x.say(dissect.Orig, compound(setInfo(2, 0x4001, 1010, append(info, name...))))
	x.say(dissect.Resp, compound(one(com1Trans2, flags1Ans, flags2Uni, 0, 2, answer, nil)))
	if e := x.last("rename"); e.Path != "a.docx" || e.Target != "a.x7" || !e.Answered {
		t.Errorf("%+v", e)
	}
	x.say(dissect.Orig, compound(setInfo(3, 0x4001, 0x0102, []byte{1})))
	x.say(dissect.Resp, compound(one(com1Trans2, flags1Ans, flags2Uni, 0, 3, answer, nil)))
	if e := x.last("delete"); e.Path != "a.x7" || !e.Answered {
		t.Errorf("%+v", e)
	}
}

// transact is a TRANS_TRANSACT_NMPIPE, or the rest of one (MS-CIFS §2.2.5.6, §2.2.4.34).
func transact(mid, fid uint16, rest bool, data []byte) []byte {
	command, words, count := byte(com1Transaction), make([]byte, 32), 22
	if rest {
		command, words, count = com1TransSecond, make([]byte, 16), 10
	} else {
		words[26] = 2
		le.PutUint16(words[28:], transactPipe)
		le.PutUint16(words[30:], fid)
	}
	le.PutUint16(words[count:], uint16(len(data)))
	le.PutUint16(words[count+2:], uint16(head1Len+1+len(words)+2))
	return one(command, 0, 0, 0, mid, words, data)
}

// TestSplitTransaction sends a call through a pipe in two messages, between which the server says that it waits.
func TestSplitTransaction(t *testing.T) {
	x := newTalk(t, true)
	ask := append([]byte{5, 0, 0, 3, 0x10, 0, 0, 0, 124, 0, 0, 0, 7, 0, 0, 0, 100, 0, 0, 0, 0, 0, 12, 0}, make([]byte, 100)...)
	answer := append([]byte{5, 0, 2, 3, 0x10, 0, 0, 0, 28, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0}, 0x22, 0, 0, 0)
	x.say(dissect.Orig, compound(transact(3, 0x4001, false, ask[:60])))
	x.say(dissect.Resp, compound(one(com1Transaction, flags1Ans, 0, 0, 3, nil, nil)))
	x.say(dissect.Orig, compound(transact(3, 0x4001, true, ask[60:])))
	words := make([]byte, 20)
	le.PutUint16(words[12:], uint16(len(answer)))
	le.PutUint16(words[14:], head1Len+1+20+2)
	x.say(dissect.Resp, compound(one(com1Transaction, flags1Ans, 0, 0, 3, words, answer)))
	if len(x.e) != 1 || x.e[0].RPC == nil || !x.e[0].RPC.Answered || x.e[0].RPC.StubIn != 100 || x.e[0].RPC.Result != 0x22 {
		t.Fatalf("%d events", len(x.e))
	}
}
