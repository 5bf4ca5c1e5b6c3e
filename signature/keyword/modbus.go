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
	sub            int // subfunction, -1 where there is none
	access, kind   string
	first, last    int // addresses from 1 on; 0 where there are none
	values         []uint16
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
	c.access, c.kind = modbusAccess[c.function][0], modbusAccess[c.function][1]
	d := b[2:]
	word := func(i int) int { return int(binary.BigEndian.Uint16(d[i:])) }
	switch {
	case c.function == 8 && len(d) >= 2:
		c.sub = word(0)
	case c.function == 43 && len(d) >= 1:
		c.sub = int(d[0])
	case c.access == "" || len(d) < 4:
	case c.function == 5:
		c.first, c.last, c.values = word(0)+1, word(0)+1, []uint16{uint16(word(2) >> 15)}
	case c.function == 6 || c.function == 22:
		c.first, c.last, c.values = word(0)+1, word(0)+1, []uint16{uint16(word(2))}
	case c.function == 23 && len(d) >= 9:
		d = d[4:]
		c.first, c.last, c.values = word(0)+1, word(0)+word(2), words16(d[5:])
	default:
		c.first, c.last = word(0)+1, word(0)+word(2)
		if c.function == 16 && len(d) > 5 {
			c.values = words16(d[5:])
		} else if c.function == 15 && len(d) > 5 {
			c.values = coils(d[5:], word(2))
		}
	}
	return c, true
}

func words16(b []byte) (out []uint16) {
	for ; len(b) >= 2; b = b[2:] {
		out = append(out, binary.BigEndian.Uint16(b))
	}
	return out
}

func coils(b []byte, n int) (out []uint16) {
	for i := range min(n, 8*len(b)) {
		out = append(out, uint16(b[i/8]>>(i%8)&1))
	}
	return out
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

// modbus reads modbus: [unit N,] function N[, subfunction N] | function [!]category | access read|write[, table][, address N][, value N].
func modbus(b *builder, _, arg string) error {
	var holds []func(c *modbusCall) bool
	for i, part := range strings.Split(strings.ToLower(arg), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		h, err := modbusPart(name, strings.TrimSpace(rest))
		if err != nil {
			return err
		}
		if name == "" && i == 0 {
			return bad("function, access or unit is missing")
		}
		holds = append(holds, h...)
	}
	return b.valueOf("modbus.request", func(f *wire.Field) bool {
		c, ok := readModbus(f.B)
		for _, h := range holds {
			ok = ok && h(&c)
		}
		return ok
	})
}

func modbusPart(name, rest string) (out []func(c *modbusCall) bool, err error) {
	add := func(h func(c *modbusCall) bool) { out = append(out, h) }
	var x content.Compare
	switch name {
	case "unit", "function", "subfunction", "address", "value":
		if word, not := strings.CutPrefix(rest, "!"); name == "function" && strings.Trim(word, "0123456789") != "" {
			return modbusGroup(word, not)
		}
		if x, err = u16.compare(rest); err != nil {
			return nil, err
		}
	}
	switch name {
	case "unit":
		add(func(c *modbusCall) bool { return x.Holds(uint64(c.unit)) })
	case "function":
		add(func(c *modbusCall) bool { return x.Holds(uint64(c.function)) })
	case "subfunction":
		add(func(c *modbusCall) bool { return c.sub >= 0 && x.Holds(uint64(c.sub)) })
	case "address":
		add(func(c *modbusCall) bool { return c.first > 0 && anyAddress(x, c.first, c.last) })
	case "value":
		add(func(c *modbusCall) bool {
			for _, v := range c.values {
				if x.Holds(uint64(v)) {
					return true
				}
			}
			return false
		})
	case "access":
		how, table, _ := strings.Cut(rest, " ")
		if how != "read" && how != "write" {
			return nil, bad("access %q: read or write", how)
		}
		add(func(c *modbusCall) bool { return c.access == how || how == "read" && c.function == 23 })
		if table = strings.TrimSpace(table); table != "" {
			return append(out, modbusTable(table)), nil
		}
	case "coils", "discretes", "input", "holding":
		add(modbusTable(name))
	default:
		return nil, bad("%q is not known: unit, function, subfunction, access, address or value", name)
	}
	return out, nil
}

func modbusTable(table string) func(c *modbusCall) bool {
	return func(c *modbusCall) bool { return c.kind == table }
}

func modbusGroup(word string, not bool) (out []func(c *modbusCall) bool, err error) {
	switch word {
	case "assigned", "unassigned", "public", "user", "reserved", "all":
	default:
		return nil, bad("function %q: a number, assigned, unassigned, public, user, reserved or all", word)
	}
	return append(out, func(c *modbusCall) bool {
		is := modbusCategory(c)
		return (word == "all" || is == word || word == "public" && (is == "assigned" || is == "unassigned")) != not
	}), nil
}

// maxAddresses bounds how many addresses of one call are compared; a call has at most 2,000 (§6.1).
const maxAddresses = 2000

func anyAddress(x content.Compare, first, last int) bool {
	for a := first; a <= last && a < first+maxAddresses; a++ {
		if x.Holds(uint64(a)) {
			return true
		}
	}
	return false
}
