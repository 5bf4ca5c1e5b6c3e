package capture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// StoreConfig says what is kept of the packets themselves, so that those of a finding can be looked at later.
type StoreConfig struct {
	Dir       string        `yaml:"dir"`        // folder; "" keeps nothing
	MaxMB     int           `yaml:"max_mb"`     // MiB on disk in all, ≥ 64; the oldest go first
	MaxAge    time.Duration `yaml:"max_age"`    // older packets go, ≥ 1m
	SegmentMB int           `yaml:"segment_mb"` // MiB of one file, 1 – 1024, at most a quarter of max_mb
	Snap      int           `yaml:"snap"`       // bytes kept of each packet, 64 – 262144
}

// DefaultStoreConfig keeps nothing; with a folder, at most 8 GiB and a week.
func DefaultStoreConfig() StoreConfig {
	return StoreConfig{MaxMB: 8 << 10, MaxAge: 7 * 24 * time.Hour, SegmentMB: 64, Snap: 256 << 10}
}

// Validate tells what is wrong with the configuration.
func (c StoreConfig) Validate() error {
	switch {
	case c.Dir == "":
		return nil
	case c.MaxMB < 64 || c.MaxMB > 1<<30:
		return fmt.Errorf("packets.max_mb: %d: use at least 64", c.MaxMB)
	case c.MaxAge < time.Minute:
		return fmt.Errorf("packets.max_age: %s: use at least 1m", c.MaxAge)
	case c.SegmentMB < 1 || c.SegmentMB > 1024 || c.SegmentMB > c.MaxMB/4:
		return fmt.Errorf("packets.segment_mb: %d: use 1 to 1024, at most a quarter of max_mb", c.SegmentMB)
	case c.Snap < 64 || c.Snap > 256<<10:
		return fmt.Errorf("packets.snap: %d: use 64 to 262144", c.Snap)
	}
	return nil
}

// Limits of what waits for the disk.
const (
	chunkSize = 1 << 20            // bytes of one write
	chunkMax  = 64                 // of them in memory
	chunkAge  = int64(time.Second) // a chunk is handed over after this, even if not full
)

// Store is a ring of packets on disk: pcapng files of bounded size, the oldest of which go. Packets come in through lanes,
// one a goroutine; another goroutine writes. When the disk cannot keep up, packets are lost to the store alone and counted.
// What has been written survives the end of the process, however it ends.
type Store struct {
	cfg   StoreConfig
	queue chan *chunk
	spare chan *chunk
	made  atomic.Int32
	ended sync.WaitGroup
	lock  *os.File // of the folder; nil: not taken

	ifaces ifaceTable
	shelf  shelf // what the writer has on disk

	packets, bytes, lost, faults atomic.Uint64
	fault                        atomic.Pointer[string]
	failing                      atomic.Bool
}

// StoreStats counts what went through a store.
type StoreStats struct {
	Packets  uint64    // written
	Bytes    uint64    // written, since the start
	Lost     uint64    // packets that the disk had no time or room for
	Faults   uint64    // writes that failed
	Fault    string    // the last one
	Failing  bool      // the last write was one of them
	Segments int       // files
	OnDisk   uint64    // bytes of them
	Oldest   time.Time // first packet that is still there; zero: none
}

// chunk is some packets as pcapng blocks, on the way to the disk.
type chunk struct {
	data        []byte
	packets     int
	first, last int64 // capture times
	ifaces      int   // how many interfaces must have been described
}

// OpenStore opens the ring in cfg.Dir, which is made when it is missing, and goes on behind what is there.
func OpenStore(cfg StoreConfig) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	if cfg.Dir == "" {
		return nil, errors.New("capture: packets.dir: name a folder")
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("capture: packets.dir: %w", err)
	}
	lock, err := lockFolder(cfg.Dir)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	s, err := openStore(cfg, func() time.Duration { return time.Since(began) })
	if err != nil {
		if lock != nil {
			lock.Close()
		}
		return nil, err
	}
	s.lock = lock
	return s, nil
}

// lockFolder takes the folder for this process, which the kernel gives back however the process ends: two would remove each other's files.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if noRoom(err) { // the store goes on there, as well as it can
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("capture: packets.dir: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("capture: packets.dir: another process keeps its packets in %s; stop it, or name another folder", dir), f.Close())
	}
	return f, nil
}

func openStore(cfg StoreConfig, clock func() time.Duration) (*Store, error) {
	s := &Store{cfg: cfg, queue: make(chan *chunk, chunkMax), spare: make(chan *chunk, chunkMax), shelf: shelf{clock: clock}}
	if err := s.shelf.load(cfg.Dir); err != nil {
		return nil, fmt.Errorf("capture: packets.dir: %w", err)
	}
	s.ended.Go(s.write)
	return s, nil
}

// Close writes what waits and ends the store; the lanes must have been flushed and be used no more.
func (s *Store) Close() error {
	close(s.queue)
	s.ended.Wait()
	err := s.shelf.close()
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// Stats may be called by any goroutine.
func (s *Store) Stats() StoreStats {
	st := StoreStats{Packets: s.packets.Load(), Bytes: s.bytes.Load(), Lost: s.lost.Load(), Faults: s.faults.Load(), Failing: s.failing.Load()}
	if f := s.fault.Load(); f != nil {
		st.Fault = *f
	}
	st.Segments, st.OnDisk, st.Oldest = s.shelf.extent()
	return st
}

// write is the goroutine that has the disk.
func (s *Store) write() {
	for c := range s.queue {
		err := s.shelf.append(s, c)
		s.failing.Store(err != nil)
		if err != nil {
			text := err.Error()
			s.fault.Store(&text)
			s.faults.Add(1)
			s.lost.Add(uint64(c.packets))
		} else {
			s.packets.Add(uint64(c.packets))
			s.bytes.Add(uint64(len(c.data)))
		}
		s.spare <- c
	}
}

// get gives an empty chunk, nil when all are on the way to the disk.
func (s *Store) get() *chunk {
	select {
	case c := <-s.spare:
		*c = chunk{data: c.data[:0]}
		return c
	default:
	}
	if s.made.Add(1) > chunkMax {
		s.made.Add(-1)
		return nil
	}
	return &chunk{data: make([]byte, 0, chunkSize)}
}
