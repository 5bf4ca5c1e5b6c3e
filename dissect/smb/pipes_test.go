package smb

import (
	"bytes"
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// TestRefusedPipes writes to pipes in the message that asks to open them, which is refused: they do not count as open.
func TestRefusedPipes(t *testing.T) {
	x := newTalk(t, false)
	bind := []byte{5, 0, 11, 3, 0x10, 0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	for i := range uint64(3 * maxPipes) {
		w := writeRequest(2*i+2, 0, 0, len(bind))[frameHead:]
		le.PutUint32(w[16:], flagRelated)
		copy(w[headLen+16:], sameFile[:])
		copy(w[headLen+fixedLen:], bind)
		x.say(dissect.Orig, compound(createRequest(2*i+1, "samr"), w))
		x.say(dissect.Resp, compound(message(cmdCreate, flagResponse, 2*i+1, 0xc0000022, make([]byte, 9)), message(cmdWrite, flagResponse, 2*i+2, 0xc0000022, make([]byte, 9))))
	}
	if x.c.pipes != 0 {
		t.Errorf("%d pipes count as open", x.c.pipes)
	}
}

// TestMidstreamWrite begins within a write as large as servers offer (8 MiB): what follows it is read.
func TestMidstreamWrite(t *testing.T) {
	x := newTalk(t, true)
	for range 8 << 20 / 4096 {
		if _, err := x.c.Data(dissect.Orig, bytes.Repeat([]byte{'x'}, 4096)); err != nil {
			t.Fatal(err)
		}
	}
	x.say(dissect.Orig, compound(createRequest(5, "after.txt")))
	x.say(dissect.Resp, compound(createResponse(5, 3)))
	if e := x.last("create"); e.Path != "after.txt" {
		t.Errorf("%+v", e)
	}
}

// TestUpgraded: a negotiation that begins in SMB 1 and is answered in SMB 2 is answered (MS-SMB2 §3.3.5.3.1).
func TestUpgraded(t *testing.T) {
	x := newTalk(t, false)
	ask := append([]byte("\xffSMB\x72"), make([]byte, 27)...)
	ask = append(ask, 0, 12, 0)
	ask = append(ask, "\x02SMB 2.002\x00"...)
	x.say(dissect.Orig, compound(ask))
	answer := make([]byte, 64)
	le.PutUint16(answer, 65)
	le.PutUint16(answer[4:], 0x0202)
	x.say(dissect.Resp, compound(message(cmdNegotiate, flagResponse, 0, 0, answer)))
	x.c.Close()
	n := 0
	for _, e := range x.e {
		if e.Command == "negotiate" {
			if n++; !e.Answered || e.Dialect != "2.0.2" {
				t.Errorf("%+v", e)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d negotiations are told, want 1", n)
	}
}
