// Package mqtt reads MQTT 3.1, 3.1.1 and 5.0 (OASIS): who connects, publishes and subscribes.
package mqtt

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is MQTT on any port.
var Protocol = dissect.Protocol{
	Name:     "mqtt",
	Spec:     "MQTT 3.1, MQTT 3.1.1 (OASIS), MQTT 5.0 (OASIS)",
	TCP:      []uint16{1883},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

// Control packets (§2.1.2).
const (
	connect     = 1
	connack     = 2
	publish     = 3
	puback      = 4
	pubcomp     = 7
	subscribe   = 8
	suback      = 9
	unsubscribe = 10
	unsuback    = 11
	disconnect  = 14
	auth        = 15
)

const (
	version5   = 5
	maxMessage = 1 << 20 // as in Suricata; longer ones are passed over
)

// probe wants CONNECT with the protocol's name (§3.1.2.1), "MQIsdp" in 3.1.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case udp || len(b) == 0:
		return dissect.No
	case dir == dissect.Resp:
		if port == 1883 && b[0] == connack<<4 && len(b) >= 4 && b[1] < 0x80 && b[2] <= 1 {
			return dissect.Yes
		}
		return dissect.No
	case b[0] != connect<<4:
		return dissect.No
	}
	_, n := varint(b[1:])
	if n < 0 {
		return dissect.No
	}
	if n == 0 || len(b) < 1+n+8 {
		return dissect.Maybe
	}
	return max(dissect.Prefix(b[1+n:], "\x00\x04MQTT"), dissect.Prefix(b[1+n:], "\x00\x06MQIsdp"))
}

// varint reads a length of 1–4 bytes (§2.1.4); n is 0 when bytes are missing, -1 when it is none.
func varint(b []byte) (v, n int) {
	for n < 4 {
		if n >= len(b) {
			return 0, 0
		}
		v |= int(b[n]&0x7f) << (7 * n)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	return 0, -1
}

type parser struct {
	f         *dissect.Flow
	version   byte
	skip      [2]int // bytes of a message that is too long
	told      *event.AppActivity
	connected bool       // CONNECT was answered
	open      []exchange // in the order in which they began
}

var errMessage = errors.New("mqtt: malformed packet")

// Data reads control packets.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for n < len(b) {
		if s := p.skip[dir]; s > 0 {
			s = min(s, len(b)-n)
			p.skip[dir] -= s
			n += s
			continue
		}
		size, head := varint(b[n+1:])
		switch {
		case head < 0:
			return n, errMessage
		case head == 0:
			return n, nil
		case size > min(maxMessage, dissect.MaxPending-8):
			p.skip[dir] = 1 + head + size
			p.tooLong(dir, b[n])
			continue
		case len(b)-n < 1+head+size:
			return n, nil
		}
		p.packet(dir, b[n], b[n+1+head:n+1+head+size])
		n += 1 + head + size
	}
	return n, nil
}

func (p *parser) tooLong(dir dissect.Dir, first byte) {
	t := p.f.Tx("")
	p.begin(t, dir, first)
	t.Event(dir, "mqtt.too_large_message")
	p.f.EndTx(t)
}

// begin adds what every control packet has.
func (p *parser) begin(t *wire.Tx, dir dissect.Dir, first byte) {
	t.PutNumber(wire.MQTTType, dir, uint64(first>>4))
	t.PutNumber(wire.MQTTFlags, dir, uint64(first&9))
	t.PutNumber(wire.MQTTQoS, dir, uint64(first>>1&3))
	if p.version != 0 && first>>4 != connect {
		t.PutNumber(wire.MQTTVersion, dir, uint64(p.version))
	}
}

// packet reads one control packet of which nothing is missing.
func (p *parser) packet(dir dissect.Dir, first byte, b []byte) {
	x, known, last := p.exchange(dir, first, b)
	t := x.tx
	p.begin(t, dir, first)
	p.oddities(t, dir, first, known)
	m := message{b: b}
	switch kind := first >> 4; kind {
	case connect:
		p.connect(t, dir, &m)
	case connack:
		t.PutNumber(wire.MQTTSessionPresent, dir, uint64(m.byte()&1))
		code := m.byte()
		t.PutNumber(wire.MQTTReasonCode, dir, uint64(code))
		p.answered(code)
	case publish:
		p.publish(t, dir, first, &m)
	case subscribe, unsubscribe:
		p.topics(t, dir, kind, &m)
	default:
		p.codes(t, dir, kind, &m)
	}
	if m.short {
		t.Event(dir, "mqtt.malformed_traffic")
	}
	if last {
		p.finish(&x)
	} else {
		p.f.Show(t)
	}
}

