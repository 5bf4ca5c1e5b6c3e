package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// DeskDeps is what a Desk works with.
type DeskDeps struct {
	Log      *slog.Logger
	Outbox   Outbox
	Senders  map[string]Sender           // by Use.Name, from Open; closed by Stop
	Contacts func(t time.Time) []Contact // who is to be called at t; nil = nobody is named
	Now      func() time.Time            // nil = time.Now
}

// Stats counts what became of everything that was told to the Desk.
type Stats struct {
	Told    uint64 // incidents and orders that were handed in, times channels
	Letters uint64 // messages that were written, digests included
	Folded  uint64 // changes that made no message of their own
	Sent    uint64
	Retries uint64
	Failed  uint64 // given up
}

// Desk decides what is told at once, what is folded and what waits, and sends
// it. What Tell has returned from is not lost by a crash. A message is sent at
// least once: killed between a delivery and its mark it is sent again, with
// the same UID (mail: the same Message-ID).
type Desk struct {
	DeskDeps
	cfg Config

	mu      sync.Mutex
	told    map[string]int         // letter family → highest severity told; bounded by maxTold
	recent  map[string][]time.Time // channel → when its last letters were written
	digests map[string]*digest     // channel → what waits
	lastDue map[string]time.Time   // channel → of its last letter: they are sent in the order in which they were written
	stats   Stats

	sending sync.Mutex // one round of deliveries at a time
	wake    chan struct{}
	stop    context.CancelFunc
	done    chan struct{}
}

// maxTold bounds the memory of what was told; what is forgotten is looked up in the outbox.
const maxTold = 20_000

