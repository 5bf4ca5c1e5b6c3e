// Package rfb reads the Remote Framebuffer protocol of VNC (RFC 6143) up to the name of the desktop.
package rfb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is RFB on any port.
var Protocol = dissect.Protocol{
	Name:     "rfb",
	Spec:     "RFC 6143",
	TCP:      []uint16{5900, 5901, 5902, 5903},
	Anywhere: true,
	Probe:    probe,
	Sender:   sender,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f, tx: f.Tx("")} },
}

const version = 12 // "RFB 003.008\n"

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if m := dissect.Prefix(b, "RFB 00"); m != dissect.Yes || len(b) >= version && b[version-1] == '\n' {
		return m
	}
	if len(b) < version {
		return dissect.Maybe
	}
	return dissect.No
}

// sender takes the side of the lower port for the server, which speaks first: both begin with the same line (§7.1.1).
func sender(_ []byte, from, to uint16) (dissect.Dir, bool) { return dissect.Resp, from < to }

// step is what is due next (RFC 6143 §7.1, §7.2, §7.3).
type step uint8

const (
	serverVersion step = iota
	clientVersion
	types  // that the server offers
	chosen // by the client; not in 3.3
	challenge
	response
	result
	reason // why it was refused
	clientInit
	serverInit
	private // a message of a log-on that RFC 6143 does not describe
	unread  // what follows is encrypted, or of a way that is not known
)

type parser struct {
	f       *dissect.Flow
	tx      *wire.Tx
	step    step
	minor   int
	server  string // its version
	sectype uint64
	way     way // what private waits for
	told    event.AppActivity
	early   [2]bool // a side has spoken before it was its turn
}

var errMessage = errors.New("rfb: not what is due")

// due is who speaks next.
func (p *parser) due() dissect.Dir {
	switch p.step {
	case clientVersion, chosen, response, clientInit:
		return dissect.Orig
	case private:
		return p.way.from
	}
	return dissect.Resp
}

// Data reads one message after the other; each waits for the one before.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	n, err = dissect.InTurn(dir, b, p.due, p.message)
	p.early[dir] = n < len(b) && dir != p.due()
	return n, err
}

// message reads what is due, and shows it as it was sent.
func (p *parser) message(b []byte) (int, error) {
	from := p.due()
	n, err := p.read(b)
	p.f.PutFrame(p.tx, wire.RFBFramePDU, from, b[:n])
	if err == errMessage {
		p.tx.Event(from, "rfb.malformed_message")
	}
	return n, err
}

func (p *parser) read(b []byte) (int, error) {
	switch p.step {
	case serverVersion, clientVersion:
		return p.version(b)
	case types:
		return p.types(b)
	case chosen:
		p.choose(uint64(b[0]))
		return 1, nil
	case challenge, response:
		return p.fixed(b, 16, p.step+1)
	case result:
		return p.result(b)
	case clientInit:
		p.told.Add("shared", map[bool]string{false: "no", true: "yes"}[b[0] != 0])
		return p.fixed(b, 1, serverInit)
	case serverInit:
		return p.desktop(b)
	case reason:
		return p.reason(b)
	case private:
		return p.way.read(p, b)
	}
	return 0, dissect.ErrDone
}

func (p *parser) fixed(b []byte, size int, next step) (int, error) {
	if len(b) < size {
		return 0, nil
	}
	p.step = next
	return size, nil
}

func (p *parser) version(b []byte) (int, error) {
	if len(b) < version {
		return 0, nil
	}
	minor, err := strconv.Atoi(string(b[8:11]))
	if err != nil || !bytes.HasPrefix(b, []byte("RFB ")) {
		return 0, errMessage
	}
	if string(b[4:7]) > "003" { // RealVNC's own, which begin as 3.8 does
		minor = 8
	}
	if p.minor = minor; p.step == serverVersion {
		p.server = string(b[4:11])
	} else {
		p.told = event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "rfb", Operation: "connect"}
		p.told.Add("version", string(b[4:11]))
		p.told.Add("server_version", p.server)
	}
	p.step++
	return version, nil
}

// types reads what the server offers (§7.1.2); up to 3.3 it decides alone.
func (p *parser) types(b []byte) (int, error) {
	if p.minor < 7 {
		if len(b) < 4 {
			return 0, nil
		}
		p.choose(uint64(binary.BigEndian.Uint32(b)))
		return 4, nil
	}
	if b[0] == 0 {
		p.told.Add("result", "failed")
		p.step = reason
		return 1, nil
	}
	return p.fixed(b, 1+int(b[0]), chosen)
}

// result is 0 for success (§7.1.3).
func (p *parser) result(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, nil
	}
	code := binary.BigEndian.Uint32(b)
	p.tx.PutNumber(wire.RFBSecResult, dissect.Resp, uint64(code))
	p.f.Show(p.tx)
	if code > tooMany {
		p.tx.Event(dissect.Resp, "rfb.unknown_security_result")
	}
	if code != 0 {
		word := "failed"
		if code == tooMany {
			word = "too many"
		}
		p.told.Add("result", word)
		if p.minor < 8 {
			return 4, dissect.ErrDone
		}
		p.step = reason
		return 4, nil
	}
	p.told.Add("result", "ok")
	p.step = clientInit
	return 4, nil
}

// tooMany is the highest result that is known: too many attempts (§7.1.3, of private extensions).
const tooMany = 2

const maxName = 4 << 10

// reason reads why the server refused (§7.1.2, §7.1.3).
func (p *parser) reason(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, nil
	}
	size := binary.BigEndian.Uint32(b)
	if size > maxName {
		return 0, errMessage
	}
	n := 4 + int(size)
	if len(b) < n {
		return 0, nil
	}
	p.told.Add("reason", dissect.Text(string(b[4:n]), "?"))
	return n, dissect.ErrDone
}

// desktop reads ServerInit (§7.3.2): 20 bytes of sizes and format, then the name.
func (p *parser) desktop(b []byte) (int, error) {
	if len(b) < 24 {
		return 0, nil
	}
	size := binary.BigEndian.Uint32(b[20:])
	if size > maxName {
		return 0, errMessage
	}
	if len(b) < 24+int(size) {
		return 0, nil
	}
	name := string(b[24 : 24+size])
	p.tx.PutString(wire.RFBName, dissect.Resp, name)
	p.told.Add("desktop", name)
	p.told.Add("width", strconv.Itoa(int(binary.BigEndian.Uint16(b))))
	p.told.Add("height", strconv.Itoa(int(binary.BigEndian.Uint16(b[2:]))))
	p.told.Add("pixel_format", fmt.Sprint(b[4], b[5], b[6], b[7], binary.BigEndian.Uint16(b[8:]), binary.BigEndian.Uint16(b[10:]), binary.BigEndian.Uint16(b[12:]), b[14], b[15], b[16]))
	return 24 + int(size), dissect.ErrDone
}

// Gap loses the borders between messages.
func (p *parser) Gap(dissect.Dir, int) error { return dissect.ErrDone }

// Close tells of the session, and of what was said in it whose turn never came.
func (p *parser) Close() {
	for d, early := range p.early {
		if dir := dissect.Dir(d); early && dir != p.due() {
			p.tx.Event(dir, "rfb.confused_state")
		}
	}
	if p.told.Protocol != "" {
		p.f.Emit(&p.told)
	}
	p.f.EndTx(p.tx)
}