// oddities tells of packets out of place (names are those of rules); known says that what it answers was seen.
func (p *parser) oddities(t *wire.Tx, dir dissect.Dir, first byte, known bool) {
	kind := first >> 4
	name := ""
	switch {
	case kind == 0:
		name = "unassigned_msg_type"
	case kind == connect && p.connected:
		name = "double_connect"
	case kind == connack && !known:
		name = "missing_connect"
	case kind >= puback && kind <= pubcomp && !known:
		name = "missing_publish"
	case kind == suback && !known:
		name = "missing_subscribe"
	case kind == unsuback && !known:
		name = "missing_unsubscribe"
	case kind != connect && kind != connack && kind != auth && !known && !p.connected:
		name = "unintroduced_message"
	}
	if name != "" {
		t.Event(dir, "mqtt."+name)
	}
	if kind == publish && first>>1&3 == 3 {
		t.Event(dir, "mqtt.invalid_qos_level")
	}
	p.connected = p.connected || kind == connack && known
}

// codes reads the answers and what ends a connection.
func (p *parser) codes(t *wire.Tx, dir dissect.Dir, kind byte, m *message) {
	switch {
	case kind == suback || kind == unsuback:
		m.take(2)
		p.properties(m)
		for len(m.b) > 0 && !m.short {
			t.PutNumber(wire.MQTTReasonCode, dir, uint64(m.byte()))
		}
		return
	case kind >= puback && kind <= pubcomp:
		m.take(2)
	case kind != disconnect && kind != auth:
		return
	}
	if p.version >= version5 && len(m.b) > 0 {
		t.PutNumber(wire.MQTTReasonCode, dir, uint64(m.byte()))
	}
}

// Flags of CONNECT (§3.1.2.3).
const (
	hasUser     = 0x80
	hasPassword = 0x40
	hasWill     = 0x04
)

// connect reads §3.1.
func (p *parser) connect(t *wire.Tx, dir dissect.Dir, m *message) {
	name := m.text()
	p.version = m.byte()
	flags := m.byte()
	m.take(2) // keep alive
	p.properties(m)
	client := m.text()
	t.Put(wire.MQTTConnectProtocol, dir, clone(name))
	t.PutNumber(wire.MQTTVersion, dir, uint64(p.version))
	t.PutNumber(wire.MQTTConnectFlags, dir, uint64(flags))
	t.Put(wire.MQTTConnectClientID, dir, clone(client))
	if flags&hasWill != 0 {
		p.properties(m)
		t.Put(wire.MQTTConnectWillTopic, dir, clone(m.text()))
		t.Put(wire.MQTTConnectWillMessage, dir, clone(m.text()))
	}
	var user []byte
	if flags&hasUser != 0 {
		user = m.text()
		t.Put(wire.MQTTConnectUsername, dir, clone(user))
	}
	if flags&hasPassword != 0 {
		t.Put(wire.MQTTConnectPassword, dir, clone(m.text()))
	}
	p.told = &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "mqtt", Operation: "CONNECT"}
	p.told.Add("client_id", string(client))
	p.told.Add("user", string(user))
}

// answered tells of the connection with the server's answer.
func (p *parser) answered(code byte) {
	if p.told == nil {
		return
	}
	if code == 0 {
		p.told.Add("result", "accepted")
	} else {
		p.told.Add("result", "refused")
	}
	p.f.Emit(p.told)
	p.told = nil
}

func (p *parser) publish(t *wire.Tx, dir dissect.Dir, first byte, m *message) {
	topic := m.text()
	if first&6 != 0 {
		if m.take(2) == nil { // packet identifier
			t.Event(dir, "mqtt.missing_msg_id")
		}
	}
	p.properties(m)
	t.Put(wire.MQTTPublishTopic, dir, clone(topic))
	t.Put(wire.MQTTPublishMessage, dir, clone(m.b))
}

func (p *parser) topics(t *wire.Tx, dir dissect.Dir, kind byte, m *message) {
	m.take(2)
	p.properties(m)
	for len(m.b) > 0 && !m.short {
		topic := m.text()
		if kind == subscribe {
			m.byte() // options
			t.Put(wire.MQTTSubscribeTopic, dir, clone(topic))
		} else {
			t.Put(wire.MQTTUnsubscribeTopic, dir, clone(topic))
		}
	}
}

// properties are passed over; they came with 5.0.
func (p *parser) properties(m *message) {
	if p.version < version5 {
		return
	}
	size, n := varint(m.b)
	if n <= 0 {
		m.short = true
		return
	}
	m.take(n + size)
}

func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

// message is what is left of a packet.
type message struct {
	b     []byte
	short bool // it ended within a field
}

func (m *message) take(n int) []byte {
	if n > len(m.b) {
		m.short, m.b = true, nil
		return nil
	}
	head := m.b[:n]
	m.b = m.b[n:]
	return head
}

func (m *message) byte() byte {
	if b := m.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// text is §1.5.4: a length of two bytes, then UTF-8 or binary data.
func (m *message) text() []byte {
	size := m.take(2)
	if len(size) < 2 {
		return nil
	}
	return m.take(int(binary.BigEndian.Uint16(size)))
}

// Gap loses the borders between packets.
func (p *parser) Gap(dissect.Dir, int) error { return dissect.ErrDone }

// Close tells of a connection that was never answered.
func (p *parser) Close() {
	if p.told != nil {
		p.f.Emit(p.told)
		p.told = nil
	}
	for i := range p.open {
		p.finish(&p.open[i])
	}
}
