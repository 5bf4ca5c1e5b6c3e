package smb

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestFull writes to a file so far ahead, and so scattered, that not all can wait for what comes before.
func TestFull(t *testing.T) {
	for name, c := range map[string]struct {
		step  uint64
		size  int
		times int
		want  []string
	}{
		"few":         {100 << 10, 1 << 10, 20, nil},
		"scattered":   {100 << 10, 1 << 10, 200, []string{"smb.write_queue_cnt_exceeded"}},
		"large":       {1 << 20, 60 << 10, 55, nil},
		"much larger": {200 << 10, 128 << 10, 40, []string{"smb.write_queue_size_exceeded"}},
	} {
		var says []flowtest.Say
		for i := range c.times {
			says = append(says, flowtest.Up(string(writeRequest(uint64(i), 1, 1+c.step*uint64(i), c.size))))
		}
		if got := flowtest.Odd(t, 445, false, says, Protocol); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestTooMany asks 3,000 times, and is never answered.
func TestTooMany(t *testing.T) {
	var says []flowtest.Say
	for i := range 3000 {
		says = append(says, flowtest.Up(string(writeRequest(uint64(i), 1, uint64(i), 1))))
	}
	if got := flowtest.Odd(t, 445, false, says, Protocol); !slices.Equal(got, []string{"smb.too_many_transactions"}) {
		t.Errorf("%q", got)
	}
}
