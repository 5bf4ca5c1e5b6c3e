package capture

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// small is a store on a disk of 3 MiB, which others fill.
type small struct {
	*testing.T
	store   *Store
	lane    *Lane
	ballast string
	sent    uint64
}

func newSmall(t *testing.T) *small {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("cannot mount a small file system here: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, 0) })
	c := DefaultStoreConfig()
	c.Dir = dir
	s := &small{T: t, store: keep(t, c), ballast: filepath.Join(dir, "ballast")}
	s.lane = s.store.Lane(&nowhere{})
	return s
}

// put keeps packets, each a chunk of its own; the time of each is its number.
func (s *small) put(n int) {
	s.Helper()
	for range n {
		p := Packet{Nanos: 1e9 + int64(s.sent), Data: frame("10.0.0.1", "10.0.0.2", 50_000), OrigLen: 50_000, Link: LinkEthernet}
		s.lane.Packet(&p)
		s.lane.Flush()
		s.sent++
		settled(s.T, s.store, s.sent)
	}
}

// fill takes what room the disk has left.
func (s *small) fill() {
	s.Helper()
	f, err := os.OpenFile(s.ballast, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
}

// files are those of the store, beside its lock and the ballast, and what packets they give.
func (s *small) files() (files int, packets []Packet) {
	s.Helper()
	list, err := os.ReadDir(filepath.Dir(s.ballast))
	if err != nil {
		s.Fatal(err)
	}
	return len(list) - 2, extract(s.T, s.store, 0, 2e9, "10.0.0.1")
}

// TestStoreOnFullDisk goes on where others have filled the disk: within what the store holds itself the newest packets are kept, and when
// there is room again, they are kept beside these.
func TestStoreOnFullDisk(t *testing.T) {
	s := newSmall(t)
	s.put(20)
	s.fill()
	s.put(200)
	files, got := s.files()
	if len(got) < 10 || got[len(got)-1].Nanos != 1e9+219 {
		t.Errorf("%d packets are kept, not the newest: %+v", len(got), s.store.Stats())
	}
	for i := range got {
		if want := 1e9 + int64(220-len(got)+i); got[i].Nanos != want {
			t.Errorf("packet %d is of %d, not %d", i, got[i].Nanos, want)
		}
	}
	if st := s.store.Stats(); files > 16 || st.Lost > 10 || st.Faults != st.Lost {
		t.Errorf("%d files, %+v", files, st)
	}
	if err := os.Remove(s.ballast); err != nil {
		t.Fatal(err)
	}
	before := s.store.Stats().Packets
	s.put(20)
	if _, more := s.files(); len(more) < len(got)+20 || s.store.Stats().Packets != before+20 {
		t.Errorf("%d packets, then %d", len(got), len(more))
	}
	if err := s.store.Close(); err != nil {
		t.Error(err)
	}
}

// TestStoreBesideGreed keeps most of what it has where others take at once what it gives up; what has no room is counted, and no file is left
// behind for each attempt.
func TestStoreBesideGreed(t *testing.T) {
	s := newSmall(t)
	s.fill()
	s.put(10)
	if st := s.store.Stats(); st.Lost != 10 || st.Faults != 10 || st.Fault == "" || st.Segments != 0 {
		t.Errorf("with nothing of its own: %+v", st)
	}
	if err := os.Truncate(s.ballast, 1<<20); err != nil {
		t.Fatal(err)
	}
	s.store.cfg.SegmentMB = 1
	s.put(30)
	s.fill()
	_, before := s.files()
	for range 20 {
		s.put(1)
		s.fill()
	}
	files, after := s.files()
	if files > 6 || len(after) == 0 || len(before)-len(after) > 25 {
		t.Errorf("%d files; %d packets, of which %d are left: %+v", files, len(before), len(after), s.store.Stats())
	}
	if err := s.store.Close(); err != nil {
		t.Error(err)
	}
}
