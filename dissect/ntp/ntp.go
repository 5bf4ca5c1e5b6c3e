// Package ntp reads NTP (RFC 5905), its control messages (RFC 9327) and the private ones of ntpd by their header.
package ntp

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

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
	told [8]uint32 // of each mode, which commands, by their lowest five bits
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
	if op := operations[mode]; op != "" {
		p.asked(dir, mode, op, command(b))
	}
	return nil
}

// asked tells of a command, once.
func (p *parser) asked(dir dissect.Dir, mode byte, op string, code byte) {
	bit := uint32(1) << (code & 31)
	if p.told[mode]&bit != 0 {
		return
	}
	p.told[mode] |= bit
	e := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "ntp", Operation: op, Back: dir == dissect.Resp}
	name := commands[mode][code]
	if name == "" {
		name = strconv.Itoa(int(code))
	}
	e.Add("command", name)
	p.f.Emit(e)
}

// command is what a clock is asked: of control messages the operation code (RFC 9327 §2), of private ones the request code (ntp_request.h of ntpd).
func command(b []byte) byte {
	if b[0]&7 == modeControl {
		return b[1] & 0x1f
	}
	return b[3]
}

// commands by mode and code, as far as they ask what a clock knows of others, or change it.
var commands = [8]map[byte]string{
	modeControl: {1: "read_status", 2: "read_variables", 3: "write_variables", 4: "read_clock_variables", 5: "write_clock_variables", 6: "set_trap", 8: "configure", 9: "save_configuration",
		10: "read_mru", 12: "request_nonce", 31: "unset_trap"},
	modePrivate: {0: "peer_list", 1: "peer_list_sum", 16: "reslist", 20: "monlist", 42: "monlist"},
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
