package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// Output takes events from whoever has them and writes them on a goroutine of its own. It is a service.Part.
// A slow reader or a full disk never makes the giver wait: what cannot be written is dropped and counted.
type Output struct {
	cfg   Config
	log   *slog.Logger
	stats func() eve.Statistics // for stats lines; nil = none are written
	enc   *eve.Encoder
	file  *file
	sock  *socket

	mu      sync.Mutex
	waiting []item
	count   Counters
	fault   error // of the file
	reopen  bool

	more  chan struct{}
	aged  chan string
	stop  [2]context.CancelFunc // of the writer, and of what stands behind it
	ended [2]sync.WaitGroup
}

// item is an event or a finding.
type item struct {
	event   event.Event
	finding *event.Finding
}

// Counters say what became of events and lines.
type Counters struct {
	Lines         uint64 // written to the file
	Lost          uint64 // lines that the file did not take: full disk, no permission
	Queued        int    // events that wait
	Dropped       uint64 // events that found the queue full
	SocketSent    uint64 // lines
	SocketDropped uint64 // lines that a slow or absent reader did not get
}

// Intervals of the writer.
const (
	linger  = 100 * time.Millisecond // an event waits at most this long
	chunk   = 256 << 10              // bytes written at a time
	enough  = 1024                   // events that wake the writer
	grumble = time.Minute            // between log lines about the same trouble
)

// New makes an output; salt keeps flow ids of different runs apart. stats may be nil.
func New(cfg Config, log *slog.Logger, iface string, salt uint64, stats func() eve.Statistics) (*Output, error) {
	opt, err := cfg.Options()
	if err != nil {
		return nil, err
	}
	o := &Output{cfg: cfg, log: log, stats: stats, more: make(chan struct{}, 1), aged: make(chan string, 64)}
	opt.Salt, opt.Interface = salt, iface
	o.enc = eve.NewEncoder(opt)
	if cfg.File.Path != "" {
		o.file = newFile(cfg.File)
		o.file.aged = o.shelve
	}
	if cfg.Socket.Path != "" {
		o.sock = newSocket(cfg.Socket)
	}
	return o, nil
}

// Name implements service.Part.
func (o *Output) Name() string { return "eve" }

// Start begins to write. A file that cannot be opened is told in the log and tried again: what is seen matters more.
func (o *Output) Start(context.Context) error {
	first, stopFirst := context.WithCancel(context.Background())
	second, stopSecond := context.WithCancel(context.Background())
	o.stop = [2]context.CancelFunc{stopFirst, stopSecond}
	o.ended[0].Go(func() { o.run(first) })
	if o.sock != nil {
		o.ended[1].Go(func() { o.sock.run(second) })
	}
	if o.file != nil {
		o.ended[1].Go(func() { o.keepShelf(second) })
	}
	return nil
}

// Stop writes what waits and closes the file.
func (o *Output) Stop(context.Context) error {
	for i, stop := range o.stop {
		if stop != nil {
			stop()
			o.ended[i].Wait()
		}
	}
	return nil
}

// Event takes an event; it never waits. Events are not changed after they were emitted, so that the pointer suffices.
func (o *Output) Event(e event.Event) { o.take(item{event: e}) }

// Finding takes a finding, which becomes an alert.
func (o *Output) Finding(f event.Finding) { o.take(item{finding: &f}) }

func (o *Output) take(i item) {
	o.mu.Lock()
	n := len(o.waiting)
	if n >= o.cfg.Queue {
		o.count.Dropped++
		o.mu.Unlock()
		return
	}
	o.waiting = append(o.waiting, i)
	o.mu.Unlock()
	if n+1 == enough {
		select {
		case o.more <- struct{}{}:
		default:
		}
	}
}

// Reopen closes the file and opens it anew before the next line: somebody has moved it (SIGHUP, logrotate).
func (o *Output) Reopen() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reopen = true
}

// Counters are the counts so far.
func (o *Output) Counters() Counters {
	o.mu.Lock()
	c := o.count
	c.Queued = len(o.waiting)
	o.mu.Unlock()
	if o.sock != nil {
		c.SocketSent, c.SocketDropped, _ = o.sock.counts()
	}
	return c
}

// Fault is what is wrong now with the file or the socket, nil when both take what comes.
func (o *Output) Fault() error {
	o.mu.Lock()
	err := o.fault
	o.mu.Unlock()
	if err == nil && o.sock != nil {
		_, _, err = o.sock.counts()
	}
	return err
}

func (o *Output) run(ctx context.Context) {
	tick := time.NewTicker(linger)
	defer tick.Stop()
	w := writer{o: o, next: time.Now().Add(o.cfg.Stats)}
	for {
		select {
		case <-o.more:
		case <-tick.C:
		case <-ctx.Done():
			w.batch()
			w.statistics(true)
			w.flush()
			w.close()
			return
		}
		w.batch()
		w.statistics(false)
		w.flush()
	}
}

// keepShelf compresses and deletes rotated files.
func (o *Output) keepShelf(ctx context.Context) {
	s := shelf{cfg: o.cfg.File}
	o.complain("eve: rotated files", s.tidy())
	for {
		select {
		case path := <-o.aged:
			o.complain("eve: rotated file", s.put(path))
		case <-ctx.Done():
			return
		}
	}
}

func (o *Output) shelve(path string) {
	select {
	case o.aged <- path:
	default: // the next run's tidy takes it
	}
}

func (o *Output) complain(what string, err error) {
	if err != nil {
		o.log.Error(what, "error", err)
	}
}