// New makes an inert Desk.
func New(cfg Config, d DeskDeps) (*Desk, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if d.Log == nil || d.Outbox == nil {
		return nil, errors.New("notify: an outbox and a log are needed")
	}
	for i, use := range cfg.Channels {
		if d.Senders[use.Name] == nil {
			return nil, fmt.Errorf("notify: channels[%d]: nobody sends for %q", i, use.Name)
		}
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Desk{DeskDeps: d, cfg: cfg, told: map[string]int{}, recent: map[string][]time.Time{}, lastDue: map[string]time.Time{}, digests: map[string]*digest{},
		wake: make(chan struct{}, 1)}, nil
}

// Name is "notify".
func (d *Desk) Name() string { return "notify" }

// Start takes up what waits in the outbox and begins to send.
func (d *Desk) Start(ctx context.Context) error {
	if err := d.takeUp(ctx); err != nil {
		return err
	}
	run, cancel := context.WithCancel(context.Background())
	d.stop, d.done = cancel, make(chan struct{})
	go d.run(run)
	return nil
}

// Stop ends it; what was not sent stays in the outbox.
func (d *Desk) Stop(ctx context.Context) error {
	if d.stop == nil {
		return nil
	}
	d.stop()
	select {
	case <-d.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	errs := []error{d.saveDigests(ctx)}
	for _, s := range d.Senders {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

func (d *Desk) run(ctx context.Context) {
	defer close(d.done)
	for {
		err := errors.Join(d.saveDigests(ctx), d.Deliver(ctx))
		if err != nil && ctx.Err() == nil {
			d.Log.Warn("the outbox cannot be worked through; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-time.After(time.Second):
		}
	}
}

// Stats is a copy of the counters.
func (d *Desk) Stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stats
}

// Tell hands in an incident that is new or has changed, with its newest order
// (nil = none). Most calls make no message: the first of a case, a risen
// severity and the steps of an isolation do, where the channel wants them.
func (d *Desk) Tell(ctx context.Context, inc event.Incident, order *event.Order) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, use := range d.cfg.Channels {
		if !use.concerns(inc) && !whole(order) {
			continue
		}
		d.stats.Told++
		if err := d.tell(ctx, use, inc, order); err != nil {
			errs = append(errs, fmt.Errorf("notify %s: %w", use.Name, err))
		}
	}
	select {
	case d.wake <- struct{}{}:
	default:
	}
	return errors.Join(errs...)
}

// whole reports whether an order is about a whole segment.
func whole(o *event.Order) bool { return o != nil && o.Segment != "" }

// tell finds what of this change is new to the channel.
func (d *Desk) tell(ctx context.Context, use Use, inc event.Incident, order *event.Order) error {
	kind, family, level := KindIncident, "inc-"+use.Name+"-"+inc.UID, inc.HostSeverity
	if order != nil && speaks(order.State) {
		// A case that was never told is told with its isolation on one page.
		first, err := d.fresh(ctx, family, level)
		if err != nil {
			return err
		}
		d.remember(family, level)
		kind, family, level = KindOrder, "ord-"+use.Name+"-"+order.UID+"-"+string(order.State), 1
		if first {
			kind = KindIncident
		}
	}
	isNew, err := d.fresh(ctx, family, level)
	if err != nil {
		return err
	}
	now := d.Now()
	quiet := use.quietUntil(now, inc.HostSeverity)
	switch {
	case !isNew:
		return d.fold(ctx, use, inc, time.Time{})
	case inc.HostSeverity < use.threshold():
		d.remember(family, level)
		if use.Digest == "" {
			d.stats.Folded++
			return nil
		}
		return d.fold(ctx, use, inc, next(now, use.Digest))
	case whole(order): // never held back: it stands for many
	case !quiet.IsZero():
		d.remember(family, level)
		return d.fold(ctx, use, inc, quiet)
	case d.crowded(use.Name, now):
		d.remember(family, level)
		return d.fold(ctx, use, inc, d.recent[use.Name][0].Add(d.cfg.Window))
	}
	if err := d.write(ctx, use, inc, order, kind, letterUID(family, level)); err != nil {
		return err
	}
	d.remember(family, level)
	return nil
}

// speaks reports whether a step of an isolation is worth a message.
func speaks(s event.OrderState) bool {
	switch s {
	case event.OrderAwaitingApproval, event.OrderVerified, event.OrderPartial, event.OrderIneffective,
		event.OrderFailed, event.OrderReleased, event.OrderExpired:
		return true
	}
	return false
}

func letterUID(family string, level int) string { return fmt.Sprintf("%s-%d", family, level) }

// fresh reports whether nothing of the family was told at this level or above.
func (d *Desk) fresh(ctx context.Context, family string, level int) (bool, error) {
	if d.told[family] >= level {
		return false, nil
	}
	for l := max(level, 1); l <= max(level, 10); l++ {
		_, err := d.Outbox.Letter(ctx, letterUID(family, l))
		switch {
		case err == nil:
			d.remember(family, l)
			return false, nil
		case !errors.Is(err, event.ErrNotFound):
			return false, fmt.Errorf("look into the outbox: %w", err)
		}
	}
	return true, nil
}

func (d *Desk) remember(family string, level int) {
	if len(d.told) >= maxTold {
		clear(d.told)
	}
	d.told[family] = max(d.told[family], level)
}

// crowded reports whether the channel has had its share of the window.
func (d *Desk) crowded(channel string, now time.Time) bool {
	times := d.recent[channel]
	for len(times) > 0 && !times[0].After(now.Add(-d.cfg.Window)) {
		times = times[1:]
	}
	d.recent[channel] = times
	return len(times) >= d.cfg.Burst
}

// write puts one message into the outbox, to be sent now.
func (d *Desk) write(ctx context.Context, use Use, inc event.Incident, order *event.Order, kind Kind, uid string) error {
	now := d.Now().UTC()
	var call []Contact
	if d.Contacts != nil {
		call = d.Contacts(now)
	}
	n := NoticeOf(inc, order, call, d.cfg.Link)
	n.Kind = kind
	due := now
	if last := d.lastDue[use.Name]; !due.After(last) {
		due = last.Add(time.Microsecond)
	}
	l := Letter{UID: uid, Channel: use.Name, Created: now, Due: due, State: LetterPending, Message: n.For(use, uid, now)}
	if err := d.Outbox.PutLetter(ctx, l); err != nil {
		return fmt.Errorf("keep letter %s: %w", uid, err)
	}
	d.lastDue[use.Name] = due
	d.recent[use.Name] = append(d.recent[use.Name], now)
	d.stats.Letters++
	return nil
}
