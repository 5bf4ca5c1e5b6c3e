package pop3

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// longRequest is what a command may have with its end (RFC 2449 §4).
const longRequest = 255

// longResponse is what the first line of an answer may have, likewise.
const longResponse = 512

// arguments are how many each command takes, at least and at most (RFC 1939, RFC 2449, RFC 2595, RFC 5034, RFC 6856); a password may have spaces.
var arguments = map[string][2]int{
	"USER": {1, 1}, "PASS": {1, longRequest}, "APOP": {2, 2}, "QUIT": {}, "STAT": {}, "LIST": {0, 1}, "RETR": {1, 1}, "DELE": {1, 1}, "NOOP": {}, "RSET": {},
	"TOP": {2, 2}, "UIDL": {0, 1}, "CAPA": {}, "STLS": {}, "AUTH": {0, 2}, "UTF8": {}, "LANG": {0, 1},
}

// judge tells of a command that is none.
func (p *parser) judge(verb, arg, line string) {
	takes, known := arguments[verb]
	given := len(strings.Fields(arg))
	switch {
	case len(line) > longRequest:
		p.f.Odd(dissect.Orig, "pop3.request_too_long")
	case !known:
		p.f.Odd(dissect.Orig, "pop3.unknown_command")
	case given < takes[0] || given > takes[1]:
		p.f.Odd(dissect.Orig, "pop3.incorrect_argument_count")
	}
}
