// Package pgsql reads the log-on to PostgreSQL (frontend/backend protocol 3.0): user, database and answer.
package pgsql

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is PostgreSQL on any port.
var Protocol = dissect.Protocol{
	Name:     "pgsql",
	Spec:     "PostgreSQL 17 §54.7",
	TCP:      []uint16{5432},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

// Codes that stand where a start-up message has its version (§54.7).
const (
	version3  = 3 << 16
	cancel    = 1234<<16 | 5678
	askTLS    = 1234<<16 | 5679
	askGSS    = 1234<<16 | 5680
	maxCancel = 12 + 256 // keys have 4 bytes before version 3.2
	unheardOf = 9999     // minor version that clients offer lest servers refuse what they do not know
	maxOpen   = 10_000
	maxAnswer = 64 << 10
	maxAsked  = 4 // questions without their answers; there are two of them
)

func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	switch {
	case udp || dir == dissect.Resp:
		return dissect.No
	case len(b) < 8:
		if dissect.Prefix(b, "\x00\x00") == dissect.No {
			return dissect.No
		}
		return dissect.Maybe
	}
	size := binary.BigEndian.Uint32(b)
	switch code := binary.BigEndian.Uint32(b[4:]); {
	case code == askTLS && size == 8, code == askGSS && size == 8, code == cancel && size >= 16 && size <= maxCancel:
		return dissect.Yes
	case code&^0xffff == version3 && (code&0xffff <= 2 || code&0xffff == unheardOf) && size > 8 && size <= maxOpen:
		return dissect.Yes
	}
	return dissect.No
}

type parser struct {
	f     *dissect.Flow
	asked bool // for encryption: one letter answers
	due   int  // such letters; a client need not wait for them
	told  *event.AppActivity

	entered bool    // the log-on succeeded, and somebody looks at what follows
	skip    [2]int  // bytes of a message that is passed over
	lost    [2]bool // where messages begin
	unsure  bool    // an answer may have gone by before its question: none is ahead of another

	malformed [2]bool // messages were, and rules know
	crowd     dissect.Crowd

	waiting []*request // for records, oldest first
	number  uint32     // of the last record
	way     uint32     // in which the server wants a proof, as it last said
}

var errMessage = errors.New("pgsql: not what is due")

// Data reads messages: until the log-on has been answered, or to the end where somebody looks.
func (p *parser) Data(dir dissect.Dir, b []byte) (int, error) {
	switch {
	case p.entered:
		return p.session(dir, b)
	case dir == dissect.Orig:
		return p.client(b)
	}
	return p.server(b)
}

// letters begin the messages of each side (§54.7).
var letters = [2]string{dissect.Orig: "BCDEFHPQSXcdfp", dissect.Resp: "123ACDEGHIKNRSTVWZcdnstv"}

// sound tells of a message that is none, once a side.
func (p *parser) sound(dir dissect.Dir, ok bool) {
	if p.malformed[dir] || ok {
		return
	}
	p.malformed[dir] = true
	p.f.Odd(dir, [2]string{dissect.Orig: "pgsql.malformed_request", dissect.Resp: "pgsql.malformed_response"}[dir])
}

func (p *parser) client(b []byte) (int, error) {
	switch {
	case p.asked && sealed(b):
		p.settle()
		return 0, dissect.ErrNext
	case p.asked && probe(dissect.Orig, b, false, 0) != dissect.Yes:
		return 0, nil // what the server says decides what this is; a start-up message is one whatever it says
	case p.told != nil && !p.f.Detailed() && !p.f.Inspected():
		return len(b), nil // proof of the password
	case p.told != nil:
		return p.messages(dissect.Orig, b, p.query)
	case len(b) < 8:
		return 0, nil
	}
	p.asked = false
	size := int(binary.BigEndian.Uint32(b))
	if size < 8 || size > maxOpen {
		p.f.Odd(dissect.Orig, "pgsql.invalid_length")
		return 0, errMessage
	}
	if len(b) < size {
		return 0, nil
	}
	switch binary.BigEndian.Uint32(b[4:]) {
	case askTLS, askGSS:
		if p.asked, p.due = true, p.due+1; p.due > maxAsked {
			return 0, errMessage
		}
		p.ask(tree.Str("message", "SSL Request"))
	case cancel:
		p.ask(tree.Str("message", "cancel_request"))
		p.settle()
		return size, dissect.ErrDone
	default:
		p.open(binary.BigEndian.Uint32(b[4:]), b[8:size])
	}
	n, err := p.client(b[size:]) // who does not wait for the answer
	return size + n, err
}

