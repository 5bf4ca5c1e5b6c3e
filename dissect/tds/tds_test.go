package tds

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

const logins = "testdata/tds-login.pcap.gz"

func TestGolden(t *testing.T) { flowtest.Golden(t, logins, Protocol) }

func TestConform(t *testing.T) { flowtest.Conform(t, logins, Protocol) }

// TestPassword wants no password in anything that is told, neither plain nor as the protocol hides it.
func TestPassword(t *testing.T) {
	res, err := flowtest.Replay(logins, Protocol)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(flowtest.Lines(t, res.Events)); strings.Contains(s, "himitsu") {
		t.Error("a password is told")
	}
}

// TestSealed meets TLS within PRELOGIN packets: the log-on is hidden, what follows is counted as encrypted.
func TestSealed(t *testing.T) {
	flowtest.Talk(t, "tds-tls", 1433, false, []flowtest.Say{
		flowtest.Up("\x12\x01\x00\x1a\x00\x00\x00\x00\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x0f\x00\x10\x29\x00\x00\x00"),
		flowtest.Down("\x04\x01\x00\x1a\x00\x00\x01\x00\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x0f\x00\x10\x29\x00\x00\x01"),
		flowtest.Up("\x12\x01\x00\x10\x00\x00\x00\x00\x16\x03\x01\x00\x03\x01\x00\x00"),
		flowtest.Down("\x17\x03\x03\x00\x02xx"),
	}, Protocol)
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		"\x12\x01\x00\x1a\x00\x00\x00\x00\x00\x00\x0b": dissect.Yes,
		"\x12\x01\x00":                         dissect.Maybe,
		"\x12\x01\x00\x1a\x00\x00\x00\x00\x17": dissect.No,
		"GET / HTTP/1.1":                       dissect.No,
	} {
		if got := probe(dissect.Orig, []byte(b), false, 1433); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

func FuzzStream(f *testing.F) { flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, logins)...) }

// FuzzSealed begins with TLS within packets.
func FuzzSealed(f *testing.F) {
	flowtest.Fuzz(f, Protocol, []flowtest.Say{
		flowtest.Up(packet(typePrelogin, 1, ask)), flowtest.Down(packet(typeResponse, 1, ask)), flowtest.Up(packet(typePrelogin, 1, "\x16\x03\x01\x00\x04\x01\x00\x00\x00")),
		flowtest.Down(packet(typePrelogin, 1, "\x16\x03\x03\x00\x04\x02\x00\x00\x00")), flowtest.Up("\x17\x03\x03\x00\x02xx"),
		flowtest.Down(packet(typeResponse, 1, errorToken(loginFailed, "Login failed for user 'sa'.")+done)),
	})
}
