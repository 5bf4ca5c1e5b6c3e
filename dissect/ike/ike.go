// Package ike reads the openings of IKEv1 (RFC 2408, RFC 2409) and IKEv2 (RFC 7296): versions, vendors and weak proposals.
package ike

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is IKE over UDP, beside ESP on port 4500, too (RFC 3948), and on any port by content.
var Protocol = dissect.Protocol{
	Name:      "ike",
	Spec:      "RFC 2408, RFC 2409, RFC 3948, RFC 7296",
	UDP:       []uint16{500, 4500},
	Anywhere:  true,
	Probe:     probe,
	Sender:    sender,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

const (
	header    = 28
	marker    = 4 // zeros that tell IKE from ESP on port 4500
	encrypted = 1 // flag of version 1
)

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp {
		return dissect.No
	}
	if b = unmarked(b); len(b) < header || port != 500 && port != 4500 && !certain(b) {
		return dissect.No
	}
	size := binary.BigEndian.Uint32(b[24:])
	if v := b[17] >> 4; v != 1 && v != 2 || size < header || int(size) > len(b)+marker {
		return dissect.No
	}
	return dissect.Yes
}

// unmarked is a message without the marker of port 4500; an initiator's SPI is never zero (RFC 7296 §3.1).
func unmarked(b []byte) []byte {
	if len(b) >= marker+header && binary.BigEndian.Uint32(b) == 0 {
		return b[marker:]
	}
	return b
}

type parser struct {
	f    *dissect.Flow
	told map[string]bool
}

var errMessage = errors.New("ike: malformed message")

// exchanges by their types (RFC 2408 §3.1, RFC 7296 §3.1).
var exchanges = map[byte]string{2: "identity_protection", 4: "aggressive", 5: "informational", 32: "quick_mode",
	34: "ike_sa_init", 35: "ike_auth", 36: "create_child_sa", 37: "informational"}

// Datagram reads one message; what is not IKE on port 4500 is ESP, and passed over.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if probe(dir, b, true, 500) != dissect.Yes {
		p.f.AddOpaque(len(b))
		return nil
	}
	b = unmarked(b)
	t := p.f.Tx("")
	t.PutString(wire.IKEInitSPI, dir, hex.EncodeToString(b[:8]))
	t.PutString(wire.IKERespSPI, dir, hex.EncodeToString(b[8:16]))
	t.PutNumber(wire.IKEExchange, dir, uint64(b[18]))
	m := message{t: t, dir: dir, version: b[17] >> 4}
	var err error
	if m.version == 2 || b[19]&encrypted == 0 {
		err = m.payloads(b[16], b[header:])
		if err != nil {
			t.Event(dir, "ike.malformed_data")
		}
	}
	p.f.EndTx(t)
	p.tell(dir, b, &m)
	return err
}

// maxTold bounds what is told of one flow.
const maxTold = 32

// tell says once of a flow how each side begins each exchange, what they agree on, and each refusal: keys are made anew for as long as the tunnel stands.
func (p *parser) tell(dir dissect.Dir, b []byte, m *message) {
	exchange := strconv.Itoa(int(b[18]))
	notes := strings.Join(m.notes, " ")
	key := strings.Join([]string{exchange, strconv.Itoa(int(dir)), notes}, " ")
	if p.told[key] || len(p.told) >= maxTold {
		return
	}
	if p.told == nil {
		p.told = map[string]bool{}
	}
	p.told[key] = true
	a := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "ike", Operation: exchanges[b[18]], Back: dir == dissect.Resp}
	a.Add("version", string([]byte{'0' + b[17]>>4, '.', '0' + b[17]&0xf%10}))
	a.Add("init_spi", hex.EncodeToString(b[:8]))
	a.Add("resp_spi", hex.EncodeToString(b[8:16]))
	a.Add("exchange_type", exchange)
	a.Add("message_id", strconv.FormatUint(uint64(binary.BigEndian.Uint32(b[20:])), 10))
	for _, x := range m.chosen {
		a.Add(x.Name, x.Value)
	}
	a.Add("notify", notes)
	a.Add("identity", m.identity)
	p.f.Emit(a)
}

// Close has nothing open to emit.
func (p *parser) Close() {}
