package mysql

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

func number32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// integer reads a length-encoded integer (§ Protocol::LengthEncodedInteger); false where it is cut, or none begins here.
func integer(b []byte) (v uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	n := 0
	switch c := b[0]; {
	case c < 0xfb:
		return uint64(c), b[1:], true
	case c == 0xfc:
		n = 2
	case c == 0xfd:
		n = 3
	case c == 0xfe:
		n = 8
	default:
		return 0, nil, false
	}
	if len(b) < 1+n {
		return 0, nil, false
	}
	for i := n; i > 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v, b[1+n:], true
}

// chunk reads a length-encoded string; one that is cut is what is there of it.
func chunk(b []byte) (v, rest []byte, ok bool) {
	n, rest, ok := integer(b)
	if !ok {
		return nil, nil, false
	}
	n = min(n, uint64(len(rest)))
	return rest[:n], rest[n:], true
}

// textRow writes the values of a row (§ Text Resultset Row).
func textRow(b []byte) (out []byte) {
	for n := 0; len(b) > 0; n++ {
		if n > 0 {
			out = append(out, ',')
		}
		if b[0] == wantsFile { // NULL
			out, b = append(out, "NULL"...), b[1:]
			continue
		}
		v, rest, ok := chunk(b)
		if !ok {
			return out
		}
		out, b = append(out, v...), rest
	}
	return out
}

// Types of columns (§ Column Types) whose binary form is no string.
const (
	typeTiny     = 1
	typeShort    = 2
	typeLong     = 3
	typeFloat    = 4
	typeDouble   = 5
	typeNull     = 6
	typeStamp    = 7
	typeLongLong = 8
	typeInt24    = 9
	typeDate     = 10
	typeTime     = 11
	typeDateTime = 12
	typeYear     = 13
)

// column is what the form of its values hangs on.
type column struct {
	kind     byte
	unsigned bool
}

// columnOf reads the end of § Column Definition, which stands at the end of the packet: kind, flags, decimals and two zeros.
func columnOf(b []byte) column {
	if len(b) < 6 {
		return column{}
	}
	b = b[len(b)-6:]
	return column{b[0], b[1]&0x20 != 0}
}

// binaryRow writes the values of a row (§ Binary Protocol Resultset Row): a zero, a bit for each value that is NULL, from the third on, and the others.
func binaryRow(b []byte, columns []column) (out []byte) {
	bits := (len(columns) + 9) / 8
	if len(b) < 1+bits || len(columns) == 0 {
		return nil
	}
	null, b := b[1:1+bits], b[1+bits:]
	for i, c := range columns {
		if i > 0 {
			out = append(out, ',')
		}
		if null[(i+2)/8]>>((i+2)%8)&1 != 0 {
			out = append(out, "NULL"...)
			continue
		}
		ok := false
		if out, b, ok = c.write(out, b); !ok {
			return out
		}
	}
	return out
}

// widths are those of numbers (§ Binary Protocol Value).
var widths = [16]byte{typeTiny: 1, typeShort: 2, typeLong: 4, typeFloat: 4, typeDouble: 8, typeLongLong: 8, typeInt24: 4, typeYear: 2}

// write appends the value that b begins with; false where it is cut.
func (c column) write(out, b []byte) (_, rest []byte, ok bool) {
	width := 0
	if c.kind < 16 {
		width = int(widths[c.kind])
	}
	switch {
	case width > 0:
		if len(b) < width {
			return out, nil, false
		}
		return c.number(out, b[:width]), b[width:], true
	case c.kind == typeNull:
		return append(out, "NULL"...), b, true
	}
	v, rest, ok := chunk(b)
	if !ok {
		return out, nil, false
	}
	switch c.kind {
	case typeDate, typeDateTime, typeStamp:
		return date(out, v), rest, true
	case typeTime:
		return clock(out, v), rest, true
	}
	return append(out, v...), rest, true
}

func (c column) number(out, b []byte) []byte {
	var room [8]byte
	copy(room[:], b)
	v := binary.LittleEndian.Uint64(room[:])
	switch {
	case c.kind == typeFloat:
		return strconv.AppendFloat(out, float64(math.Float32frombits(uint32(v))), 'g', -1, 32)
	case c.kind == typeDouble:
		return strconv.AppendFloat(out, math.Float64frombits(v), 'g', -1, 64)
	case c.unsigned || c.kind == typeYear:
		return strconv.AppendUint(out, v, 10)
	}
	shift := 64 - 8*len(b)
	return strconv.AppendInt(out, int64(v<<shift)>>shift, 10)
}

// date writes 2026-11-22 08:09:10.000011, as far as it was sent.
func date(out, b []byte) []byte {
	if len(b) < 4 {
		return append(out, "0000-00-00"...)
	}
	out = fmt.Appendf(out, "%04d-%02d-%02d", binary.LittleEndian.Uint16(b), b[2], b[3])
	if len(b) >= 7 {
		out = fmt.Appendf(out, " %02d:%02d:%02d", b[4], b[5], b[6])
	}
	return micro(out, b, 7)
}

// clock writes -25:01:02: a sign, days, hours, minutes, seconds.
func clock(out, b []byte) []byte {
	if len(b) < 8 {
		return append(out, "00:00:00"...)
	}
	if b[0] != 0 {
		out = append(out, '-')
	}
	out = fmt.Appendf(out, "%02d:%02d:%02d", uint64(number32(b[1:]))*24+uint64(b[5]), b[6], b[7])
	return micro(out, b, 8)
}

func micro(out, b []byte, at int) []byte {
	if len(b) < at+4 {
		return out
	}
	return fmt.Appendf(out, ".%06d", number32(b[at:]))
}

// behindAttributes is the statement behind the attributes of § COM_QUERY; nil where they are cut.
func behindAttributes(b []byte) []byte {
	n, b, ok := integer(b)
	if !ok || n > maxColumns {
		return nil
	}
	if _, b, ok = integer(b); !ok {
		return nil
	}
	if n == 0 {
		return b
	}
	bits := int(n+7) / 8
	if len(b) < bits+1 || b[bits] != 1 { // new values are bound
		return nil
	}
	null, b := b[:bits], b[bits+1:]
	kinds := make([]column, 0, n)
	for range n {
		if len(b) < 2 {
			return nil
		}
		kinds = append(kinds, column{kind: b[0]})
		if _, b, ok = chunk(b[2:]); !ok {
			return nil
		}
	}
	for i, c := range kinds {
		if null[i/8]>>(i%8)&1 != 0 {
			continue
		}
		if _, b, ok = c.write(nil, b); !ok {
			return nil
		}
	}
	return b
}
