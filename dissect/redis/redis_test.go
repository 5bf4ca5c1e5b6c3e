package redis

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("*2\r\n$4\r\nKEYS\r\n$1\r\n*\r\n"),
	flowtest.Down("*0\r\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "redis", 7000, false, says, Protocol) }

// TestInline knows what is typed, on the port where it must be Redis.
func TestInline(t *testing.T) {
	for _, line := range []string{"INFO\r\n", "config set dir /var/spool/cron\r\n", "SLAVEOF 203.0.113.9 6379\r\n"} {
		if got := flowtest.App(6379, false, []flowtest.Say{flowtest.Up(line[:2]), flowtest.Up(line[2:]), flowtest.Down("$3\r\nabc\r\n")}, Protocol); got != "redis" {
			t.Errorf("%q: %q", line, got)
		}
	}
	for _, line := range []string{"HELP\r\n", "GET / HTTP/1.1\r\n"} {
		if got := flowtest.App(8080, false, []flowtest.Say{flowtest.Up(line)}, Protocol); got != "" {
			t.Errorf("%q: %q", line, got)
		}
	}
	web := flowtest.App(6379, false, []flowtest.Say{flowtest.Up("GET / HTTP/1.1\r\nHost: a\r\n\r\n")}, Protocol)
	if web != "" {
		t.Errorf("a page: %q", web)
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
