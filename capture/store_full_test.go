package capture

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestStoreOnFullDisk goes on where the disk is full: what has no room is counted, no file is left behind for each attempt, and
// when there is room again, packets are kept again, between whole blocks.
func TestStoreOnFullDisk(t *testing.T) {
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
	s := keep(t, c)
	lane := s.Lane(&nowhere{})
	ballast := filepath.Join(dir, "ballast")
	sent := uint64(0)
	put := func(n int) {
		for range n {
			p := Packet{Nanos: 1e9 + int64(sent), Data: frame("10.0.0.1", "10.0.0.2", 50_000), OrigLen: 50_000, Link: LinkEthernet}
			lane.Packet(&p)
			lane.Flush()
			sent++
			settled(t, s, sent)
		}
	}
	put(10)
	if err := os.WriteFile(ballast, make([]byte, 3<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	put(40)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	st := s.Stats()
	if len(files) > 5 || st.Segments > 2 {
		t.Errorf("%d files, %d of them segments", len(files), st.Segments)
	}
	if st.Lost < 35 || st.Faults != st.Lost || st.Fault == "" {
		t.Errorf("%+v", st)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	before := st.Packets
	put(5)
	if st = s.Stats(); st.Packets != before+5 {
		t.Errorf("%d packets kept of 5 when there was room again", st.Packets-before)
	}
	if got := extract(t, s, 0, 2e9, "10.0.0.1"); len(got) != int(st.Packets) {
		t.Errorf("%d packets found, %d written", len(got), st.Packets)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
