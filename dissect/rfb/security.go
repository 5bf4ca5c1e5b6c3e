package rfb

import (
	"encoding/binary"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Security types: 1 and 2 by RFC 6143 §7.2, the others as its registry and the rfbproto description of the community have them.
const (
	none     = 1
	vnc      = 2
	tight    = 16
	veNCrypt = 19
	ard      = 30  // Apple Remote Desktop: Diffie-Hellman, then name and password under AES
	msLogon2 = 113 // UltraVNC: the same with shorter numbers
)

// Ways inside VeNCrypt; those from 257 on begin TLS.
const plain = 256

// way is one message of a log-on that RFC 6143 does not describe: who is to send it, and how it is read.
type way struct {
	from dissect.Dir
	read func(p *parser, b []byte) (int, error)
}

// await waits for a message of a log-on.
func (p *parser) await(from dissect.Dir, read func(p *parser, b []byte) (int, error)) {
	p.step, p.way = private, way{from, read}
}

// choose goes the way of a security type.
func (p *parser) choose(t uint64) {
	p.sectype = t
	p.tx.PutNumber(wire.RFBSecType, dissect.Resp, t)
	p.f.Show(p.tx)
	p.told.Add("security_type", strconv.FormatUint(t, 10))
	switch t {
	case 0:
		p.told.Add("result", "failed")
		p.step = reason
	case none, vnc:
		p.enter(t)
	case tight:
		p.await(dissect.Resp, (*parser).tunnels)
	case veNCrypt:
		p.await(dissect.Resp, (*parser).offered)
	case ard:
		p.await(dissect.Resp, (*parser).prime)
	case msLogon2:
		p.await(dissect.Resp, skip(24, dissect.Orig, skip(8+256+64, dissect.Resp, (*parser).verdict)))
	default:
		p.tx.Event(dissect.Resp, "rfb.unimplemented_security_type")
		p.step = unread
	}
}

// enter goes on after none or vnc, chosen as such or inside another way.
func (p *parser) enter(t uint64) {
	switch {
	case t == vnc:
		p.step = challenge
	case t == none && p.minor < 8:
		p.step = clientInit
	case t == none:
		p.step = result
	default:
		p.step = unread
	}
}

// verdict is the result, which nothing private comes before any more.
func (p *parser) verdict(b []byte) (int, error) {
	p.step = result
	return p.result(b)
}

// skip passes over a message of a fixed size.
func skip(size int, from dissect.Dir, then func(p *parser, b []byte) (int, error)) func(p *parser, b []byte) (int, error) {
	return func(p *parser, b []byte) (int, error) {
		if len(b) < size {
			return 0, nil
		}
		p.await(from, then)
		return size, nil
	}
}

// prime reads generator, length, prime and public key of a server; the client answers with 128 bytes under AES and its key.
func (p *parser) prime(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, nil
	}
	key := int(binary.BigEndian.Uint16(b[2:]))
	if len(b) < 4+2*key {
		return 0, nil
	}
	p.await(dissect.Orig, skip(128+key, dissect.Resp, (*parser).verdict))
	return 4 + 2*key, nil
}

// maxOffers is far above what any server offers of one kind.
const maxOffers = 64

// capabilities is the size of a list of Tight: its count, then 16 bytes for each.
func capabilities(b []byte) (count, size int, err error) {
	if len(b) < 4 {
		return 0, 0, nil
	}
	n := binary.BigEndian.Uint32(b)
	if n > maxOffers {
		return 0, 0, errMessage
	}
	if size = 4 + 16*int(n); len(b) < size {
		return 0, 0, nil
	}
	return int(n), size, nil
}

// tunnels reads what Tight can run in; the client names one where there are any.
func (p *parser) tunnels(b []byte) (int, error) {
	count, size, err := capabilities(b)
	switch {
	case size == 0:
	case count == 0:
		p.await(dissect.Resp, (*parser).logons)
	default:
		p.await(dissect.Orig, skip(4, dissect.Resp, (*parser).logons))
	}
	return size, err
}

// logons reads what Tight asks of a client; no offer is none.
func (p *parser) logons(b []byte) (int, error) {
	count, size, err := capabilities(b)
	switch {
	case size == 0:
	case count == 0:
		p.enter(none)
	default:
		p.await(dissect.Orig, (*parser).inner)
	}
	return size, err
}

// inner reads the way that the client has chosen inside of Tight or VeNCrypt.
func (p *parser) inner(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, nil
	}
	t := uint64(binary.BigEndian.Uint32(b))
	p.told.Add("security_subtype", strconv.FormatUint(t, 10))
	if p.sectype == veNCrypt && t == plain {
		p.await(dissect.Orig, (*parser).account)
	} else {
		p.enter(t)
	}
	return 4, nil
}

// offered reads the version of VeNCrypt that the server speaks; the client answers with its own, and is told whether that will do.
func (p *parser) offered(b []byte) (int, error) {
	return skip(2, dissect.Orig, skip(2, dissect.Resp, (*parser).agreed))(p, b)
}

func (p *parser) agreed(b []byte) (int, error) {
	if b[0] != 0 {
		p.told.Add("result", "failed")
		return 1, dissect.ErrDone
	}
	p.await(dissect.Resp, (*parser).inside)
	return 1, nil
}

// inside reads the ways that VeNCrypt 0.2 offers, a number of four bytes each.
func (p *parser) inside(b []byte) (int, error) {
	return skip(1+4*int(b[0]), dissect.Orig, (*parser).inner)(p, b)
}

// account reads a name and a password that are sent in clear: the name is told, that there is a password is not worth more.
func (p *parser) account(b []byte) (int, error) {
	if len(b) < 8 {
		return 0, nil
	}
	user, password := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if user > maxName || password > maxName {
		return 0, errMessage
	}
	size := 8 + int(user+password)
	if len(b) < size {
		return 0, nil
	}
	p.told.Add("user", dissect.Text(string(b[8:8+user]), "?"))
	p.step = result
	return size, nil
}
