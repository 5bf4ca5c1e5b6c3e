package detect

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

var day = time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)

func TestTableIsBounded(t *testing.T) {
	tab := NewTable[int, int](3, time.Minute)
	for i := range 5 {
		v, isNew := tab.Touch(i, day)
		if !isNew || *v != 0 {
			t.Fatalf("key %d is not new", i)
		}
		*v = i
	}
	if tab.Peek(1, day) != nil || *tab.Peek(4, day) != 4 {
		t.Error("the least recently touched key goes first")
	}
	if st := tab.Stats(); st.Keys != 3 || st.Evicted != 2 {
		t.Errorf("%+v", st)
	}
	if v, isNew := tab.Touch(4, day.Add(2*time.Minute)); !isNew || *v != 0 {
		t.Error("a key that was idle for too long starts anew")
	}
	tab.Expire(day.Add(2 * time.Minute))
	if tab.Len() != 1 {
		t.Errorf("%d keys after expiry, want 1", tab.Len())
	}
}

func TestHours(t *testing.T) {
	var h Hours
	for m := range 9 * 60 {
		h.Mark(day.Add(time.Duration(m) * time.Minute))
	}
	if !h.On(day.Add(time.Hour)) || h.On(day.Add(10*time.Hour)) {
		t.Error("on in the morning, off at night")
	}
	if got := h.Active(day, day.AddDate(0, 0, 1)); got != 9*time.Hour {
		t.Errorf("active %s, want 9h", got)
	}
	h.Mark(day.AddDate(0, 0, 15)) // older than the memory
	if h.On(day.Add(time.Hour)) {
		t.Error("15 days ago is forgotten")
	}
}

func TestPrevalence(t *testing.T) {
	f := NewFacts(func(ip netip.Addr) bool { return ip.As4()[0] == 10 })
	dst := netip.MustParseAddr("198.51.100.9")
	for i := range 40 {
		f.Observe(&event.NetworkActivity{Header: event.Header{Time: day}, Activity: event.FlowOpen,
			Conn: event.Conn{Src: event.Endpoint{IP: netip.AddrFrom4([4]byte{10, 0, 0, byte(i % 5)})}, Dst: event.Endpoint{IP: dst}}})
	}
	if n := f.Prevalence(dst, day); n != 5 {
		t.Errorf("prevalence %d, want 5", n)
	}
	if n := f.Prevalence(dst, day.AddDate(0, 0, 15)); n != 0 {
		t.Errorf("prevalence %d after 15 days, want 0", n)
	}
	if at := f.FirstContact(netip.AddrFrom4([4]byte{10, 0, 0, 1}), dst, day); !at.Equal(day) {
		t.Errorf("first contact %s", at)
	}
}

// TestTableExpiresAsIfItLooked holds Expire, which mostly need not look, against one that always does: through clocks that leap and
// go back, touches out of order, and keys that are dropped.
func TestTableExpiresAsIfItLooked(t *testing.T) {
	for _, idle := range []time.Duration{0, time.Minute, 3 * time.Hour} {
		r := rand.New(rand.NewPCG(7, uint64(idle)))
		tab, always := NewTable[int, int](9, idle), NewTable[int, int](9, idle)
		now := day
		for step := range 20_000 {
			switch k := r.IntN(12); r.IntN(12) {
			case 0:
				now = now.Add(time.Duration(r.Int64N(int64(4 * time.Hour))))
			case 1:
				now = now.Add(-time.Duration(r.Int64N(int64(2 * time.Hour))))
			case 2:
				tab.Drop(k)
				always.Drop(k)
			case 3, 4, 5:
				at := now.Add(time.Duration(r.Int64N(int64(2*time.Minute))) - time.Minute)
				if r.IntN(20) == 0 {
					at = now.Add(5 * time.Hour)
				}
				tab.Touch(k, at)
				always.Touch(k, at)
			default:
				now = now.Add(time.Duration(r.Int64N(int64(10 * time.Second))))
			}
			always.quiet = 0
			tab.Expire(now)
			always.Expire(now)
			if a, b := slices.Sorted(maps.Keys(tab.byKey)), slices.Sorted(maps.Keys(always.byKey)); !slices.Equal(a, b) {
				t.Fatalf("idle %s, step %d: %v, want %v", idle, step, a, b)
			}
		}
	}
}
