package l2tp

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// Control messages by the words of RFC 2661 §6 and RFC 3931 §6.
const (
	asks = "\xc8\x02\x00\x3c\x00\x00\x00\x00\x00\x00\x00\x00" + "\x80\x08\x00\x00\x00\x00\x00\x01" + "\x80\x08\x00\x00\x00\x02\x01\x00" +
		"\x80\x09\x00\x00\x00\x07lac" + "\x00\x0f\x00\x00\x00\x08xelerance" + "\x80\x08\x00\x00\x00\x09\x00\x07"
	answers = "\xc8\x02\x00\x25\x00\x07\x00\x00\x00\x00\x00\x01" + "\x80\x08\x00\x00\x00\x00\x00\x02" + "\x80\x09\x00\x00\x00\x07lns" + "\x80\x08\x00\x00\x00\x09\x00\x09"
	only    = "\xc8\x02\x00\x0c\x00\x09\x00\x00\x00\x01\x00\x01"
	calls   = "\xc8\x02\x00\x30\x00\x09\x00\x00\x00\x02\x00\x01" + "\x80\x08\x00\x00\x00\x00\x00\x0a" + "\x80\x08\x00\x00\x00\x0e\x00\x03" +
		"\x80\x0c\x00\x00\x00\x15\x30\x33\x31\x32\x33\x34" + "\xc0\x08\x00\x00\x00\x16\x00\x00"
	stops = "\xc8\x02\x00\x27\x00\x07\x00\x00\x00\x03\x00\x04" + "\x80\x08\x00\x00\x00\x00\x00\x04" + "\x80\x13\x00\x00\x00\x01\x00\x02\x00\x06no room!!"
	third = "\xc8\x03\x00\x30\x00\x00\x00\x00\x00\x00\x00\x00" + "\x80\x08\x00\x00\x00\x00\x00\x0a" + "\x80\x0a\x00\x00\x00\x3f\x00\x00\x10\x01" +
		"\x80\x0a\x00\x00\x00\x42\x73\x69\x74\x65" + "\x80\x08\x00\x00\x00\x44\x00\x05"
)

// Frames of PPP within a session (RFC 1334 §2.2, RFC 1994 §4.1).
const (
	session = "\x00\x02\x00\x09\x00\x03"
	papIn   = session + "\xff\x03\xc0\x23\x01\x01\x00\x10\x04taro\x06secret"
	papNo1  = session + "\xff\x03\xc0\x23\x03\x01\x00\x05\x00"
	chapIn  = session + "\xc2\x23\x02\x02\x00\x0d\x04\x00\x01\x02\x03taro"
	chapOK  = session + "\xc2\x23\x03\x02\x00\x06ok"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up(asks), flowtest.Down(answers), flowtest.Up(only), flowtest.Up(calls), flowtest.Up(calls),
	flowtest.Up(papIn), flowtest.Down(papNo1), flowtest.Up(chapIn), flowtest.Down(chapOK),
	flowtest.Down(stops), flowtest.Up(third),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) {
	flowtest.Talk(t, "l2tp", 1701, true, says, Protocol)
	flowtest.Talk(t, "elsewhere", 40001, true, says[:2], Protocol)
}

// TestOthers lets others be, and picks up what stands already.
func TestOthers(t *testing.T) {
	const data3 = "\x00\x03\x00\x00\x00\x00\x00\x09frame"
	for b, want := range map[string][2]dissect.Match{ // at its port, elsewhere
		asks:      {dissect.Yes, dissect.Yes},
		only:      {dissect.Yes, dissect.No},
		papIn:     {dissect.Yes, dissect.No},
		data3:     {dissect.Yes, dissect.No},
		"":        {},
		"hello":   {},
		asks[:20]: {},
		"\xc8\x02\x00\x14\x00\x00\x00\x00\x00\x00\x00\x00" + "\x80\x08\x00\x00\x00\x00\x00\x99": {},
		"\x00\x02\x00\x00\x00\x03\xff\x03": {},
		"GET / HTTP/1.1\r\n\r\n":           {},
	} {
		for i, port := range []uint16{usual, 40001} {
			if got := Protocol.Probe(dissect.Orig, []byte(b), true, port); got != want[i] {
				t.Errorf("%q at %d: %v, want %v", b, port, got, want[i])
			}
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
