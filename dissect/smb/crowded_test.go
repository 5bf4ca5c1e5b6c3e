package smb

import (
	"fmt"
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// in puts a message into a session and a share.
func in(m []byte, session uint64, tree uint32) []byte {
	le.PutUint64(m[40:], session)
	le.PutUint32(m[36:], tree)
	return m
}

func treeRequest(id uint64, share string) []byte {
	b := make([]byte, 8)
	le.PutUint16(b[4:], headLen+8)
	le.PutUint16(b[6:], uint16(2*len(share)))
	for _, r := range share {
		b = le.AppendUint16(b, uint16(r))
	}
	return message(cmdTreeConnect, 0, id, 0, b)
}

// logonRequest is a SESSION_SETUP with the last message of NTLM.
func logonRequest(id uint64, user string) []byte {
	n := make([]byte, 64)
	copy(n, "NTLMSSP\x00\x03")
	le.PutUint16(n[36:], uint16(len(user)))
	le.PutUint32(n[40:], 64)
	n = append(n, user...)
	b := make([]byte, 24)
	le.PutUint16(b[12:], headLen+24)
	le.PutUint16(b[14:], uint16(len(n)))
	return message(cmdSessionSetup, 0, id, 0, append(b, n...))
}

// TestManyShares connects more shares than are remembered, as a terminal server does over one connection: the newest are known.
func TestManyShares(t *testing.T) {
	x := newTalk(t, false)
	id, last := uint64(0), uint32(3*maxTrees)
	for i := uint32(1); i <= last; i++ {
		id++
		x.say(dissect.Orig, compound(treeRequest(id, fmt.Sprintf(`\\fs1\share%d`, i))))
		x.say(dissect.Resp, compound(in(message(cmdTreeConnect, flagResponse, id, 0, []byte{16, 0, 1, 0, 0, 0, 0, 0}), 0, i)))
	}
	x.say(dissect.Orig, compound(in(createRequest(id+1, "a.txt"), 0, last)))
	x.say(dissect.Resp, compound(in(createResponse(id+1, 9), 0, last)))
	if e := x.last("create"); e.Share != fmt.Sprintf(`\\fs1\share%d`, last) {
		t.Errorf("%q", e.Share)
	}
	if n := len(x.c.trees); n > maxTrees {
		t.Errorf("%d shares are remembered", n)
	}
}

// TestManyLogons refuses more logons than sessions are remembered: the one that is granted then is known by name.
func TestManyLogons(t *testing.T) {
	x := newTalk(t, false)
	for i := uint64(1); i <= 3*maxSessions; i++ {
		x.say(dissect.Orig, compound(in(logonRequest(i, "guess"), i, 0)))
		x.say(dissect.Resp, compound(in(message(cmdSessionSetup, flagResponse, i, 0xc000006d, make([]byte, 9)), i, 0)))
	}
	const id = 1000
	x.say(dissect.Orig, compound(in(logonRequest(id, "sato"), id, 0)))
	x.say(dissect.Resp, compound(in(message(cmdSessionSetup, flagResponse, id, 0, make([]byte, 9)), id, 0)))
	x.say(dissect.Orig, compound(in(treeRequest(id+1, `\\fs1\ADMIN$`), id, 0)))
	x.say(dissect.Resp, compound(in(message(cmdTreeConnect, flagResponse, id+1, 0, []byte{16, 0, 1, 0, 0, 0, 0, 0}), id, 5)))
	if e := x.last("tree_connect"); e.User != "sato" || e.Share != `\\fs1\ADMIN$` {
		t.Errorf("%q on %q", e.User, e.Share)
	}
	if n := len(x.c.sessions); n > maxSessions {
		t.Errorf("%d sessions are remembered", n)
	}
}

// TestLogoff forgets the shares of a session with it (MS-SMB2 §3.3.5.6).
func TestLogoff(t *testing.T) {
	x := newTalk(t, false)
	for i := uint64(1); i <= 4; i++ {
		x.say(dissect.Orig, compound(in(treeRequest(2*i, `\\fs1\data`), 7, 0)))
		x.say(dissect.Resp, compound(in(message(cmdTreeConnect, flagResponse, 2*i, 0, []byte{16, 0, 1, 0, 0, 0, 0, 0}), 7, uint32(i))))
	}
	x.say(dissect.Orig, compound(in(message(cmdLogoff, 0, 20, 0, make([]byte, 4)), 7, 0)))
	x.say(dissect.Resp, compound(in(message(cmdLogoff, flagResponse, 20, 0, make([]byte, 4)), 7, 0)))
	if len(x.c.trees) != 0 || len(x.c.sessions) != 0 {
		t.Errorf("%d shares and %d sessions are left", len(x.c.trees), len(x.c.sessions))
	}
}
