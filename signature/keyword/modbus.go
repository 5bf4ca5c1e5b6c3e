package keyword

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
)

// modbusCall is a request as the keyword asks for it (Modbus Application Protocol V1.1b3 §6).
type modbusCall struct {
	unit, function byte
	sub            int           // subfunction, -1 where there is none
	spans          [2]modbusSpan // what it reads or writes; function 23 does both
}

// modbusSpan is what a request reads or writes of one table.
type modbusSpan struct {
	access, kind string // "" of both: none
	first, last  int    // addresses from 1 on
	data         []byte // values that are written, from the first address on
	bits         bool   // eight values a byte, from the lowest bit on, not words
}

// modbusAccess is how a function gets at which table.
var modbusAccess = map[byte][2]string{1: {"read", "coils"}, 2: {"read", "discretes"}, 3: {"read", "holding"}, 4: {"read", "input"}, 5: {"write", "coils"},
	6: {"write", "holding"}, 15: {"write", "coils"}, 16: {"write", "holding"}, 22: {"write", "holding"}, 23: {"write", "holding"}}

// readModbus reads unit, function and data.
func readModbus(b []byte) (c modbusCall, ok bool) {
	if len(b) < 2 {
		return c, false
	}
	c.unit, c.function, c.sub = b[0], b[1], -1
	d := b[2:]
	word := func(i int) int { return int(binary.BigEndian.Uint16(d[i:])) }
	s := &c.spans[0]
	s.access, s.kind = modbusAccess[c.function][0], modbusAccess[c.function][1]
	switch {
	case c.function == 8 && len(d) >= 2:
		c.sub = word(0)
	case c.function == 43 && len(d) >= 1:
		c.sub = int(d[0])
	case s.access == "" || len(d) < 4:
	case c.function == 5:
		s.first, s.last, s.data, s.bits = word(0)+1, word(0)+1, []byte{d[2] >> 7}, true
	case c.function == 6:
		s.first, s.last, s.data = word(0)+1, word(0)+1, d[2:4]
	case c.function == 22:
		s.first, s.last = word(0)+1, word(0)+1
		if word(2) == 0 && len(d) >= 6 { // no bit stays as it was
			s.data = d[4:6]
		}
	case c.function == 23 && len(d) < 9:
	case c.function == 23:
		c.spans[1] = modbusSpan{access: "read", kind: "holding", first: word(0) + 1, last: word(0) + word(2)}
		s.first, s.last, s.data = word(4)+1, word(4)+word(6), d[9:]
	default:
		s.first, s.last = word(0)+1, word(0)+word(2)
		if (c.function == 15 || c.function == 16) && len(d) > 5 {
			s.data, s.bits = d[5:], c.function == 15
		}
	}
	return c, true
}

// value is what is written to an address; false when nothing is.
func (s *modbusSpan) value(address int) (uint64, bool) {
	i := address - s.first
	switch {
	case s.bits && i/8 < len(s.data):
		return uint64(s.data[i/8] >> (i % 8) & 1), true
	case !s.bits && 2*i+1 < len(s.data):
		return uint64(binary.BigEndian.Uint16(s.data[2*i:])), true
	}
	return 0, false
}

// modbusCategory is a function's, with its subfunction, by §5 of the same document.
func modbusCategory(c *modbusCall) string {
	switch f := c.function; {
	case f >= 65 && f <= 72, f >= 100 && f <= 110:
		return "user"
	case f == 8 && (c.sub == 19 || c.sub >= 21), f == 43 && c.sub != 13 && c.sub != 14,
		f == 9, f == 10, f == 13, f == 14, f == 41, f == 42, f == 90, f == 91, f >= 125 && f <= 127:
		return "reserved"
	case f >= 1 && f <= 8, f == 11, f == 12, f >= 15 && f <= 17, f >= 20 && f <= 24, f == 43:
		return "assigned"
	}
	return "unassigned"
}

