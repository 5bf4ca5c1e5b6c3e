package telnet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Down("\xff\xfd\x18\xff\xfd\x20"),
	flowtest.Up("\xff\xfb\x18"),
	flowtest.Down("\xff\xfa\x18\x01\xff\xf0login: "),
	flowtest.Up("root\r\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "telnet", 2300, false, says, Protocol) }

// console is a session as a switch and a server have it: a wrong password, a letter taken back, each letter repeated, and then the right one.
var console = []flowtest.Say{
	flowtest.Down("\xff\xfb\x01\xff\xfb\x03\r\nYAKUBA-SW1\r\n\r\nlogin: "), flowtest.Up("\xff\xfd\x01r"), flowtest.Down("r"), flowtest.Up("ox\x7f"), flowtest.Down("ox\b \b"),
	flowtest.Up("ot\r\x00"), flowtest.Down("ot\r\nPassword: "), flowtest.Up("geheim1\r\n"), flowtest.Down("\r\nLogin incorrect\r\nlogin: "), flowtest.Up("admin\r\n"),
	flowtest.Down("admin\r\nPassword: "), flowtest.Up("geheim2\r\n"), flowtest.Down("\r\nThere was 1 failed login attempt since the last one.\r\nsw1# "), flowtest.Up("show run\r\n"),
}

// TestLogons tells who logs on, and never what is nobody's business.
func TestLogons(t *testing.T) {
	japanese := []flowtest.Say{flowtest.Down("\xff\xfb\x01\x83\x86\x81\x5b\x83\x55\x81\x5b\x96\xbc\x81\x46"), flowtest.Up("soumu\r\n"), flowtest.Down("\r\n\x83\x70\x83\x58\x83\x8f\x81\x5b\x83\x68:"), flowtest.Up("geheim\r\n")}
	eager := []flowtest.Say{flowtest.Down("\xff\xfb\x01login: "), flowtest.Up("root\r\ngeheim\r\nls\r\n"), flowtest.Down("root\r\nPassword: \r\nLogin incorrect\r\n")}
	for name, c := range map[string]struct {
		says []flowtest.Say
		want string
	}{
		"console":      {console, "root refused|admin accepted"},
		"no names":     {[]flowtest.Say{flowtest.Down("\xff\xfb\x01User Access Verification\r\n\r\nPassword: "), flowtest.Up("geheim\r\n"), flowtest.Down("\r\nPassword: "), flowtest.Up("geheim2\r\n"), flowtest.Down("\r\nsw1>"), flowtest.Up("en\r\n")}, " refused| accepted"},
		"no verdict":   {japanese, "soumu "},
		"without turn": {eager, ""},
		"no log-on":    {says, ""},
	} {
		var got []string
		for _, e := range flowtest.Detailed(2300, false, c.says, Protocol) {
			if a, ok := e.(*event.AppActivity); ok {
				got = append(got, a.Attr("user")+" "+a.Attr("result"))
				if strings.Contains(fmt.Sprint(a), "geheim") {
					t.Errorf("%s tells a password", name)
				}
			}
		}
		if all := strings.Join(got, "|"); all != c.want {
			t.Errorf("%s: %q, want %q", name, all, c.want)
		}
	}
	flowtest.Talk(t, "console", 2300, false, console, Protocol)
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says, console) }
