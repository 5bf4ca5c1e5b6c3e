package enip

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Commands (CIP Volume 2 §2-3.2).
const (
	listServices   = 0x04
	listIdentity   = 0x63
	listInterfaces = 0x64
	register       = 0x65
	sendRR         = 0x6f
	sendUnit       = 0x70
)

var errMessage = errors.New("enip: not a message")

// parser shows messages to rules and tells of them where somebody reads records.
type parser struct {
	f       *dissect.Flow
	waiting []request
	crowd   dissect.Crowd
	lost    [2]bool // bytes are missing: a message begins where a segment does, or later
}

// Data reads messages.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if !p.f.Wants(wire.AppEvent) && !p.f.Detailed() { // nobody looks
		return 0, dissect.ErrDone
	}
	for len(b)-n >= header {
		size := header + int(binary.LittleEndian.Uint16(b[n+2:]))
		if probe(dir, b[n:], false, 44818) != dissect.Yes {
			if p.lost[dir] {
				return len(b), nil
			}
			p.f.Odd(dir, "enip.invalid_pdu")
			return n, errMessage
		}
		if len(b)-n < size {
			return n, nil
		}
		p.lost[dir] = false
		p.message(dir, b[n:n+size])
		n += size
	}
	return n, nil
}

// Datagram reads one message; implicit ones, which hold the values of a plant, are not read.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if p.f.Conn.Dst.Port == 2222 || probe(dir, b, true, 44818) != dissect.Yes {
		return dissect.ErrDone
	}
	p.message(dir, b)
	return nil
}

// Gap loses the borders between messages until one begins with a segment.
func (p *parser) Gap(dir dissect.Dir, _ int) error {
	p.lost[dir] = true
	return nil
}

// Close tells of requests that were not answered.
func (p *parser) Close() {
	for _, r := range p.waiting {
		p.record(tree.Of("enip", r.said))
	}
	p.waiting = nil
}

// shower puts the parts of one message into a transaction.
type shower struct {
	f   *dissect.Flow
	t   *wire.Tx
	dir dissect.Dir

	said tree.Node // what is told of it
	cips int       // requests and answers of CIP so far
}

func (p *parser) message(dir dissect.Dir, b []byte) {
	s := shower{f: p.f, t: p.f.Tx(""), dir: dir, said: said(dir, b)}
	if s.t == nil && !p.f.Detailed() {
		return
	}
	if dir == dissect.Resp {
		p.crowd.Answered()
	} else if p.crowd.Asked() {
		s.t.Event(dir, "enip.too_many_transactions")
	}
	s.message(b)
	if whole := p.tell(dir, b, s.said); s.t != nil {
		s.t.Said = whole
	}
	p.f.EndTx(s.t)
}

func (s *shower) message(b []byte) {
	command, body := binary.LittleEndian.Uint16(b), b[header:]
	s.frame(wire.ENIPFramePDU, b)
	s.frame(wire.ENIPFrameHdr, b[:header])
	s.frame(wire.ENIPFrameData, body)
	s.number(wire.ENIPCommand, uint64(command))
	s.number(wire.ENIPStatus, uint64(binary.LittleEndian.Uint32(b[8:])))
	switch command {
	case register:
		if len(body) >= 4 {
			version := binary.LittleEndian.Uint16(body)
			s.number(wire.ENIPProtocolVersion, uint64(version))
			s.said.Add(tree.Of("register_session", tree.Num("protocol_version", version), tree.Num("options", binary.LittleEndian.Uint16(body[2:]))))
		}
	case listIdentity, listServices, listInterfaces:
		s.items(body)
	case sendRR, sendUnit:
		if len(body) >= 6 { // interface and time-out
			s.items(body[6:])
		}
	}
}

func (s *shower) number(id wire.Buffer, n uint64) { s.t.PutNumber(id, s.dir, n) }

func (s *shower) frame(id wire.Buffer, b []byte) {
	s.f.PutPartFrame(s.t, id, s.dir, b, len(b))
}

// Items (§2-6).
const (
	itemIdentity  = 0x0c
	itemServices  = 0x100
	itemConnected = 0xb1
	itemData      = 0xb2
	maxItems      = 16
)

func (s *shower) items(b []byte) {
	if len(b) < 2 {
		return
	}
	count := int(binary.LittleEndian.Uint16(b))
	b = b[2:]
	for range min(count, maxItems) {
		if len(b) < 4 {
			return
		}
		kind, size := binary.LittleEndian.Uint16(b), 4+int(binary.LittleEndian.Uint16(b[2:]))
		if size > len(b) {
			return
		}
		s.frame(wire.ENIPFrameItem, b[:size])
		switch d := b[4:size]; {
		case kind == itemIdentity:
			s.identity(d)
		case kind == itemServices && len(d) >= 4:
			s.service(d)
		case kind == itemData:
			s.frame(wire.ENIPFrameCIP, d)
			s.cip(d, 0, &s.said)
		case kind == itemConnected && len(d) > 2: // a sequence number comes first
			s.frame(wire.ENIPFrameCIP, d[2:])
			s.cip(d[2:], 0, &s.said)
		}
		b = b[size:]
	}
}

// service reads an item of a service (CIP Volume 2 §2-4.6.3).
func (s *shower) service(d []byte) {
	version, can, name := binary.LittleEndian.Uint16(d), binary.LittleEndian.Uint16(d[2:]), bytes.TrimRight(d[4:], "\x00")
	s.number(wire.ENIPProtocolVersion, uint64(version))
	s.number(wire.ENIPCapabilities, uint64(can))
	s.t.Put(wire.ENIPServiceName, s.dir, bytes.Clone(name))
	s.said.Add(tree.Of("list_services", tree.Num("protocol_version", version), tree.Num("capabilities", can), tree.Str("service_name", text(name))))
}

// identity reads an identity item (§2-4.2.3).
func (s *shower) identity(d []byte) {
	const fixed = 33 // up to the length of the name
	if len(d) < fixed {
		return
	}
	u16 := func(at int) uint64 { return uint64(binary.LittleEndian.Uint16(d[at:])) }
	s.number(wire.ENIPProtocolVersion, u16(0))
	s.number(wire.ENIPVendorID, u16(18))
	s.number(wire.ENIPDeviceType, u16(20))
	s.number(wire.ENIPProductCode, u16(22))
	s.number(wire.ENIPRevision, uint64(binary.BigEndian.Uint16(d[24:])))
	s.number(wire.ENIPIdentityStatus, u16(26))
	s.number(wire.ENIPSerial, uint64(binary.LittleEndian.Uint32(d[28:])))
	end := fixed + int(d[32])
	if end > len(d) {
		return
	}
	s.t.Put(wire.ENIPProductName, s.dir, append([]byte{}, d[fixed:end]...))
	told := identified(d, d[fixed:end])
	if end < len(d) {
		s.number(wire.ENIPState, uint64(d[end]))
		told.Add(tree.Num("state", d[end]))
	}
	s.said.Add(told)
}