// modbusAsk is what a rule asks of a request: all of call, and of one span all the rest.
type modbusAsk struct {
	call           []func(c *modbusCall) bool
	access, kind   string           // "": any
	address, value *content.Compare // nil: any; the value is that of the address
}

// modbus reads modbus: [unit N,] function N[, subfunction N] | function [!]category | access read|write[, table][, address N][, value N].
func modbus(b *builder, _, arg string) error {
	var ask modbusAsk
	for i, part := range strings.Split(strings.ToLower(arg), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		if err := ask.add(name, strings.TrimSpace(rest)); err != nil {
			return err
		}
		if name == "" && i == 0 {
			return bad("function, access or unit is missing")
		}
	}
	return b.valueOf("modbus.request", func(f *wire.Field) bool {
		c, ok := readModbus(f.B)
		return ok && ask.holds(&c)
	})
}

// holds reports that a request is what is asked for.
func (a *modbusAsk) holds(c *modbusCall) bool {
	for _, h := range a.call {
		if !h(c) {
			return false
		}
	}
	if a.access == "" && a.kind == "" && a.address == nil && a.value == nil {
		return true
	}
	for i := range c.spans {
		if s := &c.spans[i]; s.access != "" && (a.access == "" || s.access == a.access) && (a.kind == "" || s.kind == a.kind) && a.within(s) {
			return true
		}
	}
	return false
}

// maxAddresses bounds how many addresses of one call are compared; a call has at most 2,000 (§6.1).
const maxAddresses = 2000

// within reports that the span has an address, and at it a value, as asked for.
func (a *modbusAsk) within(s *modbusSpan) bool {
	if a.address == nil && a.value == nil {
		return true
	}
	if s.first == 0 {
		return false
	}
	for at := s.first; at <= s.last && at < s.first+maxAddresses; at++ {
		if a.address != nil && !a.address.Holds(uint64(at)) {
			continue
		}
		if a.value == nil {
			return true
		}
		if v, written := s.value(at); written && a.value.Holds(v) {
			return true
		}
	}
	return false
}

// add reads one part of the keyword's value.
func (a *modbusAsk) add(name, rest string) (err error) {
	var x content.Compare
	switch name {
	case "unit", "function", "subfunction", "address", "value":
		if word, not := strings.CutPrefix(rest, "!"); name == "function" && strings.Trim(word, "0123456789") != "" {
			return a.group(word, not)
		}
		if x, err = u16.compare(rest); err != nil {
			return err
		}
	}
	switch name {
	case "unit":
		a.call = append(a.call, func(c *modbusCall) bool { return x.Holds(uint64(c.unit)) })
	case "function":
		a.call = append(a.call, func(c *modbusCall) bool { return x.Holds(uint64(c.function)) })
	case "subfunction":
		a.call = append(a.call, func(c *modbusCall) bool { return c.sub >= 0 && x.Holds(uint64(c.sub)) })
	case "address":
		a.address = &x
	case "value":
		a.value = &x
	case "access":
		how, table, _ := strings.Cut(rest, " ")
		if how != "read" && how != "write" {
			return bad("access %q: read or write", how)
		}
		if a.access = how; table != "" {
			return a.add(strings.TrimSpace(table), "")
		}
	case "coils", "discretes", "input", "holding":
		a.kind = name
	default:
		return bad("%q is not known: unit, function, subfunction, access, address or value", name)
	}
	return nil
}

func (a *modbusAsk) group(word string, not bool) error {
	switch word {
	case "assigned", "unassigned", "public", "user", "reserved", "all":
	default:
		return bad("function %q: a number, assigned, unassigned, public, user, reserved or all", word)
	}
	a.call = append(a.call, func(c *modbusCall) bool {
		is := modbusCategory(c)
		return (word == "all" || is == word || word == "public" && (is == "assigned" || is == "unassigned")) != not
	})
	return nil
}
