package capture

import (
	"sync/atomic"
	"testing"
	"time"
)

// year is one of a packet's time, in nanoseconds.
const year = int64(365 * 24 * time.Hour)

// TestStoreFuture puts a packet of the year 2106 among others, and lets the clock go back by an hour: none is lost by it, neither
// when it comes nor for a later process, and all are found by their times.
func TestStoreFuture(t *testing.T) {
	cfg := DefaultStoreConfig()
	cfg.Dir, cfg.MaxAge = t.TempDir(), time.Hour
	s := keep(t, cfg)
	l := s.Lane(&nowhere{})
	now := time.Now().UnixNano()
	put := func(nanos int64) {
		before := s.packets.Load() + s.lost.Load()
		l.Packet(&Packet{Nanos: nanos, Data: frame("10.0.0.1", "10.0.0.2", 100), OrigLen: 100, Link: LinkEthernet})
		l.Flush()
		settled(t, s, before+1)
	}
	put(now)
	put(now + 80*year)
	put(now + 1e9)
	put(now - int64(time.Hour))
	put(now + 81*year)
	check := func(when string) {
		t.Helper()
		for _, c := range []struct{ from, to, want int64 }{
			{now, now, 1}, {now + 1e9, now + 1e9, 1}, {now - int64(time.Hour), now - int64(time.Minute), 1}, {now + year, now + 90*year, 2}, {0, now + 90*year, 5},
		} {
			if got := extract(t, s, c.from, c.to, "10.0.0.1"); int64(len(got)) != c.want {
				t.Errorf("%s: from %d to %d seconds: %d packets of %d", when, (c.from-now)/1e9, (c.to-now)/1e9, len(got), c.want)
			}
		}
	}
	check("at once")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = keep(t, cfg)
	check("by another process")
	check("by what the index says")
	l = s.Lane(&nowhere{})
	put(now + 2e9)
	if list := s.shelf.list(); list[len(list)-1].last != now+2e9 {
		t.Error("what came last does not stand last")
	}
	if got := extract(t, s, 0, now+90*year); len(got) != 6 {
		t.Errorf("%d packets of 6 after another one", len(got))
	}
}

// TestStoreAge ends files by the time since they were written.
func TestStoreAge(t *testing.T) {
	cfg := DefaultStoreConfig()
	cfg.Dir, cfg.MaxAge = t.TempDir(), time.Hour
	var clock atomic.Int64
	s, err := openStore(cfg, func() time.Duration { return time.Duration(clock.Load()) })
	if err != nil {
		t.Fatal(err)
	}
	l := s.Lane(&nowhere{})
	for i := range 100 { // four hours in steps of 144 s
		clock.Store(int64(i) * int64(144*time.Second))
		l.Packet(&Packet{Nanos: 80*year - int64(i)*int64(time.Hour), Data: frame("10.0.0.1", "10.0.0.2", 100), OrigLen: 100, Link: LinkEthernet})
		l.Flush()
		settled(t, s, uint64(i+1))
	}
	got := extract(t, s, 0, 81*year)
	if n := len(got); n < 25 || n > 25+5 { // an hour of them, and at most an eighth more
		t.Errorf("%d packets are kept of the last hour's 25", n)
	}
	if len(got) > 0 && got[0].Nanos != 80*year-99*int64(time.Hour) {
		t.Error("the last one is not there")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
