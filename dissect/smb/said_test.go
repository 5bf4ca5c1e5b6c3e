package smb

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// asking asks of each transaction what an alert would tell.
type asking struct {
	told   []string
	events []*event.SMBActivity
}

func (a *asking) ask(t *wire.Tx) {
	if t.Ask == nil {
		a.told = append(a.told, "nothing")
		return
	}
	e := t.Ask.Said().(*event.SMBActivity)
	a.events = append(a.events, e)
	a.told = append(a.told, fmt.Sprintf("%s %s %v %#x %s %d %v", e.Command, e.Dialect, e.Answered, e.Status, e.Path, e.Disposition, e.RPC != nil))
}

// TestAlerts: what an alert tells of a request is what is known of it by then.
func TestAlerts(t *testing.T) {
	x, a := newTalk(t, false), &asking{}
	x.c.f.Watch(flowtest.Each(a.ask))
	create := createRequest(1, "a.exe")
	le.PutUint32(create[headLen+36:], 2)
	x.say(dissect.Orig, compound(create))
	x.say(dissect.Resp, compound(message(cmdCreate, flagResponse, 1, 0xc0000022, make([]byte, 9))))
	x.say(dissect.Orig, compound(message(cmdFlush, 0, 2, 0, make([]byte, 24))))
	x.say(dissect.Resp, compound(message(cmdFlush, flagResponse, 2, 0, make([]byte, 4))))
	x.say(dissect.Orig, compound(createRequest(3, "b.exe")))
	x.say(dissect.Resp, compound(createResponse(3, 7)))
	x.say(dissect.Orig, writeRequest(4, 7, 0, 100))
	want := []string{
		"create  false 0x0 a.exe 3 false", "create  true 0xc0000022 a.exe 3 false",
		"flush  false 0x0  0 false", "flush  true 0x0  0 false",
		"create  false 0x0 b.exe 1 false", "create  true 0x0 b.exe 1 false",
		"write  false 0x0 b.exe 0 false",
	}
	if d := cmp.Diff(want, a.told); d != "" {
		t.Error(d)
	}
}

// TestGreeting: who offers what (MS-SMB2 §2.2.3, §2.2.4).
func TestGreeting(t *testing.T) {
	x, a := newTalk(t, false), &asking{}
	x.c.f.Watch(flowtest.Each(a.ask))
	ask := make([]byte, 36, 42)
	ask[2] = 3
	copy(ask[12:], "0123456789abcdef")
	for _, d := range []uint16{0x0202, 0x0210, 0x0311} {
		ask = le.AppendUint16(ask, d)
	}
	answer := make([]byte, 64)
	le.PutUint16(answer[4:], 0x0311)
	copy(answer[8:], "fedcba9876543210")
	le.PutUint32(answer[32:], 8<<20)
	le.PutUint32(answer[36:], 1<<20)
	x.say(dissect.Orig, compound(message(cmdNegotiate, 0, 0, 0, ask)))
	x.say(dissect.Resp, compound(message(cmdNegotiate, flagResponse, 0, 0, answer)))
	e := x.last("negotiate")
	want := &event.Greeting{Dialects: []string{"2.0.2", "2.1", "3.1.1"}, ServerGUID: "fedcba9876543210", MaxRead: 8 << 20, MaxWrite: 1 << 20}
	if d := cmp.Diff(want, e.Greeting); d != "" || e.ClientGUID != "0123456789abcdef" {
		t.Errorf("%q %s", e.ClientGUID, d)
	}
	if g := a.events[0].Greeting; g.ServerGUID != "" || g.MaxRead != 0 { // others may be reading it
		t.Errorf("the answer changed what was told of the request: %+v", g)
	}
}

// TestGreetingOfOld: SMB 1 names its dialects and systems, and a server may answer with an error of DOS.
func TestGreetingOfOld(t *testing.T) {
	x, a := newTalk(t, false), &asking{}
	x.c.f.Watch(flowtest.Each(a.ask))
	x.say(dissect.Orig, message1of(com1Negotiate, 0, nil, "\x02LANMAN1.0\x00\x02NT LM 0.12\x00"))
	words := make([]byte, 34)
	le.PutUint32(words[19:], extendedSecurity)
	x.say(dissect.Resp, message1of(com1Negotiate, flags1Ans, words, "fedcba9876543210blob"))
	e := x.last("negotiate")
	if d := cmp.Diff(&event.Greeting{Dialects: []string{"LANMAN1.0", "NT LM 0.12"}, ServerGUID: "fedcba9876543210"}, e.Greeting); d != "" || !e.Old {
		t.Error(d)
	}
	log := make([]byte, 24)
	log[0], log[14] = com1None, 3
	x.say(dissect.Orig, message1of(com1Session, 0, log, "tokWindows 2002\x00Windows 5.1\x00"))
	granted := make([]byte, 8)
	granted[0], granted[6] = com1None, 2
	x.say(dissect.Resp, message1of(com1Session, flags1Ans, granted, "okUnix\x00Samba\x00"))
	if d := cmp.Diff(&event.SMBHello{Client: [2]string{"Windows 2002", "Windows 5.1"}, Server: [2]string{"Unix", "Samba"}}, x.last("session_setup").Hello); d != "" {
		t.Error(d)
	}
	for _, e := range a.events {
		if !e.Answered && (e.Hello != nil && e.Hello.Server[0] != "" || e.Greeting != nil && e.Greeting.ServerGUID != "") {
			t.Errorf("the answer changed what was told of the request: %+v %+v", e.Hello, e.Greeting)
		}
	}
	tree := make([]byte, 8)
	tree[0] = com1None
	x.say(dissect.Orig, message1of(com1Tree, 0, tree, `\\fs\c$`+"\x00A:\x00"))
	x.say(dissect.Resp, message1of(com1Tree, flags1Ans, []byte{com1None, 0, 0, 0, 0, 0}, "A:\x00NTFS\x00"))
	if e := x.last("tree_connect"); e.Service != [2]string{"A:", "A:"} || e.Share != `\\fs\c$` {
		t.Errorf("%+v", e)
	}
	x.say(dissect.Orig, message1of(com1Logoff, 0, []byte{com1None, 0, 0, 0}, ""))
	refused := message1of(com1Logoff, flags1Ans, nil, "")
	le.PutUint32(refused[frameHead+5:], 0x005b0002)
	x.say(dissect.Resp, refused)
	if e := x.last("logoff"); e.DOS != 0x005b0002 || e.Status&severityError != severityError {
		t.Errorf("%#x %#x", e.DOS, e.Status)
	}
}

// message1of makes one framed message of SMB 1 in ASCII.
func message1of(command, flags byte, words []byte, data string) []byte {
	m := make([]byte, head1Len)
	copy(m, "\xffSMB")
	m[4], m[9] = command, flags
	m = append(append(m, byte(len(words)/2)), words...)
	m = append(le.AppendUint16(m, uint16(len(data))), data...)
	return compound(m)
}
