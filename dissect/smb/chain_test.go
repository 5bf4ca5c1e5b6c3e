package smb

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// about makes a request that is about a file and brings nothing: its id stands at an offset.
func about(command uint16, flags uint32, id uint64, at int, file fileID) []byte {
	b := make([]byte, 56)
	copy(b[at:], file[:])
	return message(command, flags, id, 0, b)
}

// TestChain lets requests of no interest stand between those of one file in a compound: each is about the same one (MS-SMB2 §3.3.5.2.7.2).
func TestChain(t *testing.T) {
	for _, c := range []struct {
		name    string
		command uint16
		at      int
	}{{"flush", 7, 8}, {"lock", 10, 8}, {"ioctl", cmdIoctl, 8}, {"query info", cmdQueryInfo, 24}, {"change notify", 15, 8}} {
		t.Run(c.name, func(t *testing.T) {
			x := newTalk(t, false)
			create := createRequest(1, `tmp\a.exe`)
			le.PutUint32(create[headLen+40:], deleteOnClose)
			w := writeRequest(3, 0, 0, 100)[frameHead:]
			le.PutUint32(w[16:], flagRelated)
			copy(w[headLen+16:], sameFile[:])
			copy(w[headLen+fixedLen:], "MZ")
			x.say(dissect.Orig, compound(create, about(c.command, flagRelated, 2, c.at, sameFile), w, closeRequest(4, flagRelated, sameFile)))
			x.say(dissect.Resp, compound(createResponse(1, 9), message(c.command, flagResponse, 2, 0, make([]byte, 48)),
				message(cmdWrite, flagResponse, 3, 0, make([]byte, 16)), message(cmdClose, flagResponse, 4, 0, make([]byte, 60))))
			if e := x.last("close"); e.Path != `tmp\a.exe` || e.Bytes != 100 || e.File == nil || e.File.Type != "exe" {
				t.Errorf("%+v %+v", e, e.File)
			}
			if e := x.last("delete"); e.Path != `tmp\a.exe` {
				t.Errorf("%+v", e)
			}
			if n := len(x.c.files); n != 0 {
				t.Errorf("%d files are still open", n)
			}
		})
	}
}

// TestChainGoesOn begins a chain with a file that is named by its id.
func TestChainGoesOn(t *testing.T) {
	x := newTalk(t, false)
	x.say(dissect.Orig, compound(createRequest(1, "b.txt")))
	x.say(dissect.Resp, compound(createResponse(1, 7)))
	x.say(dissect.Orig, compound(about(cmdQueryInfo, 0, 2, 24, fileID{7}), closeRequest(3, flagRelated, sameFile)))
	x.say(dissect.Resp, compound(message(cmdQueryInfo, flagResponse, 2, 0, make([]byte, 16)), message(cmdClose, flagResponse, 3, 0, make([]byte, 60))))
	if e := x.last("close"); e.Path != "b.txt" {
		t.Errorf("%+v", e)
	}
	if n := len(x.c.files); n != 0 {
		t.Errorf("%d files are still open", n)
	}
}
