package shell

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a reverse shell by what cmd.exe writes first.
var says = []flowtest.Say{
	flowtest.Up("Microsoft Windows [Version 10.0.19045.3803]\r\n(c) Microsoft Corporation. All rights reserved.\r\n\r\nC:\\Users\\hana>"),
	flowtest.Down("whoami\r\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "shell", 4444, false, says, Protocol) }

// A stage is code with its length before it, from the server; what only begins with four such bytes is none.
func TestProbe(t *testing.T) {
	code := strings.Repeat("\x90", 60)
	for _, c := range []struct {
		dir  dissect.Dir
		b    string
		want dissect.Match
	}{
		{dissect.Resp, "\xf0\x00\x00\x00", dissect.Maybe},
		{dissect.Resp, "\xf0\x00\x00\x00\xfc\xe8\x89\x00" + code, dissect.Yes},
		{dissect.Resp, "\x00\xa6\x02\x00MZ\x90\x00" + code, dissect.Yes},
		{dissect.Orig, "\xf0\x00\x00\x00\xfc\xe8\x89\x00" + code, dissect.No},
		{dissect.Resp, "\x10\x00\x00\x00\xfc\xe8\x89\x00", dissect.No},
		{dissect.Resp, "220 ftp.example ready\r\n", dissect.No},
		{dissect.Resp, "Microsoft Windows XP [Version 5.1.2600]\r\n", dissect.Yes},
		{dissect.Orig, "sh-5.1$ ", dissect.Yes},
		{dissect.Orig, "shell please", dissect.No},
	} {
		if got := probe(c.dir, []byte(c.b), false, 4444); got != c.want {
			t.Errorf("%d %q: %d, want %d", c.dir, c.b, got, c.want)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
