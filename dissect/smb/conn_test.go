package smb

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

var le = binary.LittleEndian

// message makes one SMB 2 message without its session header.
func message(command uint16, flags uint32, id uint64, status uint32, body []byte) []byte {
	m := make([]byte, headLen, headLen+len(body))
	copy(m, "\xfeSMB")
	le.PutUint16(m[4:], headLen)
	le.PutUint32(m[8:], status)
	le.PutUint16(m[12:], command)
	le.PutUint32(m[16:], flags)
	le.PutUint64(m[24:], id)
	return append(m, body...)
}

// compound chains messages, each on a boundary of 8 bytes, and frames them.
func compound(messages ...[]byte) []byte {
	var all []byte
	for i, m := range messages {
		if i < len(messages)-1 {
			for len(m)%8 != 0 {
				m = append(m, 0)
			}
			le.PutUint32(m[20:], uint32(len(m)))
		}
		all = append(all, m...)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(all))), all...)
}

func createRequest(id uint64, name string) []byte {
	b := make([]byte, 56)
	le.PutUint16(b, 57)
	le.PutUint16(b[44:], headLen+56)
	le.PutUint16(b[46:], uint16(2*len(name)))
	for _, u := range utf16.Encode([]rune(name)) {
		b = le.AppendUint16(b, u)
	}
	return message(cmdCreate, 0, id, 0, b)
}

func createResponse(id uint64, handle byte) []byte {
	b := make([]byte, 88)
	le.PutUint16(b, 89)
	b[64] = handle
	return message(cmdCreate, flagResponse, id, 0, b)
}

func closeRequest(id uint64, flags uint32, file fileID) []byte {
	b := make([]byte, 24)
	le.PutUint16(b, 24)
	copy(b[8:], file[:])
	return message(cmdClose, flags, id, 0, b)
}

// talk collects what a connection says.
type talk struct {
	t *testing.T
	c *conn
	e []*event.SMBActivity
}

func newTalk(t *testing.T, midstream bool) *talk {
	x := &talk{t: t}
	x.c = newConn(&dissect.Flow{Midstream: midstream, Emit: func(e event.Event) {
		if s, ok := e.(*event.SMBActivity); ok {
			x.e = append(x.e, s)
		}
	}})
	return x
}

func (x *talk) say(dir dissect.Dir, b []byte) {
	x.t.Helper()
	n, err := x.c.Data(dir, b)
	if err != nil || n != len(b) {
		x.t.Fatalf("consumed %d of %d bytes, %v", n, len(b), err)
	}
}

func (x *talk) last(command string) *event.SMBActivity {
	x.t.Helper()
	for i := len(x.e) - 1; i >= 0; i-- {
		if x.e[i].Command == command {
			return x.e[i]
		}
	}
	x.t.Fatalf("no %s among %d events", command, len(x.e))
	return nil
}

// TestRelated opens, writes and closes in one compound: the handle is not yet known (MS-SMB2 §3.2.4.1.4).
func TestRelated(t *testing.T) {
	x := newTalk(t, false)
	w := writeRequest(2, 0, 0, 100)[frameHead:]
	le.PutUint32(w[16:], flagRelated)
	copy(w[headLen+16:], sameFile[:])
	copy(w[headLen+fixedLen:], "MZ")
	x.say(dissect.Orig, compound(createRequest(1, `tmp\a.exe`), w, closeRequest(3, flagRelated, sameFile)))
	x.say(dissect.Resp, compound(createResponse(1, 9), message(cmdWrite, flagResponse, 2, 0, make([]byte, 16)),
		message(cmdClose, flagResponse, 3, 0, make([]byte, 60))))
	e := x.last("close")
	if e.Path != `tmp\a.exe` || e.Bytes != 100 || e.File == nil || e.File.Type != "exe" || e.File.SHA256 == "" {
		t.Errorf("%+v %+v", e, e.File)
	}
	if n := len(x.c.files); n != 0 {
		t.Errorf("%d files are still open", n)
	}
}

// TestInterim keeps a request whose first answer only says that it takes longer (§3.3.4.2).
func TestInterim(t *testing.T) {
	x := newTalk(t, false)
	x.say(dissect.Orig, compound(createRequest(5, "slow")))
	x.say(dissect.Resp, compound(message(cmdCreate, flagResponse|flagAsync, 5, statusPending, make([]byte, 9))))
	if len(x.e) != 0 {
		t.Fatalf("an interim answer gives %+v", x.e[0])
	}
	x.say(dissect.Resp, compound(message(cmdCreate, flagResponse|flagAsync, 5, 0xc0000034, make([]byte, 9))))
	if e := x.last("create"); e.Status != 0xc0000034 || !e.Answered {
		t.Errorf("%+v", e)
	}
}

