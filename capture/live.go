package capture

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// LiveConfig says what to listen to.
type LiveConfig struct {
	Interfaces  []string      `yaml:"interfaces"`  // at least one
	Namespace   string        `yaml:"namespace"`   // network namespace under /run/netns to listen in; "" = our own
	Promiscuous bool          `yaml:"promiscuous"` // also what is not addressed to this machine
	BlockSize   int           `yaml:"block_size"`  // bytes, power of two, 4 KiB – 16 MiB
	Blocks      int           `yaml:"blocks"`      // of each interface's ring, shared by the workers; 2 – 4096, 4 GiB in all
	Timeout     time.Duration `yaml:"timeout"`     // a block is handed over after this, even if not full: the latency, and with blocks how long little can wait; 1 ms – 1 s
	Fanout      uint16        `yaml:"fanout"`      // PACKET_FANOUT group shared with other processes, by pairs of hosts; 0 = none
	Workers     int           `yaml:"workers"`     // goroutines that share the packets, by pairs of hosts; 0 = as many as cores, at most 8
	Filter      string        `yaml:"filter"`      // which packets are looked at: "not host 10.0.0.5 and not port 9100"; "" = all
	Packets     StoreConfig   `yaml:"packets"`     // the packets themselves, on disk
}

// DefaultLiveConfig is a ring of 256 × 1 MiB, handed over at least every 32 ms: on a machine that stands still, 0.8 s of 2.5 Gbit/s wait
// in it, and 8 s of however little.
func DefaultLiveConfig() LiveConfig {
	return LiveConfig{Promiscuous: true, BlockSize: 1 << 20, Blocks: 256, Timeout: 32 * time.Millisecond, Packets: DefaultStoreConfig()}
}

// Validate tells what is wrong with the configuration.
func (c LiveConfig) Validate() error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	add(len(c.Interfaces) == 0, "interfaces: name at least one")
	size := c.BlockSize < 4096 || c.BlockSize > 16<<20 || c.BlockSize&(c.BlockSize-1) != 0
	add(size, "block_size: %d: use a power of two between 4096 and 16777216", c.BlockSize)
	add(c.Blocks < 2 || c.Blocks > 4096, "blocks: %d: use 2 to 4096", c.Blocks)
	add(!size && int64(c.BlockSize)*int64(c.Blocks) > maxRing, "blocks: %d of block_size %d: a ring has at most 4 GiB", c.Blocks, c.BlockSize)
	add(c.Timeout < time.Millisecond || c.Timeout > time.Second, "timeout: %s: use 1ms to 1s", c.Timeout)
	add(c.Workers < 0 || c.Workers > 64, "workers: %d: use 1 to 64, or 0", c.Workers)
	if _, err := ParseFilter(c.Filter); err != nil {
		errs = append(errs, err)
	}
	if err := c.Packets.Validate(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// maxRing is what offsets of 32 bits reach.
const maxRing = 1 << 32

// idleAfter is how long Next waits before it says ErrIdle.
const idleAfter = 100 * time.Millisecond

// Live listens to interfaces through TPACKET_V3 rings. It never sends.
type Live struct {
	cfg    LiveConfig // of one lane
	spares *spares    // of all lanes
	rings  []*ring
	poll   []unix.PollFd // the rings' sockets, then wake
	wake   int           // eventfd that Close writes
	lane   int
	slack  time.Duration // packets of one ring wait so long for older ones of the others
	waited int64         // ns; no ring hands over anything older any more
	closed atomic.Bool
	mu     sync.Mutex // guards what follows, and the rings' sockets against Close
	done   bool
	gone   []string  // interfaces that went; only the reader changes it
	down   []string  // those that are there, but down; likewise
	look   time.Time // when to look for them again
	since  time.Time // when the last of them returned; zero: none went
	stuck  bool      // they cannot be listened to again
	drops  uint64
	freeze uint64

	packets, bytes atomic.Uint64
	upTo           atomic.Int64 // ns; 0 nothing yet
}

// OpenLive opens one source of all packets. Errors say when rights are missing, and which interfaces exist.
func OpenLive(cfg LiveConfig) (*Live, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	cfg.Workers = 1
	return openLane(cfg, 0, &spares{namespace: cfg.Namespace})
}

// openLane opens the rings of one lane.
func openLane(cfg LiveConfig, lane int, more *spares) (*Live, error) {
	l := &Live{cfg: cfg, spares: more, lane: lane, slack: cfg.slack()}
	if err := l.wakeable(); err != nil {
		return nil, err
	}
	if err := within(cfg.Namespace, func() error { return l.open(cfg) }); err != nil {
		l.release()
		return nil, err
	}
	l.listen()
	return l, nil
}

// wakeable lets Close end a wait.
func (l *Live) wakeable() (err error) {
	if l.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return fmt.Errorf("capture: eventfd: %w", err)
	}
	return nil
}

