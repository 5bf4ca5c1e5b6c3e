// Package ssh reads the open part of SSH (RFC 4253): banners and what both sides offer for the key exchange; then hands off.
package ssh

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is SSH over TCP on any port.
var Protocol = dissect.Protocol{
	Name:     "ssh",
	Spec:     "RFC 4253; HASSH (Salesforce)",
	TCP:      []uint16{22},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f, tx: f.Tx("")} },
}

var magic = []byte("SSH-")

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	switch n := min(len(b), len(magic)); {
	case udp || n == 0 || !bytes.Equal(b[:n], magic[:n]):
		return dissect.No
	case n < len(magic):
		return dissect.Maybe
	}
	return dissect.Yes
}

// Bounds of what is read (RFC 4253 §4.2, §6.1).
const (
	maxBanner = 255
	maxHello  = 8 << 10 // lines that a server may send before its banner
	maxPacket = 35000
)

var errBanner = errors.New("ssh: the banner is too long or malformed")

// side is one direction.
type side struct {
	banner bool
	tail   bool // the rest of a long line is passed over
	hello  int  // bytes of lines before the banner
	over   bool // what follows is encrypted, or not of interest
	offer  *offer
	told   event.SSHSide
}

type parser struct {
	f     *dissect.Flow
	tx    *wire.Tx
	side  [2]side
	fresh bool
	said  bool
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	n, err = p.read(dir, b)
	if p.fresh {
		p.fresh = false
		p.f.Show(p.tx)
	}
	if err == nil && p.side[0].over && p.side[1].over {
		p.tell()
		err = dissect.ErrOpaque
	}
	return n, err
}

func (p *parser) read(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.side[dir]
	for !s.banner || s.tail {
		i := bytes.IndexByte(b[n:], '\n')
		switch {
		case s.tail && i < 0:
			return len(b), nil
		case s.tail:
			s.tail = false
			n += i + 1
			continue
		case i < 0 && len(b)-n < maxBanner+2: // with its carriage return it may still be short enough
			return n, nil
		}
		s.tail = i < 0
		used := i + 1
		if s.tail {
			used, i = maxBanner+1, maxBanner+1
		}
		line := b[n : n+i]
		if !s.tail { // else a carriage return is not at the end
			line = bytes.TrimSuffix(line, []byte("\r"))
		}
		n += used
		if !bytes.HasPrefix(line, magic) {
			if s.hello += used; dir == dissect.Orig || s.hello > maxHello { // RFC 4253 §4.2: only the server may say other things first
				return n, p.bad(dir, "ssh.invalid_banner", errBanner)
			}
			continue
		}
		if err := p.banner(dir, line); err != nil {
			return n, err
		}
	}
	for !s.over && len(b)-n >= 6 {
		size := int(binary.BigEndian.Uint32(b[n:]))
		if size < 2 || size > maxPacket {
			s.over = true // a server may say in plain words that it does not like the banner
			p.bad(dir, "ssh.invalid_record", nil)
			break
		}
		if len(b)-n < 4+size {
			return n, nil
		}
		p.frame(dir, b[n:n+4+size])
		p.packet(dir, b[n+4:n+4+size])
		n += 4 + size
	}
	if s.over {
		p.f.AddOpaque(len(b) - n)
		return len(b), nil
	}
	return n, nil
}

// bad tells rules what is wrong.
func (p *parser) bad(dir dissect.Dir, name string, err error) error {
	p.tx.Event(dir, name)
	p.fresh = true
	return err
}

