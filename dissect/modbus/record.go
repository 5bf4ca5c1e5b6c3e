package modbus

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// maxUntold is how many requests wait to be told together with their answers; the oldest one is told without.
const maxUntold = 64

// message is one on the wire, b from its function on.
type message struct {
	id   uint16
	unit byte
	b    []byte
}

// said is a message in all its parts; odd names what is wrong with it.
func (m message) said(dir dissect.Dir, odd string) tree.Node {
	f, flags := words[m.b[0]&^failed], faults[odd]
	if f.name == "" {
		f.name = "Unknown"
	}
	name := "request"
	if dir == dissect.Resp {
		name = "response"
	}
	n := tree.Of(name, tree.Num("transaction_id", m.id), tree.Num("protocol_id", 0), tree.Num("unit_id", m.unit), tree.Num("function_raw", m.b[0]),
		tree.Str("function_code", f.name), tree.Str("access_type", or(f.access, "NONE")), tree.Str("category", category(m.b)), tree.Str("error_flags", or(flags, "NONE")))
	switch {
	case dir == dissect.Resp && m.b[0] >= failed:
		n.Add(exception(m.b)...)
	case dir == dissect.Resp:
		n.Add(answered(m.b)...)
	default:
		n.Add(asked(m.b)...)
	}
	return n
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func exception(b []byte) []tree.Node {
	if len(b) < 2 {
		return nil
	}
	return []tree.Node{tree.Of("exception", tree.Num("raw", b[1]), tree.Str("code", at(exceptions[:], b[1], "Unknown")))}
}

// within is a function of a function, and what comes with it.
func within(b []byte) []tree.Node {
	switch {
	case b[0] == diagnostic && len(b) >= 3:
		code := number(b, 1)
		return []tree.Node{tree.Of("diagnostic", tree.Num("raw", code), tree.Str("code", at(diagnostics[:], code, "Reserved")), tree.Str("data", string(b[3:])))}
	case b[0] == transport && len(b) >= 2:
		return []tree.Node{tree.Of("mei", tree.Num("raw", b[1]), tree.Str("code", or(transports[b[1]], "Unknown")), tree.Str("data", string(b[2:])))}
	case len(b) > 1:
		return []tree.Node{tree.Str("data", string(b[1:]))}
	}
	return nil
}

// number is that of two bytes at an index.
func number(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }

// asked is what a request is for (§6.1–§6.6, §6.11, §6.12, §6.16, §6.17).
func asked(b []byte) []tree.Node {
	switch code := b[0]; {
	case code >= 1 && code <= 4 && len(b) >= 5:
		return []tree.Node{span("read", b[1:])}
	case (code == 15 || code == 16) && len(b) >= 6:
		return []tree.Node{values(b[1:])}
	case code == 23 && len(b) >= 10:
		return []tree.Node{span("read", b[1:]), values(b[5:])}
	}
	return written(b)
}

// span is what is read, or written to: from which address on, and how much.
func span(name string, b []byte) tree.Node {
	return tree.Of(name, tree.Num("address", number(b, 0)), tree.Num("quantity", number(b, 2)))
}

// values are written from an address on.
func values(b []byte) tree.Node {
	n := span("write", b)
	n.Add(tree.Str("data", string(b[5:])))
	return n
}

// answered is what an answer brings.
func answered(b []byte) []tree.Node {
	switch code := b[0]; {
	case (code >= 1 && code <= 4 || code == 23) && len(b) >= 2:
		return []tree.Node{tree.Of("read", tree.Str("data", string(b[2:])))}
	case (code == 15 || code == 16) && len(b) >= 5:
		return []tree.Node{tree.Of("write", tree.Num("address", number(b, 1)), tree.Num("data", number(b, 3)))}
	}
	return written(b)
}

// written is one value, or a mask, and what its answer repeats; else bytes as they are.
func written(b []byte) []tree.Node {
	switch code := b[0]; {
	case (code == 5 || code == 6) && len(b) >= 5:
		return []tree.Node{tree.Of("write", tree.Num("address", number(b, 1)), tree.Num("data", number(b, 3)))}
	case code == 22 && len(b) >= 7:
		return []tree.Node{tree.Of("write", tree.Num("address", number(b, 1)), tree.Num("and_mask", number(b, 3)), tree.Num("or_mask", number(b, 5)))}
	}
	return within(b)
}

// tell records an exchange, once: a request with its answer, as far as they came.
func (p *parser) tell(c *call, said ...tree.Node) tree.Node {
	whole := tree.Of("modbus", tree.Num("id", c.number))
	if c.said != nil {
		whole.Add(*c.said)
	}
	whole.Add(said...)
	if p.f.Detailed() && !c.told {
		p.f.Record("modbus", dissect.Orig, whole)
	}
	c.told = true
	return whole
}
