// Package ntp reads NTP (RFC 5905), its control messages (RFC 9327) and the private ones of ntpd by their header.
package ntp

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is NTP over UDP.
var Protocol = dissect.Protocol{
	Name:      "ntp",
	Spec:      "RFC 5905, RFC 9327",
	UDP:       []uint16{123},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

// Modes (RFC 5905 §7.3).
const (
	modeControl = 6
	modePrivate = 7
)

const (
	header        = 48
	headerControl = 12
	headerPrivate = 4
)

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || port != 123 || len(b) < headerPrivate {
		return dissect.No
	}
	version, mode := b[0]>>3&7, b[0]&7
	switch {
	case mode == modeControl && len(b) >= headerControl, mode == modePrivate:
		return dissect.Yes
	case version < 1 || version > 4 || len(b) < header:
		return dissect.No
	}
	return dissect.Yes
}

var errMessage = errors.New("ntp: malformed message")

type parser struct {
	f    *dissect.Flow
	told bool
}

var operations = [8]string{modeControl: "control", modePrivate: "private"}

// Datagram reads one message.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if probe(dir, b, true, 123) != dissect.Yes {
		p.f.Odd(dir, "ntp.malformed_data")
		return errMessage
	}
	mode := b[0] & 7
	if t := p.f.Tx(""); t != nil {
		t.PutNumber(wire.NTPVersion, dir, uint64(b[0]>>3&7))
		t.PutNumber(wire.NTPMode, dir, uint64(mode))
		if mode < modeControl {
			t.PutNumber(wire.NTPStratum, dir, uint64(b[1]))
			t.Put(wire.NTPReferenceID, dir, bytes.Clone(b[12:16]))
		}
		p.f.EndTx(t)
	}
	p.record(dir, b)
	// Who asks a clock what it knows of others, prepares a flood by reflection or looks around (monlist).
	if op := operations[mode]; op != "" && !p.told {
		p.told = true
		p.f.Emit(&event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "ntp", Operation: op})
	}
	return nil
}

// record tells of a message's header.
func (p *parser) record(dir dissect.Dir, b []byte) {
	if !p.f.Detailed() {
		return
	}
	body := tree.Of("ntp", tree.Num("version", b[0]>>3&7), tree.Num("mode", b[0]&7))
	if b[0]&7 < modeControl {
		body.Add(tree.Num("stratum", b[1]), tree.Str("reference_id", fmt.Sprintf("%02x:%02x:%02x:%02x", b[12], b[13], b[14], b[15])))
	}
	p.f.Record("ntp", dir, body)
}

// Close has nothing open to emit.
func (p *parser) Close() {}
