package mqtt

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

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
	switch {
	case p.version < version5:
	case len(m.b) > 0:
		t.PutNumber(wire.MQTTReasonCode, dir, uint64(m.byte()))
	default: // left out where it is 0 (§3.4.2.1, §3.14.2.1)
		t.PutNumber(wire.MQTTReasonCode, dir, 0)
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
