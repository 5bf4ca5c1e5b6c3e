package capture

import (
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// TestStoreDamagedIndex puts what a broken disk may have left into an index: all packets are found, by reading the file instead.
func TestStoreDamagedIndex(t *testing.T) {
	cfg, path := hundred(t)
	good, err := os.ReadFile(path + indexSuffix)
	if err != nil {
		t.Fatal(err)
	}
	line := func(offset uint64, length uint32) []byte {
		o := binary.LittleEndian
		return o.AppendUint32(o.AppendUint64(o.AppendUint64(o.AppendUint32(o.AppendUint64(nil, offset), length), 0), math.MaxInt64), 0)
	}
	for name, b := range map[string][]byte{
		"zeros": make([]byte, 4096), "zeros behind": append(good[:len(good):len(good)], make([]byte, 4096)...), "far away": line(math.MaxInt64, 0),
		"an offset and a length beyond all numbers": line(math.MaxInt64-100, math.MaxUint32), "negative": line(1<<63, 10), "longer than the file": line(28, math.MaxUint32),
	} {
		if err := os.WriteFile(path+indexSuffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := extract(t, keep(t, cfg), 0, 1e9, "10.0.0.1"); len(got) != 100 {
			t.Errorf("%s: %d packets of 100", name, len(got))
		}
	}
}

// TestStoreOrphan removes an index without a file, as a kill between the two leaves it, and nothing else.
func TestStoreOrphan(t *testing.T) {
	cfg := DefaultStoreConfig()
	cfg.Dir = t.TempDir()
	s := keep(t, cfg)
	l := s.Lane(&nowhere{})
	l.Packet(&Packet{Nanos: 1, Data: frame("10.0.0.1", "10.0.0.2", 100), OrigLen: 100, Link: LinkEthernet})
	l.Flush()
	settled(t, s, 1)
	for _, name := range []string{"packets-1-00000007.pcapng.index", "notes.pcapng.index", "packets-1.txt"} {
		if err := os.WriteFile(cfg.Dir+"/"+name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep(t, cfg)
	files, err := os.ReadDir(cfg.Dir)
	if err != nil || len(files) != 5 { // one is the lock
		t.Errorf("%v %v", files, err)
	}
	if _, err := os.Stat(cfg.Dir + "/packets-1-00000007.pcapng.index"); err == nil {
		t.Error("the orphan is still there")
	}
}
