package enip

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// pdu writes a message behind its header (CIP Volume 2 §2-3.1).
func pdu(command byte, body string) string {
	return string([]byte{command, 0, byte(len(body)), byte(len(body) >> 8)}) + strings.Repeat("\x00", 20) + body
}

// unit writes connected data: interface, time-out, an address and a sequence number before the CIP message (§2-6.3).
func unit(cip string) string {
	return pdu(sendUnit, "\x00\x00\x00\x00\x00\x00\x02\x00\xa1\x00\x04\x00\x01\x02\x03\x04\xb1\x00"+string([]byte{byte(len(cip) + 2), byte((len(cip) + 2) >> 8)})+"\x07\x00"+cip)
}

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up(pdu(register, "\x01\x00\x00\x00")),
	flowtest.Up(pdu(listIdentity, "")),
	flowtest.Down(pdu(listIdentity, "\x01\x00\x0c\x00\x27\x00\x01\x00"+strings.Repeat("a", 16)+"\x01\x00\x0c\x00\x3a\x00\x04\x03\x30\x00\x8e\x4d\x52\x00\x05PLC/A\x03")),
	flowtest.Up(pdu(listServices, "")),
	flowtest.Down(pdu(listServices, "\x01\x00\x00\x01\x14\x00\x01\x00\x20\x01Communications\x00\x00")),
	// CIP Volume 1 §2-4 and appendix: a packet of two requests to the message router (class 2, instance 1).
	flowtest.Up(unit("\x0a\x02\x20\x02\x24\x01\x02\x00\x06\x00\x12\x00" + "\x03\x02\x20\x01\x24\x01\x02\x00\x05\x00\x07\x00" + "\x0e\x05\x21\x00\x73\x01\x25\x00\x02\x00\x30\x09")),
	flowtest.Down(unit("\x8a\x00\x1e\x00\x01\x00\x04\x00" + "\x83\x00\x05\x01\x34\x12")),
	flowtest.Up(pdu(sendRR, "\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\xb2\x00\x06\x00\x4c\x02\x20\x6b\x24\x01")),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "enip", 44818, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
