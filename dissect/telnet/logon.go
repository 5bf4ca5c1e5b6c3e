package telnet

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// Bounds of what is followed.
const (
	maxPrompt = 256      // of the line that the server writes
	maxTyped  = 128      // of a line that is typed
	maxTold   = 64       // log-ons of a session
	maxHeard  = 64 << 10 // of a session in which nobody has logged on
)

// due is what the client types.
type due uint8

const (
	other due = iota
	name
	password // which is nobody's business
)

// logons follows a session until somebody has logged on. Telnet has no message for that: servers write a prompt, and people type.
type logons struct {
	f      *dissect.Flow
	strip  [2]stripper
	line   []byte // that the server is at
	typed  []byte // that the client is at
	begun  bool   // it has typed something of it
	ended  bool   // its last character was a carriage return
	what   due    // that is
	user   string
	sent   bool // a password: the verdict is due
	told   int
	heard  int
	finish bool
}

// hear takes bytes of one side.
func (l *logons) hear(dir dissect.Dir, b []byte) {
	for _, c := range b {
		if l.finish {
			return
		}
		if c, text := l.strip[dir].next(c); text && dir == dissect.Resp {
			l.server(c)
		} else if text {
			l.client(c)
		}
	}
	if l.heard += len(b); l.heard > maxHeard {
		l.finish = true
	}
}

// server takes a character that the server writes.
func (l *logons) server(c byte) {
	if c != '\n' && c != '\r' {
		if len(l.line) < maxPrompt && c != 0 {
			l.line = append(l.line, c)
		}
		return
	}
	switch {
	case !l.sent:
	case contains(l.line, welcomes):
		l.tell("accepted")
	case contains(l.line, refusals):
		l.tell("refused")
	}
	l.line = l.line[:0]
}

// client takes a character that is typed.
func (l *logons) client(c byte) {
	ended := l.ended
	if l.ended = c == '\r'; c == 0 || c == '\n' && ended { // RFC 854, p. 11
		return
	}
	if !l.begun {
		l.begun = true
		l.begin()
	}
	switch {
	case c == '\r' || c == '\n':
		l.entered()
	case c == '\b' || c == 0x7f:
		l.typed = l.typed[:max(0, len(l.typed)-1)]
	case l.what == name && len(l.typed) < maxTyped:
		l.typed = append(l.typed, c)
	}
}

// begin learns what is asked for when something is typed: later the server repeats it in the same line.
func (l *logons) begin() {
	switch l.what = other; {
	case ends(l.line, names):
		l.what = name
	case ends(l.line, passwords):
		l.what = password
	}
	switch blank := len(strings.TrimSpace(string(l.line))) == 0; {
	case !l.sent || blank:
	case l.what == other:
		l.tell("accepted")
	default:
		l.tell("refused") // it asks again
	}
}

// entered takes what was typed.
func (l *logons) entered() {
	switch {
	case l.what == name && len(l.typed) > 0:
		l.user = utf16le.Printable(dissect.Text(string(l.typed), "?"))
	case l.what == password:
		l.sent = true
	}
	l.line, l.typed, l.begun, l.what = l.line[:0], l.typed[:0], false, other
}

// tell tells of a log-on; one that was accepted is the last.
func (l *logons) tell(result string) {
	e := &event.AppActivity{Header: l.f.Head(), Conn: l.f.Conn, Protocol: "telnet", Operation: "logon"}
	e.Add("user", l.user)
	e.Add("result", result)
	l.f.Emit(e)
	l.told++
	l.finish = result == "accepted" || l.told >= maxTold
	l.sent, l.user = false, ""
}

// lost forgets the lines that were begun.
func (l *logons) lost() {
	l.strip = [2]stripper{}
	l.line, l.typed, l.begun, l.what = l.line[:0], l.typed[:0], false, other
}

// close tells of a log-on whose verdict was not seen.
func (l *logons) close() {
	if l.sent && !l.finish {
		l.tell("")
	}
}

// Words of prompts and verdicts, in lower case.
var (
	names     = []string{"login:", "username:", "user name:", "user:", "logon:", "userid:", "user id:", "ユーザー名:", "ユーザ名:", "ユーザid:"}
	passwords = []string{"password:", "passwd:", "passcode:", "パスワード:"}
	refusals  = []string{"incorrect", "invalid", "failed", "failure", "denied", "bad password", "bad secret", "not permitted", "誤り", "失敗", "正しくありません", "違います"}
	welcomes  = []string{"last login", "last failed", "since the last", "welcome"} // who is let in is told of earlier failures, too
)

// ends tells whether a line ends as one of the prompts does.
func ends(line []byte, prompts []string) bool {
	s := strings.ReplaceAll(strings.TrimRight(plain(line), " \t"), "：", ":")
	for _, p := range prompts {
		if strings.HasSuffix(s, p) {
			return true
		}
	}
	return false
}

func contains(line []byte, words []string) bool {
	s := plain(line)
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func plain(line []byte) string { return strings.ToLower(dissect.Text(string(line), "?")) }

// stripper takes the commands out of what one side sends (RFC 854, RFC 855).
type stripper uint8

const (
	inText stripper = iota
	inCommand
	inOption
	inSub
	inSubCommand
)

// next tells whether a byte is text.
func (s *stripper) next(c byte) (byte, bool) {
	switch *s {
	case inCommand:
		switch {
		case c == iac: // is itself
			*s = inText
			return c, true
		case c == sb:
			*s = inSub
		case c >= will && c <= dont:
			*s = inOption
		default:
			*s = inText
		}
	case inOption:
		*s = inText
	case inSub:
		if c == iac {
			*s = inSubCommand
		}
	case inSubCommand:
		if *s = inSub; c == se {
			*s = inText
		}
	default:
		if c != iac {
			return c, true
		}
		*s = inCommand
	}
	return 0, false
}
