package mysql

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// greeting and logon are packets of protocol version 10 (§ Protocol::HandshakeV10, HandshakeResponse41).
var (
	greeting = packet(0, "\x0a8.0.36\x00\x08\x00\x00\x0012345678\x00\xff\xf7\xff\x02\x00\xff\xc1\x15"+strings.Repeat("\x00", 10)+
		"123456789012\x00caching_sha2_password\x00")
	logon = packet(1, "\x08\x82\x00\x00\x00\x00\x00\x01\x21"+strings.Repeat("\x00", 23)+"tanaka\x00\x04prof"+"juki\x00")
)

// packet puts the header before a body: its length and its number.
func packet(number byte, body string) string {
	return string([]byte{byte(len(body)), byte(len(body) >> 8), 0, number}) + body
}

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Down(greeting),
	flowtest.Up(logon),
	flowtest.Down(packet(2, "\x00\x00\x00\x02\x00\x00\x00")),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "mysql", 3307, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
