// Package irc reads the log-on to Internet Relay Chat (RFC 2812), by which bots were led before HTTP was.
package irc

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is IRC on any port.
var Protocol = dissect.Protocol{
	Name:     "irc",
	Spec:     "RFC 2812, RFC 1459",
	TCP:      []uint16{6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 7000},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

const (
	maxLine  = 8 << 10 // RFC 2812 §2.3 says 512; servers of today take tags of IRCv3, too
	maxLines = 200     // of a log-on
	maxJoins = 8
)

// probe wants the client's first command, in letters of any case (RFC 2812 §2.2); NICK and USER alone mean IRC, PASS and CAP need more.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if dir == dissect.Resp {
		if port >= 6660 && port <= 7000 && len(b) > 0 && b[0] == ':' || dissect.Prefix(b, "NOTICE AUTH ") == dissect.Yes {
			return dissect.Yes
		}
		return dissect.No
	}
	best := dissect.No
	for _, w := range [...]string{"NICK ", "CAP LS", "CAP REQ", "JOIN #", "JOIN &"} {
		best = max(best, dissect.PrefixFold(b, w))
	}
	if dissect.PrefixFold(b, "USER ") >= dissect.Maybe || dissect.PrefixFold(b, "PASS ") >= dissect.Maybe {
		best = max(best, line(b)) // FTP and POP3 begin alike
	}
	return best
}

// line tells IRC's USER and PASS from those of FTP and POP3: there, no NICK follows, and USER has one argument.
func line(b []byte) dissect.Match {
	first, rest, whole := bytes.Cut(b, []byte("\n"))
	first = bytes.TrimRight(first, "\r")
	switch {
	case dissect.PrefixFold(first, "USER ") == dissect.Yes && bytes.Count(first, []byte(" ")) >= 4:
		return dissect.Yes
	case !whole || len(rest) == 0 && dissect.PrefixFold(first, "PASS ") == dissect.Yes:
		return dissect.Maybe
	}
	return max(dissect.PrefixFold(rest, "NICK "), dissect.No)
}

type parser struct {
	f     *dissect.Flow
	nick  string
	lines int
	joins int
}

// Data reads the client's lines; what the server says is passed over.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if dir == dissect.Resp {
		return len(b), nil
	}
	for {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			if len(b)-n > maxLine {
				return len(b), dissect.ErrDone
			}
			return n, nil
		}
		p.command(bytes.TrimRight(b[n:n+i], "\r"))
		n += i + 1
		if p.lines++; p.lines >= maxLines || p.joins >= maxJoins {
			return n, dissect.ErrDone
		}
	}
}

func (p *parser) command(line []byte) {
	for _, mark := range []byte("@:") { // tags of IRCv3, then who says it (RFC 2812 §2.3)
		if line = bytes.TrimLeft(line, " "); len(line) > 0 && line[0] == mark {
			_, line, _ = bytes.Cut(line, []byte(" "))
		}
	}
	verb, rest, _ := bytes.Cut(bytes.TrimLeft(line, " "), []byte(" "))
	rest = bytes.TrimPrefix(bytes.TrimLeft(rest, " "), []byte(":"))
	switch string(bytes.ToUpper(verb)) {
	case "NICK":
		p.nick = string(rest[:min(len(rest), event.MaxAttrValue)])
	case "JOIN":
		p.joins++
		channel, _, _ := bytes.Cut(rest, []byte(" ")) // a key may follow
		a := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "irc", Operation: "JOIN"}
		a.Add("nick", p.nick)
		a.Add("channel", string(channel[:min(len(channel), event.MaxAttrValue)]))
		p.f.Emit(a)
	}
}

// Gap passes over lost lines.
func (p *parser) Gap(dissect.Dir, int) error { return nil }

// Close has nothing open to emit.
func (p *parser) Close() {}
