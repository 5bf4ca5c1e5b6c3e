package dnp3

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event/tree"
)

// layout says how the points of a kind of object are written.
type layout struct {
	bits   int // of packed points: 1 or 2
	fields []field
	bytes  int
	vary   bool // as long as the variation says
}

type field struct {
	name string
	kind byte // u unsigned, i signed, f float, x flags, s the rest as text, h the rest as hexadecimal digits
	size int  // bytes
	set  []string
}

// size is how many bytes a point has where no prefix says so.
func (l *layout) size(o *object) int {
	if l.vary {
		return int(o.variation)
	}
	return l.bytes
}

// flags by the kind of point, from the lowest bit on (IEEE 1815 §11.6).
var flags = map[string][]string{
	"binary":  {"online", "restart", "comm_lost", "remote_forced", "local_forced", "chatter_filter", "reserved", "state"},
	"double":  {"online", "restart", "comm_lost", "remote_forced", "local_forced", "chatter_filter", "state", "state2"},
	"output":  {"online", "restart", "comm_lost", "remote_forced", "local_forced", "reserved0", "reserved1", "state"},
	"counter": {"online", "restart", "comm_lost", "remote_forced", "local_forced", "rollover", "discontinuity", "reserved1"},
	"analog":  {"online", "restart", "comm_lost", "remote_forced", "local_forced", "over_range", "reference_err", "reserved0"},
}

// text lists the objects of IEEE 1815 Annex A: group, variation and fields. A digit before a name is the width of packed points.
const text = `
1.1 1bit; 1.2 binary; 2.1 binary; 2.2 binary timestamp/u6; 2.3 binary timestamp/u2; 3.1 2bit; 3.2 double; 4.1 double; 4.2 double timestamp/u6
4.3 double relative_time_ms/u2; 10.1 1bit; 10.2 output; 11.1 output; 11.2 output timestamp/u6
12.1 control/u1 count/u1 ontime/u4 offtime/u4 status_code/u1; 12.2 control/u1 count/u1 ontime/u4 offtime/u4 status_code/u1; 12.3 1bit
13.1 status_code/u1; 13.2 status_code/u1 timestamp/u6
20.1 counter count/u4; 20.2 counter count/u2; 20.3 counter count/u4; 20.4 counter count/u2; 20.5 count/u4; 20.6 count/u2; 20.7 count/u4; 20.8 count/u2
21.1 counter count/u4; 21.2 counter count/u2; 21.3 counter count/u4; 21.4 counter count/u2; 21.5 counter count/u4 timestamp/u6
21.6 counter count/u2 timestamp/u6; 21.7 counter count/u4 timestamp/u6; 21.8 counter count/u2 timestamp/u6; 21.9 count/u4; 21.10 count/u2; 21.11 count/u4; 21.12 count/u2
22.1 counter count/u4; 22.2 counter count/u2; 22.3 counter count/u4; 22.4 counter count/u2; 22.5 counter count/u4 timestamp/u6; 22.6 counter count/u2 timestamp/u6
22.7 counter count/u4 timestamp/u6; 22.8 counter count/u2 timestamp/u6
23.1 counter count/u4; 23.2 counter count/u2; 23.3 counter count/u4; 23.4 counter count/u2; 23.5 counter count/u4 timestamp/u6; 23.6 counter count/u2 timestamp/u6
23.7 counter count/u4 timestamp/u6; 23.8 counter count/u2 timestamp/u6
30.1 analog value/i4; 30.2 analog value/i2; 30.3 value/i4; 30.4 value/i2; 30.5 analog value/f4; 30.6 analog value/f8
31.1 analog value/i4; 31.2 analog value/i2; 31.3 analog value/i4 timestamp/u6; 31.4 analog value/i2 timestamp/u6; 31.5 value/i4; 31.6 value/i2
31.7 analog value/f4; 31.8 analog value/f8
32.1 analog value/i4; 32.2 analog value/i2; 32.3 analog value/i4 timestamp/u6; 32.4 analog value/i2 timestamp/u6; 32.5 analog value/f4; 32.6 analog value/f8
32.7 analog value/f4 timestamp/u6; 32.8 analog value/f8 timestamp/u6
33.1 analog value/i4; 33.2 analog value/i2; 33.3 analog value/i4 timestamp/u6; 33.4 analog value/i2 timestamp/u6; 33.5 analog value/f4; 33.6 analog value/f8
33.7 analog value/f4 timestamp/u6; 33.8 analog value/f8 timestamp/u6
34.1 deadband_value/u2; 34.2 deadband_value/u4; 34.3 deadband_value/f4
40.1 analog value/i4; 40.2 analog value/i2; 40.3 analog value/f4; 40.4 analog value/f8
41.1 value/i4 control_status/u1; 41.2 value/i2 control_status/u1; 41.3 value/f4 control_status/u1; 41.4 value/f8 control_status/u1
42.1 analog value/i4; 42.2 analog value/i2; 42.3 analog value/i4 timestamp/u6; 42.4 analog value/i2 timestamp/u6; 42.5 analog value/f4; 42.6 analog value/f8
42.7 analog value/f4 timestamp/u6; 42.8 analog value/f8 timestamp/u6
43.1 status_code/u1 commanded_value/i4; 43.2 status_code/u1 commanded_value/i2; 43.3 status_code/u1 commanded_value/i4 timestamp/u6
43.4 status_code/u1 commanded_value/i2 timestamp/u6; 43.5 status_code/u1 commanded_value/f4; 43.6 status_code/u1 commanded_value/f8
43.7 status_code/u1 commanded_value/f4 timestamp/u6; 43.8 status_code/u1 commanded_value/f8 timestamp/u6
50.1 timestamp/u6; 50.2 timestamp/u6 interval/u4; 50.3 timestamp/u6; 50.4 timestamp/u6 interval_count/u4 interval_units/u1
51.1 timestamp/u6; 51.2 timestamp/u6; 52.1 delay_secs/u2; 52.2 delay_ms/u2
70.2 username_offset/u2 username_size/u2 password_offset/u2 password_size/u2 authentication_key/u4
70.3 filename_offset/u2 filename_size/u2 created/u6 permissions/u2 authentication_key/u4 file_size/u4 operational_mode/u2 maximum_block_size/u2 request_id/u2 filename/s
70.4 file_handle/u4 file_size/u4 maximum_block_size/u2 request_id/u2 status_code/u1 optional_text/s
70.5 file_handle/u4 block_number/u4 file_data/s
70.6 file_handle/u4 block_number/u4 status_code/u1 optional_text/s
70.7 filename_offset/u2 filename_size/u2 file_type/u2 file_size/u4 created_timestamp/u6 permissions/u2 request_id/u2 filename/s
70.8 file_specification/s
80.1 1bit; 81.1 fill_percentage/u1 object_group/u1 variation/u1; 86.2 flags/u1; 102.1 value/u1
101.1 value/h2; 101.2 value/h4; 101.3 value/h8
`