// TestMidstream begins within the data of a write and meets a share, a handle and a rename it knows nothing of.
func TestMidstream(t *testing.T) {
	x := newTalk(t, true)
	stray := append(make([]byte, 500), "SMB not a header"...)
	x.say(dissect.Orig, append(stray, writeRequest(8, 3, 4096, 20)...))
	x.say(dissect.Resp, compound(message(cmdWrite, flagResponse, 8, 0, make([]byte, 16))))
	if e := x.last("write"); e.Share != "" || e.Path != "" || e.Bytes != 20 || !e.Answered {
		t.Errorf("%+v", e)
	}
	info := make([]byte, 20)
	le.PutUint32(info[16:], 4)
	info = append(info, 'x', 0, '1', 0)
	b := make([]byte, 32)
	b[2], b[3] = infoFile, classRename
	le.PutUint32(b[4:], uint32(len(info)))
	le.PutUint16(b[8:], headLen+32)
	b[16] = 3
	x.say(dissect.Orig, compound(message(cmdSetInfo, 0, 9, 0, append(b, info...))))
	x.say(dissect.Resp, compound(message(cmdSetInfo, flagResponse, 9, 0, make([]byte, 2))))
	if e := x.last("rename"); e.Target != "x1" {
		t.Errorf("%+v", e)
	}
}

// TestGap loses a piece of a file: the rest is still followed, but there is no hash.
func TestGap(t *testing.T) {
	x := newTalk(t, false)
	x.say(dissect.Orig, compound(createRequest(1, "big.bin")))
	x.say(dissect.Resp, compound(createResponse(1, 7)))
	w := writeRequest(2, 7, 0, 20000)
	x.say(dissect.Orig, w[:6000])
	if err := x.c.Gap(dissect.Orig, 3000); err != nil {
		t.Fatal(err)
	}
	x.say(dissect.Orig, w[9000:])
	x.say(dissect.Orig, compound(closeRequest(3, 0, fileID{7})))
	x.say(dissect.Resp, compound(message(cmdWrite, flagResponse, 2, 0, make([]byte, 16)), message(cmdClose, flagResponse, 3, 0, make([]byte, 60))))
	if e := x.last("close"); e.Bytes != 17000 || e.File.SHA256 != "" {
		t.Errorf("%d bytes, hash %q", e.Bytes, e.File.SHA256)
	}
}

// TestUnanswered asks more than is kept: each request is still told once.
func TestUnanswered(t *testing.T) {
	x := newTalk(t, false)
	for i := range uint64(2000) {
		x.say(dissect.Orig, compound(createRequest(i, "f")))
	}
	if len(x.c.requests) > maxRequests || len(x.c.age) > maxRequests {
		t.Errorf("%d requests are kept", len(x.c.requests))
	}
	if x.c.Close(); len(x.e) != 2000 || x.e[1999].Answered {
		t.Errorf("%d events of 2000 requests", len(x.e))
	}
}

// TestPipes opens more pipes than are read: the oldest associations make room.
func TestPipes(t *testing.T) {
	x := newTalk(t, false)
	bind := []byte{5, 0, 11, 3, 0x10, 0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	for i := range byte(60) {
		x.say(dissect.Orig, compound(createRequest(uint64(i), "samr")))
		x.say(dissect.Resp, compound(createResponse(uint64(i), i+1)))
		w := writeRequest(1000, i+1, 0, len(bind))
		copy(w[frameHead+headLen+fixedLen:], bind)
		x.say(dissect.Orig, w)
	}
	open := 0
	for _, f := range x.c.files {
		if f.rpc != nil {
			open++
		}
	}
	if open != maxPipes || x.c.pipes != maxPipes {
		t.Errorf("%d associations are open, %d counted, want %d", open, x.c.pipes, maxPipes)
	}
}

// TestNotMine hands a flow on that only uses the port.
func TestNotMine(t *testing.T) {
	x := newTalk(t, false)
	if n, err := x.c.Data(dissect.Orig, []byte("GET / HTTP/1.1\r\n\r\n")); n != 0 || err != dissect.ErrNotMine {
		t.Errorf("consumed %d, %v", n, err)
	}
}
