package quic

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/tls"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// maxLooked is how many datagrams are looked into for hellos.
const maxLooked = 64

// Errors of a datagram.
var (
	errKeys   = errors.New("quic: keys cannot be derived")
	errHeader = errors.New("quic: malformed header")
	errFrames = errors.New("quic: malformed frames")
	errSealed = errors.New("quic: an Initial packet cannot be opened")
)

type parser struct {
	f      *dissect.Flow
	t      *event.TLS
	keys   [2]keys
	dcid   []byte // of which keys were derived
	of     uint32 // version that they are for
	hello  [2]bool
	crypto [2]assembly
	looked int
	told   bool
}

// Datagram reads the packets that one holds until both hellos were seen.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if p.looked++; p.looked > maxLooked || p.hello[0] && p.hello[1] {
		p.tell()
		return dissect.ErrOpaque
	}
	for len(b) > 0 {
		switch {
		case p.hello[dir]: // what follows in this direction is encrypted with keys that nobody has
			return nil
		case b[0]&0x80 == 0:
			if b[0]&0x09 == 0x09 && len(b) >= 13 && google(binary.BigEndian.Uint32(b[9:])) {
				p.google(dir, b)
			}
			return nil
		}
		h, ok := readHeader(b)
		switch {
		case !ok:
			t := p.f.Tx("")
			t.Event(dir, "quic.error_on_header")
			p.f.EndTx(t)
			return errHeader
		case google(h.version):
			p.google(dir, b)
			return nil
		}
		if err := p.packet(dir, b[:h.end], &h); err != nil {
			return err
		}
		b = b[h.end:]
	}
	if p.hello[0] && p.hello[1] {
		p.tell()
	}
	return nil
}

// packet reads one with a long header.
func (p *parser) packet(dir dissect.Dir, b []byte, h *header) error {
	if h.kind != kindInitial || h.version == 0 {
		if h.kind == kindRetry && h.version != 0 && dir == dissect.Resp { // RFC 9000 §17.2.5: the client begins again
			p.hello[dissect.Orig], p.crypto[dissect.Orig], p.dcid = false, assembly{}, nil
		}
		p.f.EndTx(p.show(dir, h.version))
		return nil
	}
	frames, ok := p.open(dir, b, h)
	if !ok {
		t := p.f.Tx("")
		t.Event(dir, "quic.failed_decrypt")
		p.f.EndTx(t)
		return errSealed
	}
	if !each(frames, p.crypto[dir].add) {
		t := p.f.Tx("")
		t.Event(dir, "quic.error_on_data")
		p.f.EndTx(t)
		return errFrames
	}
	typ, body, whole := p.crypto[dir].message()
	if !whole {
		if len(p.crypto[dir].b)+len(p.crypto[dir].pieces) == 0 { // nothing but acknowledgements
			p.f.EndTx(p.show(dir, h.version))
		}
		return nil
	}
	p.hello[dir] = true
	p.read(dir, typ, body, h.version)
	p.crypto[dir] = assembly{}
	return nil
}

// open derives keys from the client's first connection ID, and anew where it has changed.
func (p *parser) open(dir dissect.Dir, b []byte, h *header) (frames []byte, ok bool) {
	if p.dcid != nil && p.of == h.version {
		if frames, ok = p.keys[dir].open(b, h.number); ok || dir == dissect.Resp {
			return frames, ok
		}
	}
	id := h.dcid
	if dir == dissect.Resp { // another version than the client's first, with the same ID (RFC 9368)
		if p.dcid == nil {
			return nil, false
		}
		id = p.dcid
	}
	k, err := initialKeys(h.version, id)
	if err != nil {
		return nil, false
	}
	if frames, ok = k[dir].open(b, h.number); ok {
		p.keys, p.dcid, p.of = k, bytes.Clone(id), h.version
	}
	return frames, ok
}

// show opens a transaction with the version.
func (p *parser) show(dir dissect.Dir, version uint32) *wire.Tx {
	t := p.f.Tx("")
	t.Put(wire.QUICVersion, dir, binary.BigEndian.AppendUint32(nil, version))
	return t
}

// read tells of a hello.
func (p *parser) read(dir dissect.Dir, typ byte, body []byte, version uint32) {
	const clientHello, serverHello = 1, 2
	t := p.show(dir, version)
	defer p.f.EndTx(t)
	switch {
	case typ == clientHello && dir == dissect.Orig:
		h, ok := tls.ReadHello(body, true)
		if !ok {
			t.Event(dir, "quic.error_on_data")
			return
		}
		p.t = h.Client('q')
		p.t.QUIC = name(version)
		if name := h.RawSNI(); name != nil {
			t.Put(wire.QUICSNI, dir, name)
		}
		t.PutString(wire.JA3String, dir, h.JA3String())
		t.PutString(wire.JA3Hash, dir, p.t.JA3)
		t.PutString(wire.JA4Hash, dir, p.t.JA4)
	case typ == serverHello && dir == dissect.Resp:
		h, ok := tls.ReadHello(body, false)
		if !ok {
			t.Event(dir, "quic.error_on_data")
			return
		}
		p.t.Cipher, p.t.JA3S, p.t.JA3SText = h.Ciphers[0], h.JA3S(), h.JA3SString()
		t.PutString(wire.JA3SString, dir, p.t.JA3SText)
		t.PutString(wire.JA3SHash, dir, p.t.JA3S)
	}
}

// tell hands what the hellos showed to the flow, once.
func (p *parser) tell() {
	if !p.told && (p.t.JA3 != "" || p.t.SNI != "") {
		p.told = true
		p.f.SetTLS(p.t)
	}
}

// Close tells what was seen.
func (p *parser) Close() { p.tell() }

// name is a version as Suricata's EVE writes it.
func name(version uint32) string {
	if google(version) {
		return string(binary.BigEndian.AppendUint32(nil, version))
	}
	return strconv.FormatUint(uint64(version), 16)
}

func text(b []byte) string { return string(bytes.ToValidUTF8(b[:min(len(b), 255)], []byte("?"))) }
