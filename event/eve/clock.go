package eve

import "time"

// stampLayout is the part of Suricata's timestamps that stays the same for a second.
const stampLayout = "2006-01-02T15:04:05."

// clock writes times; whole seconds are kept, for most events fall into few of them.
type clock struct {
	kept [64]struct {
		second int64
		known  bool
		text   [len(stampLayout)]byte
	}
}

// stamp appends t with microseconds and the numeric zone of UTC, quoted.
func (c *clock) stamp(b []byte, t time.Time) []byte {
	second := t.Unix()
	k := &c.kept[second&63]
	if k.second != second || !k.known {
		var room [48]byte
		text := t.UTC().AppendFormat(room[:0], stampLayout)
		if len(text) != len(k.text) { // years of more than four digits
			b = append(b, '"')
			return append(b, "9999-12-31T23:59:59.999999+0000\""...)
		}
		k.second, k.known = second, true
		copy(k.text[:], text)
	}
	b = append(b, '"')
	b = append(b, k.text[:]...)
	micro := uint32(t.Nanosecond()) / 1000
	x, y, z := &pairs[micro/10_000%100], &pairs[micro/100%100], &pairs[micro%100]
	return append(b, x[0], x[1], y[0], y[1], z[0], z[1], '+', '0', '0', '0', '0', '"')
}
