// Package mysql reads the log-on to MySQL and MariaDB (client/server protocol, connection phase): version, user and database.
package mysql

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is MySQL on any port.
var Protocol = dissect.Protocol{
	Name:     "mysql",
	Spec:     "MySQL client/server protocol, connection phase (protocol version 10)",
	TCP:      []uint16{3306, 33060},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

const (
	header     = 4  // length (3 bytes, little-endian) and number of a packet
	version10  = 10 // of the protocol
	failure    = 0xff
	okay       = 0
	maxPacket  = 64 << 10
	maxVersion = 64
)

// probe wants the server's greeting: packet 0, version 10, and a printable version of the server that ends with NUL.
func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || dir == dissect.Orig {
		return dissect.No
	}
	if len(b) < header+1 {
		return dissect.Maybe
	}
	size := length(b)
	if size < 40 || size > 512 || b[3] != 0 || b[4] != version10 {
		return dissect.No
	}
	for i, c := range b[5:min(len(b), 5+maxVersion)] {
		switch {
		case c == 0 && i >= 3:
			return dissect.Yes
		case c < ' ' || c > '~':
			return dissect.No
		}
	}
	return dissect.Maybe
}

func length(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

type parser struct {
	f      *dissect.Flow
	server string
	told   *event.AppActivity
}

var errMessage = errors.New("mysql: not what is due")

// Data reads packets until the log-on has been answered.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for len(b)-n >= header {
		size := length(b[n:])
		if size > maxPacket {
			return n, dissect.ErrDone
		}
		if len(b)-n < header+size {
			return n, nil
		}
		body := b[n+header : n+header+size]
		n += header + size
		if err := p.packet(dir, body); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (p *parser) packet(dir dissect.Dir, b []byte) error {
	switch {
	case dir == dissect.Resp && p.server == "":
		return p.greeting(b)
	case dir == dissect.Resp:
		return p.answer(b)
	case p.told == nil:
		return p.logon(b)
	}
	return nil
}

func (p *parser) greeting(b []byte) error {
	if len(b) > 0 && b[0] == failure {
		return dissect.ErrDone
	}
	name, _, ok := bytes.Cut(b[min(1, len(b)):], []byte{0})
	if !ok || len(name) == 0 {
		return errMessage
	}
	p.server = string(name[:min(len(name), maxVersion)])
	return nil
}

// Capabilities of the client (§ Capabilities Flags).
const (
	withDatabase = 1 << 3
	protocol41   = 1 << 9
	withTLS      = 1 << 11
	secure       = 1 << 15
	lengthEnc    = 1 << 21
	fixed41      = 32 // capabilities, size, character set and 23 zeros
)

// logon reads HandshakeResponse41; with no more than its fixed part it asks for TLS.
func (p *parser) logon(b []byte) error {
	if len(b) < fixed41 {
		return dissect.ErrDone // protocol 3.20
	}
	can := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	switch {
	case can&protocol41 == 0:
		return dissect.ErrDone
	case can&withTLS != 0 && len(b) == fixed41:
		return dissect.ErrNext
	}
	user, rest, ok := bytes.Cut(b[fixed41:], []byte{0})
	if !ok {
		return errMessage
	}
	p.told = &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "mysql", Operation: "login"}
	p.told.Add("user", string(user))
	if can&withDatabase != 0 {
		p.told.Add("database", database(can, rest))
	}
	p.told.Add("server_version", p.server)
	return nil
}

// database stands behind the proof of the password, which is passed over.
func database(can uint32, b []byte) string {
	switch {
	case len(b) == 0:
		return ""
	case can&(lengthEnc|secure) != 0 && b[0] < 251:
		b = b[min(len(b), 1+int(b[0])):]
	case can&(lengthEnc|secure) == 0:
		_, b, _ = bytes.Cut(b, []byte{0})
	default:
		return ""
	}
	name, _, _ := bytes.Cut(b, []byte{0})
	return string(name)
}

// answer waits for OK or an error; in between the way of proving may change.
func (p *parser) answer(b []byte) error {
	if len(b) == 0 || p.told == nil || b[0] != okay && b[0] != failure {
		return nil
	}
	if b[0] == okay {
		p.told.Add("result", "ok")
	} else {
		p.told.Add("result", "failed")
	}
	return dissect.ErrDone
}

// Gap loses the borders between packets.
func (p *parser) Gap(dissect.Dir, int) error { return dissect.ErrDone }

// Close tells of the log-on.
func (p *parser) Close() {
	if p.told != nil {
		p.f.Emit(p.told)
		p.told = nil
	}
}
