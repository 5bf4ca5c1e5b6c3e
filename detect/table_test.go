package detect

import (
	"net/netip"
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