// listen says what a wait is for.
func (l *Live) listen() {
	for _, r := range l.rings {
		l.poll = append(l.poll, unix.PollFd{Fd: int32(r.fd), Events: unix.POLLIN | unix.POLLERR})
	}
	l.poll = append(l.poll, unix.PollFd{Fd: int32(l.wake), Events: unix.POLLIN})
}

func (l *Live) open(cfg LiveConfig) error {
	for i, name := range cfg.Interfaces {
		r, err := openRing(name, i, cfg)
		if err != nil {
			return err
		}
		l.rings = append(l.rings, r)
	}
	return nil
}

// slack is after how long the kernel has handed over what came, as a rule: its clock may find a block just begun, and comes by
// again a time-out later; both times rounded up to its ticks.
func (c LiveConfig) slack() time.Duration { return 2*c.Timeout + 10*time.Millisecond }

// Next implements Source. Of several interfaces, the packets come in the order of their time.
func (l *Live) Next(p *Packet) error {
	l.upTo.Store(p.Nanos) // who asks for the next has dealt with the last
	for {
		if l.closed.Load() {
			l.release()
			return ErrClosed
		}
		if l.uneasy() {
			l.attend()
		}
		r, wait := l.oldest()
		if r != nil && wait == 0 {
			r.take(p)
			l.packets.Add(1)
			l.bytes.Add(uint64(p.OrigLen))
			return nil
		}
		if r == nil {
			wait = idleAfter
		}
		if err := l.wait(wait); err != nil && (r == nil || !errors.Is(err, ErrIdle)) {
			p.Nanos = time.Now().UnixNano()
			return err
		}
	}
}

// oldest is the ring whose next packet is the oldest, nil when none has one, and how long that one should wait: a ring that looks
// empty may be about to hand over an older packet.
func (l *Live) oldest() (first *ring, wait time.Duration) {
	empty := false
	for i, r := range l.rings {
		if l.poll[i].Fd = int32(r.fd); !r.ready() {
			empty = true
			continue
		}
		if len(l.rings) > 1 {
			l.poll[i].Fd = -1 // not waited for: it has something
		}
		if first == nil || r.nanos() < first.nanos() {
			first = r
		}
	}
	if first == nil || !empty || first.nanos() < l.waited {
		return first, 0
	}
	now := time.Now().UnixNano()
	l.waited = now - int64(l.slack)
	wait = time.Duration(first.nanos() - l.waited)
	if wait <= 0 || wait > l.slack { // or the clock was set back
		return first, 0
	}
	return first, max(wait, l.slack/4) // else one wakes for each packet
}

// wait sleeps until a ring that was empty has a block, Close is called or so much time has passed.
func (l *Live) wait(most time.Duration) error {
	n, err := unix.Poll(l.poll, int((most+time.Millisecond-1)/time.Millisecond))
	switch {
	case errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return fmt.Errorf("capture: poll: %w", err)
	case n == 0:
		return ErrIdle
	}
	for i, r := range l.rings {
		if l.poll[i].Revents&unix.POLLERR == 0 {
			continue
		}
		if !r.fault() {
			return ErrIdle
		}
		if l.lower(r); r.gone() {
			l.lose(i)
		}
		return nil
	}
	return nil
}

// Stats implements Source.
func (l *Live) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.done {
		l.collect()
	}
	s := Stats{Packets: l.packets.Load(), Bytes: l.bytes.Load(), Drops: l.drops, Freezes: l.freeze, Gone: slices.Concat(l.gone, l.down), Stuck: l.stuck && len(l.gone) > 0, Since: l.since}
	if n := l.upTo.Load(); n != 0 {
		s.UpTo = time.Unix(0, n)
	}
	return s
}

// collect adds the kernel's counters, which start anew with each reading.
func (l *Live) collect() {
	for _, r := range l.rings {
		if s, err := unix.GetsockoptTpacketStatsV3(r.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			l.drops += uint64(s.Drops)
			l.freeze += uint64(s.Freeze_q_cnt)
		}
	}
}

// Close ends the capture: a waiting Next returns ErrClosed at once and gives the rings back.
// A source that nobody reads any more gives them back when the process ends.
func (l *Live) Close() error {
	if !l.closed.Swap(true) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.done {
			_, err := unix.Write(l.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
			return err
		}
	}
	return nil
}

// release unmaps the rings; only the reader calls it, because it may be looking at them.
func (l *Live) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done {
		return
	}
	l.collect()
	l.done = true
	for _, r := range l.rings {
		r.close()
	}
	unix.Close(l.wake)
}
