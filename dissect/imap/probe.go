package imap

import (
	"bytes"
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// first are what clients say first, behind a tag.
var first = map[string]bool{
	"CAPABILITY": true, "LOGIN": true, "NOOP": true, "STARTTLS": true, "AUTHENTICATE": true, "ID": true, "LOGOUT": true,
}

// probe knows a greeting on the usual port, and where it names its protocol; and a client's first command.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	line, _, ended := bytes.Cut(b, []byte("\n"))
	no := dissect.No
	if !ended {
		no = dissect.Maybe
	}
	if dir == dissect.Resp {
		best := dissect.No
		for _, w := range []string{"* OK", "* PREAUTH", "* BYE"} {
			n := min(len(b), len(w))
			switch {
			case string(b[:n]) != w[:n]:
			case n < len(w):
				best = max(best, dissect.Maybe)
			case port == 143, bytes.Contains(bytes.ToUpper(line), []byte("IMAP")):
				return dissect.Yes
			default:
				best = max(best, no)
			}
		}
		return best
	}
	tag, rest, ok := bytes.Cut(bytes.TrimRight(line, "\r"), []byte(" "))
	if len(tag) > 16 || len(tag) == 0 {
		return dissect.No
	}
	for _, c := range tag {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' {
			return dissect.No
		}
	}
	word, _, more := bytes.Cut(rest, []byte(" "))
	switch {
	case !ok:
		return no
	case first[strings.ToUpper(string(word[:min(len(word), 16)]))] && (more || ended):
		return dissect.Yes
	case more, len(word) > 16:
		return dissect.No
	}
	return no
}
