package memo_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/signature/memo"
	"github.com/yagura-project/yagura/signature/rule"
)

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name string
		rate rule.Rate
		want []bool // for events at 0, 1, 2, 3, 4 s and 15, 16, 17 s
	}{
		{"limit", rule.Rate{Kind: rule.Limit, Count: 2, Seconds: 10}, []bool{true, true, false, false, false, true, true, false}},
		{"threshold", rule.Rate{Kind: rule.Threshold, Count: 2, Seconds: 10}, []bool{false, true, false, true, false, false, true, false}},
		{"both", rule.Rate{Kind: rule.Both, Count: 2, Seconds: 10}, []bool{false, true, false, false, false, false, true, false}},
		{"filter", rule.Rate{Kind: rule.Detection, Count: 2, Seconds: 10}, []bool{false, false, true, true, true, false, false, true}},
		{"backoff", rule.Rate{Kind: rule.Backoff, Count: 1, Multiplier: 2}, []bool{true, true, false, true, false, false, false, true}},
	} {
		l := memo.NewLimits(100)
		var got []bool
		for _, s := range []int64{0, 1, 2, 3, 4, 15, 16, 17} {
			got = append(got, l.Pass(memo.Subject{SID: 1, Src: netip.MustParseAddr("192.0.2.1")}, c.rate, 0, 1e18+s*1e9))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestBits(t *testing.T) {
	b := memo.NewBits(100)
	x, y := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	b.Set(memo.Pair(1, x, y), 0, 10)
	if !b.IsSet(memo.Pair(1, y, x), 5) || b.IsSet(memo.Pair(1, y, x), 11) || b.IsSet(memo.Pair(2, x, y), 5) {
		t.Error("a pair's bit is wrong")
	}
	b.Toggle(memo.Bit{Name: 3, A: x}, 0, 0)
	b.Toggle(memo.Bit{Name: 4, A: x}, 0, 0)
	b.Toggle(memo.Bit{Name: 4, A: x}, 0, 0)
	if !b.IsSet(memo.Bit{Name: 3, A: x}, 1) || b.IsSet(memo.Bit{Name: 4, A: x}, 1) {
		t.Error("toggling is wrong")
	}
}

// TestTurnUnderAClockSetBack ends a turned action when the clock that it began under was years ahead.
func TestTurnUnderAClockSetBack(t *testing.T) {
	l, who := memo.NewLimits(100), memo.Subject{SID: 1, Src: netip.MustParseAddr("192.0.2.1")}
	turn := rule.Turn{Count: 1, Seconds: 10, Timeout: 60, Action: rule.Pass}
	const now, ahead = int64(1e18), int64(1e18 + 1e17)
	l.Turned(who, turn, ahead)
	if !l.Turned(who, turn, ahead+1e9) || !l.Turned(who, turn, ahead) {
		t.Fatal("not turned")
	}
	if l.Turned(who, turn, now) {
		t.Error("turned for years")
	}
}
