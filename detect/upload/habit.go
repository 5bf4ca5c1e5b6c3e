package upload

import "math/bits"

// habit is how much a machine sends to one destination in an hour, as counts by powers of two of bytes.
type habit struct {
	count [40]uint16
	n     int
}

func (h *habit) add(out uint64) {
	i := min(bits.Len64(out), len(h.count)-1)
	if h.count[i] == ^uint16(0) { // halve all: the newer counts for more
		h.n = 0
		for j := range h.count {
			h.count[j] /= 2
			h.n += int(h.count[j])
		}
	}
	h.count[i]++
	h.n++
}

// enough is how many hours make a habit.
const enough = 20

// p95 is the upper bound of the hours below which 95 of 100 lie; 0 while too few are known.
func (h *habit) p95() uint64 {
	if h == nil || h.n < enough {
		return 0
	}
	left := h.n - h.n*95/100
	for i := len(h.count) - 1; i >= 0; i-- {
		if left -= int(h.count[i]); left <= 0 {
			return 1 << i
		}
	}
	return 0
}
