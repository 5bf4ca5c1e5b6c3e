// Package tls reads the open part of TLS (RFC 5246, RFC 8446): names, fingerprints and certificates of handshakes; then hands off.
package tls

import (
	"bytes"
	"errors"
	"slices"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is TLS over TCP on any port.
var Protocol = dissect.Protocol{
	Name:     "tls",
	Spec:     "RFC 5246, RFC 8446, RFC 6066, RFC 7301; JA3, JA3S, JA4 (FoxIO, TLS client)",
	TCP:      []uint16{443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 3269, 4443, 5061, 5986, 6514, 8443, 8531, 8883, 9443},
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

// Record content types (RFC 8446 §5.1).
const (
	typeCCS       = 20
	typeAlert     = 21
	typeHandshake = 22
	typeData      = 23
	typeHeartbeat = 24
)

const (
	recordHead = 5
	maxRecord  = 1<<14 + 2048 // RFC 5246 §6.2.3
	maxEarly   = 64 << 10     // bytes of early data; servers allow about 16 KiB
	maxMessage = 128 << 10    // of a handshake message; certificate chains are the longest
)

func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	want := byte(msgClientHello)
	if dir == dissect.Resp {
		want = msgServerHello
	}
	switch {
	case udp:
		return dissect.No
	case len(b) > 0 && b[0]&0x80 != 0:
		return probe2(dir, b)
	case len(b) > 0 && (b[0] < typeCCS || b[0] > typeHeartbeat) || len(b) > 1 && b[1] != 3 || len(b) > 2 && b[2] > 4:
		return dissect.No
	case len(b) < recordHead+1:
		return dissect.Maybe
	case length(b) == 0 || length(b) > maxRecord:
		return dissect.No
	case b[0] == typeHandshake && b[5] == want, b[0] == typeAlert && length(b) == 2 && b[5] <= 2:
		return dissect.Yes
	case usual(port): // mid-stream: encrypted records
		return dissect.Yes
	}
	return dissect.No
}

func usual(port uint16) bool { return slices.Contains(recordPorts, port) }

// recordPorts are those on which encrypted records without a handshake are taken for TLS.
var recordPorts = []uint16{443, 465, 636, 853, 993, 995, 3269, 5986, 8443}

func length(b []byte) int { return int(b[3])<<8 | int(b[4]) }

// Errors that end the parsing of a connection.
var (
	errRecord  = errors.New("tls: not a record")
	errMessage = errors.New("tls: a handshake message is too long")
	errHello   = errors.New("tls: malformed hello")
)

// parser reads one connection until what follows is encrypted.
type parser struct {
	f         *dissect.Flow
	t         *event.TLS
	hello     [2]bool // client's, server's seen
	sealed    [2]bool // what follows in this direction is encrypted
	message   [2][]byte
	sessionID []byte
	ahead     int // bytes of early data
	told      bool

	tx      *wire.Tx
	spoken  [2]uint16 // versions that rules know
	fresh   bool      // tx has fields that were not shown
	begun   [2]bool   // a record was read
	beating heartbeats
	odd     []oddity // that were told
	frames  bool     // rules look at records
}

func newParser(f *dissect.Flow) dissect.Stream { return within(f, "") }

// Within reads TLS that another protocol carries in messages of its own, as TDS does: its parser gives what was unwrapped to Data, and the
// flow keeps its name.
func Within(f *dissect.Flow) dissect.Stream { return within(f, "tls") }

func within(f *dissect.Flow, app string) *parser {
	p := &parser{f: f, t: &event.TLS{}, tx: f.Tx(app)}
	for id := wire.TLSFramePDU; id <= wire.TLSFrameHeartbeat; id++ {
		p.frames = p.frames || f.Wants(id)
	}
	return p
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	n, err = p.records(dir, b)
	if p.fresh {
		p.fresh = false
		p.f.Show(p.tx)
	}
	return n, err
}

func (p *parser) records(dir dissect.Dir, b []byte) (n int, err error) {
	if !p.begun[dir] && len(b) > 0 && b[0]&0x80 != 0 && (len(b) < 3 || b[2] == hello2Type[dir]) {
		if n, err = p.hello2(dir, b); n == 0 || err != nil {
			return n, err
		}
	}
	if dir == dissect.Resp && !p.begun[dir] && len(b) >= ssl2Error && b[0] == 0x80 && b[1] == ssl2Error-ssl2Head && b[2] == 0 {
		p.anomaly(dir, "tls.error_message_encountered")
		return ssl2Error, p.over()
	}
	for count := 0; len(b)-n >= recordHead; count++ {
		r := b[n:]
		size := length(r)
		if err := p.sound(dir, r, size); err != nil {
			return n, err
		}
		if len(r) < recordHead+size {
			if p.sealed[dir] && !p.early(dir, 0) { // no need to wait for what cannot be read
				return n, p.over()
			}
			return n, nil
		}
		p.begun[dir] = true
		n += recordHead + size
		if p.frames && !p.sealed[dir] {
			p.frame(dir, r[:recordHead+size])
		}
		if err := p.record(dir, r[0], r[recordHead:recordHead+size]); err != nil {
			return n, err
		}
		if count == tooMany {
			p.anomaly(dir, "tls.too_many_records_in_packet")
		}
	}
	return n, nil
}

// tooMany records at once are worth an event: they cost a reader more than their sender.
const tooMany = 255

// sound judges the header of a record.
func (p *parser) sound(dir dissect.Dir, r []byte, size int) error {
	switch {
	case r[0] < typeCCS || r[0] > typeHeartbeat:
		p.anomaly(dir, "tls.invalid_record_type")
	case r[1] != 3 || r[2] > 4:
		p.anomaly(dir, "tls.invalid_record_version")
	case size > maxRecord:
		p.anomaly(dir, "tls.invalid_record_length")
	default:
		return nil
	}
	if p.begun[dissect.Orig] || p.begun[dissect.Resp] {
		p.anomaly(dir, "tls.invalid_ssl_record")
	}
	return errRecord
}

// anomaly tells rules what is wrong, once.
func (p *parser) anomaly(dir dissect.Dir, name string) {
	if odd := (oddity{dir, name}); !slices.Contains(p.odd, odd) {
		p.odd = append(p.odd, odd)
		p.tx.Event(dir, name)
		p.fresh = true
	}
}

type oddity struct {
	dir  dissect.Dir
	name string
}

func (p *parser) record(dir dissect.Dir, typ byte, b []byte) error {
	switch {
	case p.sealed[dir], typ == typeData:
		p.sealed[dir] = true
		p.f.AddOpaque(len(b))
		if p.early(dir, len(b)) {
			return nil
		}
		return p.over()
	case typ == typeHandshake:
		return p.handshake(dir, b)
	case typ == typeAlert:
		p.alert(dir, b)
	case typ == typeHeartbeat:
		p.heartbeat(dir, b)
	case typ == typeCCS:
		p.sealed[dir] = p.t.Version != "1.3" || p.sealed[dir]
		if dir == dissect.Resp && p.hello[dissect.Resp] && p.t.Certificate == nil && p.t.Version != "1.3" {
			p.t.Resumed = true
		}
		return p.whole(dir)
	}
	return nil
}

// early reports that n more bytes of the client are sealed before the server has spoken (RFC 8446 §2.3): its hello is yet to come, in the open.
func (p *parser) early(dir dissect.Dir, n int) bool {
	p.ahead += n
	return dir == dissect.Orig && p.hello[dissect.Orig] && !p.hello[dissect.Resp] && p.ahead <= maxEarly
}

// handshake puts messages together across records (RFC 8446 §5.1).
func (p *parser) handshake(dir dissect.Dir, b []byte) error {
	if len(p.message[dir]) > 0 {
		if len(p.message[dir])+len(b) > maxMessage {
			return errMessage
		}
		p.message[dir] = append(p.message[dir], b...)
		b = p.message[dir]
	}
	for len(b) >= 4 {
		size := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
		if size > maxMessage {
			p.anomaly(dir, "tls.invalid_handshake_message")
			return errMessage
		}
		if len(b) < 4+size {
			break
		}
		if err := p.msg(dir, b[0], b[4:4+size]); err != nil {
			return err
		}
		b = b[4+size:]
	}
	if len(b) != len(p.message[dir]) || len(b) == 0 { // else it is what was gathered so far, and may grow
		p.message[dir] = bytes.Clone(b)
	}
	return nil
}

// whole ends the reading when both sides have shown all that they show in the open. A client may send certificates
// after the server's last open message, so that its own change of ciphers is waited for.
func (p *parser) whole(dir dissect.Dir) error {
	switch {
	case p.t.Version == "1.3" && dir == dissect.Resp && p.hello[dissect.Resp] && (p.hello[dissect.Orig] || p.f.Midstream), // else it asked to try again
		p.t.Resumed && p.hello[dissect.Orig],
		p.sealed[dissect.Orig] && (p.hello[dissect.Resp] || p.f.Midstream):
		return p.over()
	}
	return nil
}

// over tells what was learned; the rest is encrypted.
func (p *parser) over() error {
	p.tell()
	return dissect.ErrOpaque
}

func (p *parser) tell() {
	if known := p.t.JA3 != "" || p.t.JA3S != "" || p.t.Certificate != nil || p.t.Alert != ""; known && !p.told {
		p.told = true
		p.f.SetTLS(p.t)
	}
	p.fresh = false
	p.f.EndTx(p.tx)
}

// Gap implements dissect.Stream: a lost piece of a handshake is the end of what can be told.
func (p *parser) Gap(dissect.Dir, int) error { return p.over() }

// Close implements dissect.Stream.
func (p *parser) Close() { p.tell() }
