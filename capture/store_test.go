package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// nowhere is a sink that counts.
type nowhere struct{ packets int }

func (n *nowhere) Packet(*Packet)    { n.packets++ }
func (n *nowhere) Advance(time.Time) {}

// frame is an IPv4 packet of n bytes between two hosts.
func frame(src, dst string, n int) []byte {
	b := make([]byte, max(n, 34))
	b[12], b[13], b[14] = 8, 0, 0x45
	s, d := netip.MustParseAddr(src).As4(), netip.MustParseAddr(dst).As4()
	copy(b[26:], s[:])
	copy(b[30:], d[:])
	return b
}

func keep(t *testing.T, c StoreConfig) *Store {
	t.Helper()
	s, err := OpenStore(c)
	if err != nil {
		t.Fatal(err)
	}
	s.lock.Close() // as a process that was killed leaves it
	s.lock = nil
	return s
}

// settled waits until n packets are written or lost.
func settled(t *testing.T, s *Store, n uint64) {
	t.Helper()
	for s.packets.Load()+s.lost.Load() < n {
		if t.Context().Err() != nil {
			t.Fatal("the writer does not finish")
		}
		time.Sleep(time.Millisecond)
	}
}

func extract(t *testing.T, s *Store, from, to int64, hosts ...string) []Packet {
	t.Helper()
	var list []netip.Addr
	for _, h := range hosts {
		list = append(list, netip.MustParseAddr(h))
	}
	var out bytes.Buffer
	n, err := s.Extract(t.Context(), time.Unix(0, from), time.Unix(0, to), list, &out)
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 && out.Len() == 0 {
		return nil
	}
	f, err := NewFile(&out, "extract")
	if err != nil {
		t.Fatal(err)
	}
	var all []Packet
	for {
		var p Packet
		if err := f.Next(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		p.Data = bytes.Clone(p.Data)
		all = append(all, p)
	}
	if len(all) != n {
		t.Errorf("%d packets in the file, %d said", len(all), n)
	}
	return all
}

// TestStore puts packets of three hosts through two lanes and asks for them again, also after a process that did not end well.
func TestStore(t *testing.T) {
	cfg := DefaultStoreConfig()
	cfg.Dir = filepath.Join(t.TempDir(), "ring")
	s := keep(t, cfg)
	var rest nowhere
	lanes := []*Lane{s.Lane(&rest), s.Lane(&rest)}
	for i := range 3000 {
		p := Packet{Nanos: int64(i) * 1e6, Data: frame("10.0.0.1", "10.0.0.2", 60+i%900), OrigLen: 60 + i%900, Link: LinkEthernet, Iface: "eth1"}
		switch i % 3 {
		case 1:
			p.Data, p.VLAN = frame("10.0.0.3", "10.0.0.1", 200), 7
		case 2:
			p.Data, p.Link, p.Iface = frame("10.0.0.3", "10.0.0.4", 99)[14:], LinkRaw, "tun0"
		}
		lanes[i%2].Packet(&p)
	}
	for _, l := range lanes {
		l.Flush()
	}
	settled(t, s, 3000)
	s = keep(t, cfg) // the old one is left as a killed process leaves it
	if rest.packets != 3000 {
		t.Errorf("%d packets were handed on", rest.packets)
	}
	all := extract(t, s, 0, 3e9)
	if len(all) != 3000 {
		t.Fatalf("%d packets", len(all))
	}
	for i, p := range all {
		if p.Nanos != int64(i)*1e6 {
			t.Fatalf("packet %d stands at %d ns", i, p.Nanos)
		}
	}
	if p := all[0]; p.Iface != "eth1" || p.OrigLen != 60 || !bytes.Equal(p.Data, frame("10.0.0.1", "10.0.0.2", 60)) {
		t.Errorf("%+v", p)
	}
	if p := all[1]; !bytes.Equal(p.Data[12:18], []byte{0x81, 0, 0, 7, 8, 0}) || p.OrigLen != len(p.Data) {
		t.Errorf("the VLAN tag is not back: % x", p.Data[:20])
	}
	if p := all[2]; p.Link != LinkRaw || p.Iface != "tun0" {
		t.Errorf("%+v", p)
	}
	for _, c := range []struct {
		from, to int64
		hosts    []string
		want     int
	}{
		{0, 3e9, []string{"10.0.0.4"}, 1000}, {0, 3e9, []string{"10.0.0.1"}, 2000}, {0, 3e9, []string{"10.0.0.1", "10.0.0.3"}, 1000},
		{0, 3e9, []string{"192.0.2.1"}, 0}, {3e6, 5e6, nil, 3}, {9e9, 10e9, nil, 0},
	} {
		if got := extract(t, s, c.from, c.to, c.hosts...); len(got) != c.want {
			t.Errorf("%v from %d to %d: %d packets, want %d", c.hosts, c.from, c.to, len(got), c.want)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// hundred keeps as many packets in a store and gives the file that they stand in.
func hundred(t *testing.T) (cfg StoreConfig, path string) {
	t.Helper()
	cfg = DefaultStoreConfig()
	cfg.Dir = t.TempDir()
	s := keep(t, cfg)
	l := s.Lane(&nowhere{})
	for i := range 100 {
		l.Packet(&Packet{Nanos: int64(i), Data: frame("10.0.0.1", "10.0.0.2", 100), OrigLen: 100, Link: LinkEthernet})
	}
	l.Flush()
	settled(t, s, 100)
	return cfg, s.shelf.list()[0].path
}

// TestStoreTorn cuts the newest file and its index where a kill may leave them.
func TestStoreTorn(t *testing.T) {
	cfg, path := hundred(t)
	if err := os.Truncate(path+indexSuffix, 11); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, st.Size()-5); err != nil {
		t.Fatal(err)
	}
	if got := extract(t, keep(t, cfg), 0, 1e9, "10.0.0.1"); len(got) != 99 {
		t.Errorf("%d packets of 99 whole ones", len(got))
	}
}

// TestStoreBounds fills the ring twice over: it stays within its size, the oldest go, and time ends what is too old.
func TestStoreBounds(t *testing.T) {
	cfg := DefaultStoreConfig()
	cfg.Dir, cfg.MaxMB, cfg.SegmentMB, cfg.MaxAge = t.TempDir(), 64, 4, time.Hour
	var clock atomic.Int64
	s, err := openStore(cfg, func() time.Duration { return time.Duration(clock.Load()) })
	if err != nil {
		t.Fatal(err)
	}
	l := s.Lane(&nowhere{})
	const packets = 2 * 64 << 10 / 8
	for i := range packets {
		l.Packet(&Packet{Nanos: int64(i) * 1e6, Data: frame("10.0.0.1", "10.0.0.2", 8<<10), OrigLen: 8 << 10, Link: LinkEthernet})
		if i%256 == 0 {
			settled(t, s, uint64(max(0, i-512)))
		}
	}
	l.Flush()
	settled(t, s, packets)
	st := s.Stats()
	if st.Lost != 0 || st.OnDisk > 64<<20 || st.OnDisk < 50<<20 || st.Segments < 10 || st.Oldest.UnixNano() == 0 {
		t.Errorf("%+v", st)
	}
	if got := extract(t, s, 0, 1e6); len(got) != 0 {
		t.Error("the oldest packets are still there")
	}
	clock.Store(int64(3 * time.Hour))
	l.Packet(&Packet{Nanos: int64(3 * time.Hour), Data: frame("10.0.0.1", "10.0.0.2", 60), OrigLen: 60, Link: LinkEthernet})
	l.Advance(time.Unix(0, int64(3*time.Hour+2*time.Second)))
	settled(t, s, packets+1)
	if st := s.Stats(); st.Segments != 1 {
		t.Errorf("after three hours: %+v", st)
	}
}

// TestStoreSlow gives more than the disk takes: what is lost is counted, and nobody waits.
func TestStoreSlow(t *testing.T) {
	cfg := DefaultStoreConfig()
	cfg.Dir = t.TempDir()
	s := &Store{cfg: cfg, queue: make(chan *chunk, chunkMax), spare: make(chan *chunk, chunkMax)} // nobody writes
	var rest nowhere
	l := s.Lane(&rest)
	p := Packet{Data: make([]byte, 200<<10), OrigLen: 200 << 10, Link: LinkEthernet}
	const packets = 5*chunkMax + 100
	for range packets {
		l.Packet(&p)
	}
	if rest.packets != packets || s.lost.Load() != 100 {
		t.Errorf("%d handed on, %d lost", rest.packets, s.lost.Load())
	}
}

// TestEndpoints looks into tunnels.
func TestEndpoints(t *testing.T) {
	inner := frame("192.168.1.1", "192.168.1.2", 60)
	outer := func(proto byte, payload []byte) []byte {
		b := append(frame("10.0.0.1", "10.0.0.2", 34), payload...)
		b[23] = proto
		return b
	}
	vxlan := append([]byte{0, 1, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0}, inner...)
	erspan := append(binary.BigEndian.AppendUint32([]byte{0x10, 0, 0x88, 0xbe}, 1), append(make([]byte, 8), inner...)...)
	for name, b := range map[string][]byte{
		"IP in IP": outer(4, inner[14:]), "VXLAN": outer(17, vxlan), "ERSPAN": outer(47, erspan), "GRE": outer(47, append([]byte{0, 0, 8, 0}, inner[14:]...)),
	} {
		var got []string
		for _, a := range endpoints(nil, LinkEthernet, b) {
			got = append(got, a.String())
		}
		if s := strings.Join(got, " "); s != "10.0.0.1 10.0.0.2 192.168.1.1 192.168.1.2" {
			t.Errorf("%s: %s", name, s)
		}
		for n := range b {
			endpoints(nil, LinkEthernet, b[:n]) // must not panic
		}
	}
}

// TestStoreIsOnes refuses a folder in which another process keeps its packets, and takes it when that one has ended.
func TestStoreIsOnes(t *testing.T) {
	c := DefaultStoreConfig()
	c.Dir = t.TempDir()
	first, err := OpenStore(c)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := OpenStore(c); err == nil || !strings.Contains(err.Error(), "another process keeps its packets") {
		t.Errorf("%v, %v", second, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := keep(t, c).Close(); err != nil {
		t.Error(err)
	}
}
