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

// maxLooked is how many datagrams are looked into for hellos; then only those that may open a connection are, or who talks nonsense first
// would not be heard. A client's have 1,200 bytes (RFC 9000 §14.1), so that what trials cost stays in proportion.
const (
	maxLooked   = 64
	maxVersions = 4 // of a server that are not the client's
)

const eventSealed = "quic.failed_decrypt"

// Errors of a datagram.
var (
	errKeys   = errors.New("quic: keys cannot be derived")
	errHeader = errors.New("quic: malformed header")
	errFrames = errors.New("quic: malformed frames")
	errSealed = errors.New("quic: an Initial packet cannot be opened")
	errShort  = errors.New("quic: an Initial packet in a datagram under 1,200 bytes, which its server throws away")
)

type parser struct {
	f        *dissect.Flow
	t        *event.TLS
	in       trust // what opened the last packet
	trial    trust // what was derived last
	size     int   // of the datagram at hand
	derived  bool  // in it
	versions int   // of the server, other than the client's
	hello    [2]bool
	answered bool // the server has opened the client's hello
	crypto   [2]assembly
	looked   int
	told     bool
}

// trust is the keys that follow from a connection ID.
type trust struct {
	keys [2]keys
	dcid []byte // nil: none
	of   uint32 // version
}

func (x *trust) is(dcid []byte, version uint32) bool {
	return x.dcid != nil && x.of == version && bytes.Equal(x.dcid, dcid)
}

// Datagram reads the packets that one holds until both hellos were seen.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	p.size, p.derived = len(b), false
	p.looked++
	late := p.looked > maxLooked
	if late { // a server that is not heard by now is not heard later
		p.tell()
	}
	switch {
	case p.hello[0] && p.hello[1], late && p.answered:
		p.tell()
		return dissect.ErrOpaque
	case late && (dir != dissect.Orig || b[0]&0x80 == 0 || len(b) < minClient):
		p.f.AddOpaque(len(b))
		return nil
	}
	err := p.packets(dir, b)
	if p.hello[0] && p.hello[1] {
		p.tell()
	}
	return err
}

// packets reads those that a datagram holds. One that cannot be read does not hide the next one (RFC 9000 §12.2); the first error counts.
func (p *parser) packets(dir dissect.Dir, b []byte) (first error) {
	for len(b) > 0 {
		switch {
		case p.hello[dir] && (dir == dissect.Resp || p.answered): // what follows in this direction is encrypted with keys that nobody has
			return first
		case b[0]&0x80 == 0:
			if b[0]&0x09 == 0x09 && len(b) >= 13 && google(binary.BigEndian.Uint32(b[9:])) {
				p.google(dir, b)
			}
			return first
		}
		h, ok := readHeader(b)
		switch {
		case !ok:
			p.f.Odd(dir, "quic.error_on_header")
			return errHeader
		case google(h.version):
			p.google(dir, b)
			return first
		}
		if event, err := p.packet(dir, b[:h.end], &h); err != nil && first == nil {
			first = err
			p.f.Odd(dir, event)
		}
		b = b[h.end:]
	}
	return first
}

// packet reads one with a long header; event names what is wrong.
func (p *parser) packet(dir dissect.Dir, b []byte, h *header) (event string, err error) {
	switch {
	case p.hello[dir] && (h.kind != kindInitial || h.version == 0 || p.in.is(h.dcid, h.version)):
		return "", nil
	case h.kind == kindInitial && h.version != 0 && dir == dissect.Orig && p.size < minClient:
		return eventSealed, errShort
	}
	if h.kind != kindInitial || h.version == 0 {
		if h.kind == kindRetry && h.version != 0 && dir == dissect.Resp { // RFC 9000 §17.2.5: the client begins again
			p.hello[dissect.Orig], p.crypto[dissect.Orig], p.in = false, assembly{}, trust{}
		}
		p.f.EndTx(p.show(dir, h.version))
		return "", nil
	}
	frames, ok := p.open(dir, b, h)
	if !ok {
		return eventSealed, errSealed
	}
	long := false
	sound := each(frames, func(at uint64, b []byte) {
		long = long || at+uint64(len(b)) >= maxCrypto
		p.crypto[dir].add(at, b)
	})
	if long {
		p.f.Odd(dir, "quic.crypto_frag_too_long")
	}
	if !sound {
		return "quic.error_on_data", errFrames
	}
	typ, body, whole := p.crypto[dir].message()
	if whole && dir == dissect.Resp && again(typ, body) { // the hello comes behind it
		p.crypto[dir].from = 4 + len(body)
		typ, body, whole = p.crypto[dir].message()
	}
	if !whole {
		if len(p.crypto[dir].b)+len(p.crypto[dir].pieces) == 0 { // nothing but acknowledgements
			p.f.EndTx(p.show(dir, h.version))
		}
		return "", nil
	}
	p.hello[dir] = true
	p.read(dir, typ, body, h.version)
	p.crypto[dir] = assembly{}
	return "", nil
}

// open opens a packet with the keys that have fitted, or with those of its own ID: of several hellos that nobody has answered, the last
// one counts, for those before may have been meant for us only.
func (p *parser) open(dir dissect.Dir, b []byte, h *header) (frames []byte, ok bool) {
	if p.in.dcid != nil && p.in.of == h.version {
		if frames, ok = p.in.keys[dir].open(b, h.number); ok || dir == dissect.Resp {
			p.answered = p.answered || ok && dir == dissect.Resp
			return frames, ok
		}
	}
	id := h.dcid
	if dir == dissect.Resp { // another version than the client's first, with the same ID (RFC 9368)
		if id = p.in.dcid; id == nil {
			return nil, false
		}
	}
	if !p.derive(dir, id, h.version) {
		return nil, false
	}
	if frames, ok = p.trial.keys[dir].open(b, h.number); ok {
		if dir == dissect.Orig { // what another connection has said is not the beginning of this one
			p.hello[dir], p.crypto[dir] = false, assembly{}
		}
		p.in, p.answered = p.trial, dir == dissect.Resp
	}
	return frames, ok
}

// derive makes the keys of an ID, at most once a datagram.
func (p *parser) derive(dir dissect.Dir, id []byte, version uint32) bool {
	switch {
	case p.trial.is(id, version):
		return true
	case p.derived || dir == dissect.Resp && p.versions == maxVersions:
		return false
	case dir == dissect.Resp:
		p.versions++
	}
	p.derived = true
	k, err := initialKeys(version, id)
	if err != nil {
		return false
	}
	p.trial = trust{k, append([]byte{}, id...), version} // an ID of no bytes is one, too
	return true
}

// show opens a transaction with the version.
func (p *parser) show(dir dissect.Dir, version uint32) *wire.Tx {
	t := p.f.Tx("")
	t.Put(wire.QUICVersion, dir, binary.BigEndian.AppendUint32(nil, version))
	return t
}

// again reports whether a server's message asks for another hello (RFC 8446 §4.1.4).
func again(typ byte, body []byte) bool {
	const serverHello = 2
	if typ != serverHello {
		return false
	}
	h, ok := tls.ReadHello(body, false)
	return ok && h.Retry()
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
