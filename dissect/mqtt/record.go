package mqtt

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// kinds are the control packets by their names in EVE.
var kinds = [16]string{"unassigned", "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback", "unsubscribe",
	"unsuback", "pingreq", "pingresp", "disconnect", "auth"}

// Bounds of what a record holds: topics of a packet, bytes of a text.
const (
	maxTopics = 100
	maxText   = 4 << 10
)

// record emits a whole exchange as a record.
func (p *parser) record(dir dissect.Dir, said []tree.Node) {
	if len(said) > 0 {
		p.f.Record("mqtt", dir, tree.Of("mqtt", said...))
	}
}

// describe is a control packet in all its parts, but for passwords.
func (p *parser) describe(first byte, b []byte) tree.Node {
	kind := first >> 4
	n := tree.Of(kinds[kind], tree.Num("qos", first>>1&3), tree.Bool("retain", first&1 != 0), tree.Bool("dup", first&8 != 0))
	m := &message{b: b}
	switch kind {
	case connect:
		p.describeConnect(&n, m)
	case connack:
		n.Add(tree.Bool("session_present", m.byte()&1 != 0), tree.Num("return_code", m.byte()))
		p.described(&n, m)
	case publish:
		n.Add(tree.Str("topic", printed(m.text())))
		if first&6 != 0 {
			n.Add(tree.Num("message_id", identifier(m.take(2))))
		}
		p.described(&n, m)
		n.Add(tree.Str("message", printed(m.b)))
	case puback, 5, 6, pubcomp:
		n.Add(tree.Num("message_id", identifier(m.take(2))))
		if p.version >= version5 || len(m.b) > 0 {
			n.Add(tree.Num("reason_code", m.byte()))
		}
		p.describedRest(&n, m)
	case subscribe, unsubscribe:
		p.describeTopics(&n, kind, m)
	case suback, unsuback:
		p.describeCodes(&n, kind, m)
	case disconnect, auth:
		if p.version >= version5 {
			n.Add(tree.Num("reason_code", m.byte()))
			p.describedRest(&n, m)
		}
	}
	return n
}

func (p *parser) describeConnect(n *tree.Node, m *message) {
	n.Add(tree.Str("protocol_string", printed(m.text())))
	version := m.byte()
	flags := m.byte()
	m.take(2)
	n.Add(tree.Num("protocol_version", version), tree.Of("flags", tree.Bool("username", flags&hasUser != 0), tree.Bool("password", flags&hasPassword != 0),
		tree.Bool("will_retain", flags&0x20 != 0), tree.Bool("will", flags&hasWill != 0), tree.Bool("clean_session", flags&2 != 0)))
	p.described(n, m)
	n.Add(tree.Str("client_id", printed(m.text())))
	if flags&hasWill != 0 {
		will := tree.Of("will")
		p.described(&will, m)
		will.Add(tree.Str("topic", printed(m.text())), tree.Str("message", printed(m.text())))
		n.Add(will)
	}
	if flags&hasUser != 0 {
		n.Add(tree.Str("username", printed(m.text())))
	}
}

func (p *parser) describeTopics(n *tree.Node, kind byte, m *message) {
	n.Add(tree.Num("message_id", identifier(m.take(2))))
	p.described(n, m)
	topics := tree.All("topics")
	for len(m.b) > 0 && !m.short && len(topics.In) < maxTopics {
		topic := printed(m.text())
		if kind == subscribe {
			topics.Add(tree.Of("", tree.Str("topic", topic), tree.Num("qos", m.byte()&3)))
		} else {
			topics.Add(tree.Str("", topic))
		}
	}
	n.Add(topics)
}

func (p *parser) describeCodes(n *tree.Node, kind byte, m *message) {
	n.Add(tree.Num("message_id", identifier(m.take(2))))
	p.described(n, m)
	name := "qos_granted"
	if kind == unsuback {
		name = "reason_codes"
	}
	codes := tree.All(name)
	for len(m.b) > 0 && len(codes.In) < maxTopics {
		codes.Add(tree.Num("", m.byte()))
	}
	if kind == suback || p.version >= version5 {
		n.Add(codes)
	}
}

// describedRest adds properties that may be left out altogether.
func (p *parser) describedRest(n *tree.Node, m *message) {
	if len(m.b) > 0 {
		p.described(n, m)
	}
}

// property is how a property of version 5 is written (§2.2.2.2): 1, 2, 4 bytes, v a variable number, s text, p two texts.
type property struct {
	name string
	kind byte
}

var properties = map[byte]property{
	1: {"payload_format_indicator", 1}, 2: {"message_expiry_interval", 4}, 3: {"content_type", 's'}, 8: {"response_topic", 's'}, 9: {"correlation_data", 's'},
	11: {"subscription_identifier", 'v'}, 17: {"session_expiry_interval", 4}, 18: {"assigned_client_identifier", 's'}, 19: {"server_keep_alive", 2},
	21: {"authentication_method", 's'}, 22: {"authentication_data", 's'}, 23: {"request_problem_information", 1}, 24: {"will_delay_interval", 4},
	25: {"request_response_information", 1}, 26: {"response_information", 's'}, 28: {"server_reference", 's'}, 31: {"reason_string", 's'},
	33: {"receive_maximum", 2}, 34: {"topic_alias_maximum", 2}, 35: {"topic_alias", 2}, 36: {"maximum_qos", 1}, 37: {"retain_available", 1}, 38: {"user_property", 'p'},
	39: {"maximum_packet_size", 4}, 40: {"wildcard_subscription_available", 1}, 41: {"subscription_identifiers_available", 1}, 42: {"shared_subscription_available", 1},
}

// described reads the properties of version 5 into n.
func (p *parser) described(n *tree.Node, m *message) {
	if p.version < version5 {
		return
	}
	size, used := varint(m.b)
	if used <= 0 {
		m.short = true
		return
	}
	m.take(used)
	list := message{b: m.take(size)}
	all := tree.Of("properties")
	for len(list.b) > 0 && !list.short && len(all.In) < maxTopics {
		x, ok := properties[list.byte()]
		if !ok {
			break
		}
		all.Add(x.read(&list))
	}
	if len(all.In) > 0 {
		n.Add(all)
	}
}

func (x property) read(m *message) tree.Node {
	switch x.kind {
	case 's':
		return tree.Str(x.name, printed(m.text()))
	case 'p':
		name := printed(m.text())
		return tree.Str(name, printed(m.text()))
	case 'v':
		v, n := varint(m.b)
		m.take(max(n, 1))
		return tree.Num(x.name, v)
	}
	var w [4]byte
	copy(w[4-x.kind:], m.take(int(x.kind)))
	return tree.Num(x.name, binary.BigEndian.Uint32(w[:]))
}

// printed is text for a record, of a bounded length.
func printed(b []byte) string {
	b = b[:min(len(b), maxText)]
	return string(b)
}