// layouts are those of text, and of strings, which are as long as their variation.
var layouts = readLayouts() // immutable

func readLayouts() map[[2]byte]layout {
	m := map[[2]byte]layout{}
	for line := range strings.Lines(text) {
		for entry := range strings.SplitSeq(line, ";") {
			w := strings.Fields(entry)
			if len(w) < 2 {
				continue
			}
			g, v, _ := strings.Cut(w[0], ".")
			group, _ := strconv.Atoi(g)
			variation, _ := strconv.Atoi(v)
			m[[2]byte{byte(group), byte(variation)}] = readLayout(w[1:])
		}
	}
	for v := range 256 {
		for _, g := range [...]byte{110, 111, 112, 113, 114, 115} {
			m[[2]byte{g, byte(v)}] = layout{vary: true, fields: []field{{name: "string", kind: 's'}}}
		}
	}
	return m
}

func readLayout(words []string) (l layout) {
	for _, w := range words {
		if w == "1bit" || w == "2bit" {
			l.bits = int(w[0] - '0')
			continue
		}
		name, kind, _ := strings.Cut(w, "/")
		f := field{name: name, kind: 'x', size: 1, set: flags[name]}
		if kind != "" {
			f.kind, f.size = kind[0], 0
			if len(kind) > 1 {
				f.size = int(kind[1] - '0')
			}
		}
		l.fields, l.bytes = append(l.fields, f), l.bytes+f.size
	}
	return l
}

// point is one value as a record tells it.
func point(o *object, l *layout, i, prefix uint32, b []byte) tree.Node {
	index := o.start + i
	if o.prefix() >= 1 && o.prefix() <= 3 {
		index = prefix
	} else if o.prefix() >= 4 {
		index = i
	}
	n := tree.Of("", tree.Num("prefix", prefix), tree.Num("index", index))
	if o.prefix() >= 4 {
		n.Add(tree.Num("size", prefix))
	}
	for _, f := range l.fields {
		if len(b) < f.size {
			break
		}
		f.add(&n, b)
		b = b[f.size:]
	}
	return n
}

// add adds a field's value to a point.
func (f *field) add(n *tree.Node, b []byte) {
	var u uint64
	for k := min(f.size, 8) - 1; k >= 0; k-- {
		u = u<<8 | uint64(b[k])
	}
	switch f.kind {
	case 'x':
		for bit, name := range f.set {
			n.Add(tree.Num(name, int(u>>bit&1)))
		}
	case 'i':
		n.Add(tree.Num(f.name, int64(u<<(64-8*f.size))>>(64-8*f.size)))
	case 'f':
		v := math.Float64frombits(u)
		if f.size == 4 {
			v = float64(math.Float32frombits(uint32(u)))
		}
		n.Add(tree.Str(f.name, strconv.FormatFloat(v, 'g', -1, 64)))
	case 's':
		n.Add(tree.Str(f.name, string(b)))
	case 'h':
		n.Add(tree.Str(f.name, hex.EncodeToString(b[:f.size])))
	default:
		n.Add(tree.Num(f.name, int64(u)))
	}
}