// banner reads "SSH-protoversion-softwareversion comments" (RFC 4253 §4.2).
func (p *parser) banner(dir dissect.Dir, line []byte) error {
	s := &p.side[dir]
	s.banner = true
	if len(line) > maxBanner {
		p.bad(dir, "ssh.long_banner", nil)
		line = line[:maxBanner]
	}
	proto, rest, ok := bytes.Cut(line[len(magic):], []byte("-"))
	if !ok {
		return p.bad(dir, "ssh.invalid_banner", errBanner)
	}
	software, comment, _ := bytes.Cut(rest, []byte(" "))
	s.told.Proto, s.told.Software, s.told.Comment = clip(proto), clip(software), clip(comment)
	p.tx.Put(wire.SSHProto, dir, bytes.Clone(proto))
	p.tx.Put(wire.SSHSoftware, dir, bytes.Clone(software))
	p.fresh = true
	if !bytes.HasPrefix(proto, []byte("2.")) && !bytes.Equal(proto, []byte("1.99")) {
		s.over = true // version 1 has other packets
	}
	return nil
}

func clip(b []byte) string { return string(bytes.ToValidUTF8(b[:min(len(b), maxBanner)], []byte("?"))) }

// Messages (RFC 4253 §12).
const (
	msgKexInit = 20
	msgNewKeys = 21
)

// packet reads one binary packet before encryption: padding length, payload, padding (RFC 4253 §6).
func (p *parser) packet(dir dissect.Dir, b []byte) {
	s := &p.side[dir]
	switch padding := int(b[0]); {
	case padding+2 > len(b):
		p.bad(dir, "ssh.invalid_record", nil)
		s.over = true
	case b[1] == msgKexInit && s.offer == nil:
		o, ok := readOffer(b[2 : len(b)-padding])
		if !ok {
			p.bad(dir, "ssh.long_kex_record", nil)
			return
		}
		s.offer = &o
		s.told.HASSHString, s.told.HASSH = o.hassh(dir)
		p.showOffer(dir)
	case b[1] == msgNewKeys:
		s.over = true
	}
	if p.side[0].offer != nil && p.side[1].offer != nil {
		p.side[0].over, p.side[1].over = true, true // the rest of the exchange tells nothing
	}
}

// frame shows a packet as it was on the wire: length, padding length and number, then the rest.
func (p *parser) frame(dir dissect.Dir, packet []byte) {
	if p.f.Wants(wire.SSHFramePDU) || p.f.Wants(wire.SSHFrameHdr) || p.f.Wants(wire.SSHFrameData) {
		p.f.PutFrame(p.tx, wire.SSHFramePDU, dir, packet)
		p.f.PutFrame(p.tx, wire.SSHFrameHdr, dir, packet[:6])
		p.f.PutFrame(p.tx, wire.SSHFrameData, dir, packet[6:])
		p.fresh = true
	}
}

func (p *parser) showOffer(dir dissect.Dir) {
	hash, str := wire.SSHHASSH, wire.SSHHASSHString
	if dir == dissect.Resp {
		hash, str = wire.SSHHASSHServer, wire.SSHHASSHServerString
	}
	p.tx.PutString(hash, dir, p.side[dir].told.HASSH)
	p.tx.PutString(str, dir, p.side[dir].told.HASSHString)
	p.fresh = true
}

// Gap ends what can be told of an open exchange, unless the lost bytes may be those before a banner.
func (p *parser) Gap(dir dissect.Dir, _ int) error {
	if !p.side[dir].banner {
		return nil
	}
	p.tell()
	return dissect.ErrOpaque
}

// Close tells what was seen.
func (p *parser) Close() { p.tell() }

func (p *parser) tell() {
	p.f.EndTx(p.tx)
	if p.said || !p.side[0].banner && !p.side[1].banner {
		return
	}
	p.said = true
	e := &event.SSHActivity{Header: p.f.Head(), Conn: p.f.Conn, Client: p.side[dissect.Orig].told, Server: p.side[dissect.Resp].told}
	if c, s := p.side[dissect.Orig].offer, p.side[dissect.Resp].offer; c != nil && s != nil {
		e.KexAlg, e.HostKeyAlg = agree(c, s, listKex), agree(c, s, listHostKey)
		e.Cipher, e.MAC, e.Compression = agree(c, s, listCipherUp), agree(c, s, listMACUp), agree(c, s, listCompressUp)
	}
	p.f.Emit(e)
}
