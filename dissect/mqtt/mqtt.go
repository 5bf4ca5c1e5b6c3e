// Package mqtt reads MQTT 3.1, 3.1.1 and 5.0 (OASIS): who connects, publishes and subscribes.
package mqtt

import (
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
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f, unsure: f.Midstream} },
}

// Control packets (§2.1.2).
const (
	connect     = 1
	connack     = 2
	publish     = 3
	puback      = 4
	pubrec      = 5
	pubrel      = 6
	pubcomp     = 7
	subscribe   = 8
	suback      = 9
	unsubscribe = 10
	unsuback    = 11
	pingreq     = 12
	pingresp    = 13
	disconnect  = 14
	auth        = 15
)

const (
	version5   = 5
	maxMessage = 1 << 20 // as in Suricata; longer ones are passed over
)

// probe wants CONNECT with the protocol's name (§3.1.2.1), "MQIsdp" in 3.1; at the usual port, packets as a connection has them that stays for months.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case udp || len(b) == 0:
		return dissect.No
	case dir == dissect.Resp || b[0] != connect<<4:
		if port == 1883 && begins(dir, b) {
			return dissect.Yes
		}
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

type parser struct {
	f         *dissect.Flow
	version   byte
	skip      [2]int  // bytes of a message that is too long
	lost      [2]bool // bytes are missing: a packet begins where a segment does, or later
	told      *event.AppActivity
	connected bool // CONNECT was answered
	unsure    bool // packets may have been missed
	older     bool // a packet has shown that it is not 5.0
	crowd     dissect.Crowd
	open      []exchange // in the order in which they began
}

var errMessage = errors.New("mqtt: malformed packet")

// Data reads control packets.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if p.lost[dir] && !begins(dir, b) {
		return len(b), nil
	}
	p.lost[dir] = false
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
		p.packet(dir, b[n:n+1+head+size], 1+head)
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

// frames shows a control packet as it was sent.
func (p *parser) frames(t *wire.Tx, dir dissect.Dir, full []byte, head int) {
	p.f.PutFrame(t, wire.MQTTFramePDU, dir, full)
	p.f.PutFrame(t, wire.MQTTFrameHeader, dir, full[:head])
	p.f.PutFrame(t, wire.MQTTFrameData, dir, full[head:])
}

// packet reads one control packet of which nothing is missing.
func (p *parser) packet(dir dissect.Dir, full []byte, head int) {
	first, b := full[0], full[head:]
	p.learn(dir, first, b)
	x, known, last := p.exchange(dir, first, b)
	t := x.tx
	p.frames(t, dir, full, head)
	p.oddities(t, dir, first, known)
	sent := dir
	dir = x.dir // rules look at an exchange as a whole, from the side that began it
	p.begin(t, dir, first)
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
		t.Event(sent, "mqtt.malformed_traffic")
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
	case p.unsure: // what belongs before may have been missed
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

// Gap loses the borders between packets until one begins with a segment, unless it lies within one that is passed over.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	p.unsure = true
	if p.lost[dir] = p.lost[dir] || n > p.skip[dir]; p.lost[dir] {
		n = p.skip[dir]
	}
	p.skip[dir] -= n
	return nil
}

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
