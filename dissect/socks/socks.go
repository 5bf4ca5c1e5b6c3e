// Package socks reads SOCKS 4, 4a and 5 (RFC 1928, RFC 1929): where a client wants to go, and what it says there.
package socks

import (
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is SOCKS on any port.
var Protocol = dissect.Protocol{
	Name:     "socks",
	Spec:     "RFC 1928, RFC 1929, SOCKS 4A",
	TCP:      []uint16{1080, 9050, 1081},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

// step is what is due next from one side. Each side's messages tell themselves what they are, so that neither waits for the other's.
type step uint8

const (
	hello step = iota
	request
	passed // the request: what follows is for the destination
	choice
	verdict
	reply
)

type parser struct {
	f    *dissect.Flow
	step [2]step
	old  bool // SOCKS 4
	user string
	told *event.AppActivity
}

var (
	errMessage = errors.New("socks: not what is due")
	errAhead   = errors.New("socks: too much is said before the answer")
)

// maxAhead is how much a client may say before it is let through.
const maxAhead = 64 << 10

// Data reads the messages of one side. What a client says behind its request is left for whoever reads on.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for n < len(b) && !(dir == dissect.Orig && p.step[dir] == passed) && !(dir == dissect.Resp && p.step[dissect.Orig] == hello) {
		used, err := p.message(dir, b[n:])
		if n += used; used == 0 || err != nil {
			return n, err
		}
	}
	if len(b)-n > maxAhead {
		return n, errAhead
	}
	return n, nil
}

func (p *parser) message(dir dissect.Dir, b []byte) (int, error) {
	at := p.step[dir]
	switch {
	case dir == dissect.Orig && at == hello:
		return p.hello(b)
	case dir == dissect.Orig && b[0] == 1 && !p.old:
		return p.credentials(b)
	case dir == dissect.Orig:
		return p.request(b)
	case at == choice:
		return p.choice(b)
	case at == verdict:
		return p.verdict(b)
	case p.step[dissect.Orig] != passed:
		return 0, nil
	}
	return p.reply(b)
}

func (p *parser) fixed(dir dissect.Dir, b []byte, size int, next step) (int, error) {
	if len(b) < size {
		return 0, nil
	}
	p.step[dir] = next
	return size, nil
}

func (p *parser) hello(b []byte) (int, error) {
	if b[0] == 4 {
		p.old, p.step = true, [2]step{request, reply}
		return p.request(b)
	}
	if len(b) < 2 || len(b) < 2+int(b[1]) {
		return 0, nil
	}
	p.step[dissect.Resp] = choice
	return p.fixed(dissect.Orig, b, 2+int(b[1]), request)
}

func (p *parser) choice(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	switch b[1] {
	case 0:
		return p.fixed(dissect.Resp, b, 2, reply)
	case 2:
		return p.fixed(dissect.Resp, b, 2, verdict)
	}
	if b[1] == 0xff { // none will do
		p.refuse()
	}
	return 2, dissect.ErrDone // or a method of which nothing is known here
}

// verdict on the password; after a wrong one the server hangs up (RFC 1929 §2).
func (p *parser) verdict(b []byte) (int, error) {
	n, err := p.fixed(dissect.Resp, b, 2, reply)
	if n > 0 && b[1] != 0 {
		p.refuse()
		err = dissect.ErrDone
	}
	return n, err
}

// credentials reads who logs on (RFC 1929 §2); the password is nobody's business.
func (p *parser) credentials(b []byte) (int, error) {
	if len(b) < 2 || len(b) < 3+int(b[1]) {
		return 0, nil
	}
	if n := 3 + int(b[1]) + int(b[2+int(b[1])]); len(b) >= n {
		p.user = dissect.Text(string(b[2:2+b[1]]), "?")
		return n, nil
	}
	return 0, nil
}

// refuse tells of a client that is turned away before it could say where it wants to go.
func (p *parser) refuse() {
	if p.told == nil {
		p.told = &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "socks", Operation: "AUTHENTICATE"}
		p.told.Add("version", "5")
	}
	p.tell(false)
}

// commands of RFC 1928 §4.
var commands = [4]string{1: "CONNECT", 2: "BIND", 3: "UDP ASSOCIATE"}

func (p *parser) request(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	var where string
	var n int
	var err error
	if p.old {
		where, n, err = old(b)
	} else {
		where, n, err = address(b)
	}
	if n == 0 || err != nil {
		return 0, err
	}
	if b[1] == 0 || int(b[1]) >= len(commands) || !p.old && b[0] != 5 {
		return 0, errMessage
	}
	p.told = &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "socks", Operation: commands[b[1]]}
	p.told.Add("destination", where)
	p.told.Add("version", string('0'+b[0]))
	if p.old {
		p.user = userID(b)
	}
	p.step[dissect.Orig] = passed
	return n, nil
}

// reply ends the negotiation; what follows is another protocol, between the client and the destination.
func (p *parser) reply(b []byte) (int, error) {
	size, granted := 8, len(b) > 1 && b[1] == 90
	if !p.old {
		var err error
		if _, size, err = address(b); err != nil || size == 0 {
			return 0, err
		}
		granted = b[1] == 0
	}
	if len(b) < size {
		return 0, nil
	}
	p.tell(granted)
	if !granted {
		return size, dissect.ErrDone
	}
	return size, dissect.ErrNext
}

func (p *parser) tell(granted bool) {
	if p.told == nil {
		return
	}
	p.told.Add("user", p.user)
	if granted {
		p.told.Add("result", "granted")
	} else {
		p.told.Add("result", "refused")
	}
	p.f.Emit(p.told)
	p.told = nil
}

// Gap loses the borders between messages.
func (p *parser) Gap(dissect.Dir, int) error { return dissect.ErrDone }

// Close tells of a request that was never answered.
func (p *parser) Close() {
	if p.told != nil {
		p.told.Add("user", p.user)
		p.f.Emit(p.told)
		p.told = nil
	}
}