// sealed reports that a client went on with a record of TLS, and another one, before which it waits for its server: it was answered, though nobody
// has seen it, for the mirror shows one direction.
func sealed(b []byte) bool {
	return len(b) > 5 && b[0] == 0x16 && b[1] == 3 && len(b) > 5+int(binary.BigEndian.Uint16(b[3:]))
}

// open reads names and values, each ended by NUL.
func (p *parser) open(version uint32, b []byte) {
	var names, values []string
	defer func() { p.opened(version, names, values) }()
	p.told = &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "pgsql", Operation: "login"}
	for {
		name, rest, ok := bytes.Cut(b, []byte{0})
		value, after, also := bytes.Cut(rest, []byte{0})
		if !ok || !also || len(name) == 0 {
			p.sound(dissect.Orig, len(b) == 0 || len(b) == 1 && ok)
			return
		}
		if p.f.Detailed() {
			names, values = append(names, text(name)), append(values, text(value))
		}
		switch string(name) {
		case "user", "database", "application_name":
			p.told.Add(string(name), string(value))
		}
		b = after
	}
}

const header = 5 // a letter and the length, which counts itself

func (p *parser) server(b []byte) (n int, err error) {
	for ; p.due > 0 && n < len(b); n++ { // refused: the client goes on in the clear, or leaves
		p.asked = false
		if p.due--; b[n] == 'E' { // a server that does not know the question (§54.2.11)
			return n, dissect.ErrDone
		}
		p.reply(tree.Bool("ssl_accepted", b[n] == 'S'))
		p.settle()
		switch b[n] {
		case 'S':
			return n + 1, dissect.ErrNext
		case 'G':
			return n + 1, dissect.ErrOpaque
		}
	}
	for len(b)-n >= header {
		size := int(binary.BigEndian.Uint32(b[n+1:]))
		if size < 4 || size > maxAnswer {
			p.f.Odd(dissect.Resp, "pgsql.invalid_length")
			return n, errMessage
		}
		if len(b)-n < 1+size {
			return n, nil
		}
		kind, body := b[n], b[n+header:n+1+size]
		p.sound(dissect.Resp, strings.IndexByte(letters[dissect.Resp], kind) >= 0)
		p.crowd.Answered()
		n += 1 + size
		done := p.answer(kind, body)
		p.hears(kind, body, len(body))
		if done && p.entered && (p.f.Detailed() || p.f.Wants(wire.AppEvent)) {
			k, err := p.session(dissect.Resp, b[n:])
			return n + k, err
		}
		if done {
			if p.entered = p.entered && p.f.Inspected(); p.entered {
				return len(b), nil
			}
			return n, dissect.ErrDone
		}
	}
	return n, nil
}

// Gap loses the borders between messages, and with them who is let in, or which answer is whose.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	switch {
	case !p.entered:
		return dissect.ErrDone
	case n <= p.skip[dir]:
		p.skip[dir] -= n
		return nil
	}
	p.lost[dir], p.skip[dir], p.unsure = true, 0, true
	p.settleAll()
	return nil
}

func (p *parser) settleAll() {
	for len(p.waiting) > 0 {
		p.settle()
	}
}

// Close tells of the log-on.
func (p *parser) Close() {
	if p.told != nil {
		p.f.Emit(p.told)
		p.told = nil
	}
	p.settleAll()
}
