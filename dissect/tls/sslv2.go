package tls

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Messages of SSL 2 (RFC 6101 appendix E); a client of later versions may open with its hello.
const (
	ssl2ClientHello = 1
	ssl2ServerHello = 4
	ssl2Version     = 0x0002
	ssl2Head        = 2
	ssl2Hello       = ssl2Head + 9 // type, version and three lengths
	ssl2Error       = ssl2Head + 3 // type 0 and a code: the server's refusal of a hello
)

var hello2Type = [2]byte{dissect.Orig: ssl2ClientHello, dissect.Resp: ssl2ServerHello}

var errSSL2 = errors.New("tls: malformed SSL 2 hello")

// probe2 knows a hello of SSL 2 by its lengths, which must add up.
func probe2(dir dissect.Dir, b []byte) dissect.Match {
	switch {
	case len(b) > 2 && b[2] != ssl2ClientHello && b[2] != ssl2ServerHello:
		return dissect.No
	case len(b) < ssl2Hello+2:
		return dissect.Maybe
	}
	size := int(b[0]&0x7f)<<8 | int(b[1])
	u16 := func(i int) int { return int(binary.BigEndian.Uint16(b[i:])) }
	switch {
	case dir == dissect.Orig && b[2] == ssl2ClientHello && known2(u16(3)) && size == 9+u16(5)+u16(7)+u16(9) && u16(5)%3 == 0 && u16(5) > 0:
		return dissect.Yes
	case dir == dissect.Resp && b[2] == ssl2ServerHello && u16(5) == ssl2Version && size == 11+u16(7)+u16(9)+u16(11):
		return dissect.Yes
	}
	return dissect.No
}

func known2(version int) bool {
	return version == ssl2Version || version >= 0x0300 && version <= 0x0304
}

// hello2 reads the hello of SSL 2; n is 0 when it is not whole.
func (p *parser) hello2(dir dissect.Dir, b []byte) (n int, err error) {
	if len(b) <= ssl2Head { // the type tells it from a record
		return 0, nil
	}
	size := int(b[0]&0x7f)<<8 | int(b[1])
	if len(b) < ssl2Head+size {
		return 0, nil
	}
	p.begun[dir] = true
	if size < ssl2Hello || probe2(dir, b) != dissect.Yes {
		p.anomaly(dir, "tls.invalid_sslv2_header")
		return 0, errSSL2
	}
	n = ssl2Head + size
	p.f.PutFrame(p.tx, wire.TLSFrameSSL2PDU, dir, b[:n])
	p.f.PutFrame(p.tx, wire.TLSFrameSSL2Hdr, dir, b[:ssl2Head])
	if dir == dissect.Resp { // the server speaks SSL 2, too: what follows is not read
		p.t.Version = "ssl2.0"
		p.version(dir, ssl2Version)
		p.state(dir, wire.SSLServerHello)
		return n, p.over()
	}
	p.version(dir, binary.BigEndian.Uint16(b[3:]))
	p.state(dir, wire.SSLClientHello)
	p.hello[dir] = true
	return n, nil
}
