// Package mysql reads MySQL and MariaDB (client/server protocol), compressed or not: who logs on and, where somebody looks, statements and their results.
package mysql

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// Protocol is MySQL on any port.
var Protocol = dissect.Protocol{
	Name:     "mysql",
	Spec:     "MySQL client/server protocol (protocol version 10), connection and command phase; MariaDB client/server protocol",
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
	server string // its version
	offers uint32 // capabilities of the server
	can    uint32 // of the client
	told   *event.AppActivity
	way    string // in which the client proves who it is

	entered bool // the log-on succeeded, and somebody looks at what follows
	session

	sides      [2]packed
	took, gave int // bytes of compressed packets as sent, and that came out of them
}

var errMessage = errors.New("mysql: not what is due")

// Data reads packets: until the log-on has been answered, or to the end where somebody looks.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for !p.entered && len(b)-n >= header {
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
	if !p.entered {
		return n, nil
	}
	read := p.packets
	if p.squeezed() {
		read = p.unpack
	}
	k, err := read(dir, b[n:])
	return n + k, err
}

// squeezed says that what follows the log-on is compressed.
func (p *parser) squeezed() bool { return p.can&p.offers&(compressed|zstandard) != 0 }

func (p *parser) packet(dir dissect.Dir, b []byte) error {
	switch {
	case dir == dissect.Resp && p.server == "":
		return p.greeting(b)
	case dir == dissect.Resp:
		return p.proved(b)
	case p.told == nil:
		return p.logon(b)
	}
	return nil
}

func (p *parser) greeting(b []byte) error {
	if len(b) > 0 && b[0] == failure {
		return dissect.ErrDone
	}
	name, rest, ok := bytes.Cut(b[min(1, len(b)):], []byte{0})
	if !ok || len(name) == 0 {
		return errMessage
	}
	p.server = string(name[:min(len(name), maxVersion)])
	if rest = rest[min(len(rest), beforeOffers):]; len(rest) >= 7 { // character set and status stand between the halves
		p.offers = uint32(rest[0]) | uint32(rest[1])<<8 | uint32(rest[5])<<16 | uint32(rest[6])<<24
	}
	return nil
}

// Capabilities of the client (§ Capabilities Flags).
const (
	withDatabase = 1 << 3
	compressed   = 1 << 5
	protocol41   = 1 << 9
	withTLS      = 1 << 11
	secure       = 1 << 15
	withPlugin   = 1 << 19
	lengthEnc    = 1 << 21
	withoutEOF   = 1 << 24 // OK ends rows
	zstandard    = 1 << 26 // compressed by zstd
	attributed   = 1 << 27 // statements come with attributes
	fixed41      = 32      // capabilities, size, character set and 23 zeros
	beforeOffers = 13      // number of the thread, 8 bytes to prove the password with, a zero
)

// logon reads HandshakeResponse41; with no more than its fixed part it asks for TLS.
func (p *parser) logon(b []byte) error {
	if len(b) < fixed41 {
		return dissect.ErrDone // protocol 3.20
	}
	p.can = uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	switch {
	case p.can&protocol41 == 0:
		return dissect.ErrDone
	case p.can&withTLS != 0 && len(b) == fixed41:
		if p.f.Detailed() {
			p.f.Record("mysql", dissect.Orig, tree.Of("mysql", tree.Str("version", p.server), tree.Bool("tls", true)))
		}
		return dissect.ErrNext
	}
	user, rest, ok := bytes.Cut(b[fixed41:], []byte{0})
	if !ok {
		return errMessage
	}
	p.told = &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "mysql", Operation: "login"}
	p.told.Add("user", string(user))
	rest = behindProof(p.can, rest)
	if p.can&withDatabase != 0 {
		var name []byte
		name, rest, _ = bytes.Cut(rest, []byte{0})
		p.told.Add("database", string(name))
	}
	if p.can&withPlugin != 0 {
		name, _, _ := bytes.Cut(rest, []byte{0})
		p.way = text(name[:min(len(name), maxVersion)])
	}
	p.told.Add("server_version", p.server)
	return nil
}

// behindProof passes over the proof of the password.
func behindProof(can uint32, b []byte) []byte {
	switch {
	case len(b) == 0:
	case can&(lengthEnc|secure) != 0 && b[0] < 251:
		return b[min(len(b), 1+int(b[0])):]
	case can&(lengthEnc|secure) == 0:
		_, b, _ = bytes.Cut(b, []byte{0})
		return b
	}
	return nil
}

// proved waits for OK or an error; in between the way of proving may change (§ Authentication Method Switch Request).
func (p *parser) proved(b []byte) error {
	if len(b) > 1 && b[0] == endMark && p.told != nil {
		name, _, _ := bytes.Cut(b[1:], []byte{0})
		p.way = text(name[:min(len(name), maxVersion)])
	}
	if len(b) == 0 || p.told == nil || b[0] != okay && b[0] != failure {
		return nil
	}
	if b[0] == okay {
		p.told.Add("result", "ok")
	} else {
		p.told.Add("result", "failed")
	}
	p.recordLogon(b)
	p.tellLogon(b, p.told.Attr("user"), p.told.Attr("database"))
	p.f.Emit(p.told)
	p.told = nil
	if p.entered = b[0] == okay && (p.f.Detailed() || p.f.Inspected()); !p.entered {
		return dissect.ErrDone
	}
	return nil
}

// denied are the errors of a log-on that fails for its name or password (§ Error Codes): access denied, also without a password, and locked.
var denied = map[uint16]bool{1045: true, 1698: true, 3118: true}

// tellLogon tells who was let in or not. A server that is full, or does not have a database, refuses nobody.
func (p *parser) tellLogon(b []byte, user, database string) {
	in := b[0] == okay
	if !in && (len(b) < 3 || !denied[uint16(b[1])|uint16(b[2])<<8]) {
		return
	}
	p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "mysql", Message: "LOGIN", User: user, Service: database, Success: in, Answered: true})
}

// Gap loses the borders between packets, and with them who is let in, or which answer is whose.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	switch {
	case !p.entered || p.squeezed():
		return dissect.ErrDone
	case n <= p.skip[dir]:
		p.skip[dir] -= n
		return nil
	}
	p.skip[dir], p.lost, p.goesOn, p.unsure = 0, [2]bool{p.lost[dissect.Orig] || dir == dissect.Orig, true}, [2]bool{}, true
	p.settleAll()
	return nil
}

// Close tells of a log-on, or of commands, that were never answered.
func (p *parser) Close() {
	if p.told != nil {
		p.f.Emit(p.told)
		p.told = nil
	}
	p.settleAll()
	p.sides[dissect.Orig].shut()
	p.sides[dissect.Resp].shut()
}
