package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Ledger keeps orders and who did what; what PutOrder has returned from survives a crash.
type Ledger interface {
	PutOrder(ctx context.Context, o event.Order) error
	Order(ctx context.Context, uid string) (event.Order, error)
	Orders(ctx context.Context, f event.OrderFilter) ([]event.Order, error)
	AppendAudit(ctx context.Context, a event.Audit) error
}

// Pulse is how far a sensor is.
type Pulse struct {
	Packets uint64    // of anybody, seen so far
	UpTo    time.Time // what passed before was seen; zero: not known, taken to be all
	Since   time.Time // an interface was not there until then; zero: all were, always
}

// ManagerDeps is what a Manager works with.
type ManagerDeps struct {
	Log     *slog.Logger
	Ledger  Ledger
	Hands   []Hand  // closed by Stop
	Watcher Watcher // the sensor; nil: effects cannot be verified
	// Pulse is how far the sensor is: silence is believed only of one that still sees something, and has seen all of the time that
	// was silent. nil = it is taken to be alive and never behind.
	Pulse func() Pulse
	// Hold reports that an order is not to be begun now (decide.Engine.Hold: everything automatic is
	// stopped); nil = never. What is in force stays in force.
	Hold func(ctx context.Context, o event.Order) bool
	// Probe asks a machine that fell silent and names what answered (asked 0: nobody was asked); nil = as Config.Probe says.
	Probe func(ctx context.Context, o event.Order) (answers []string, asked int)
	Now   func() time.Time  // nil = time.Now
	Told  func(event.Order) // after each kept change; nil = nobody. Must not block
}

// Manager carries approved orders out and keeps the devices as the ledger says.
// From OrderApproved on it alone writes an order. Safe for concurrent use.
type Manager struct {
	ManagerDeps
	cfg Config

	mu       sync.Mutex // the orders' steps
	jobs     map[string]*job
	news     bool      // approved orders may be waiting in the ledger
	lastLook time.Time // last Reconcile
	strange  map[string]bool
	deaf     map[string]time.Time // hand → until when its device is left alone, since it did not answer
	late     []*job               // what Overdue ends

	eyes    sync.Mutex // what is observed; never held while a device is spoken to
	watches map[string]*watch
	drifts  []Drift // the newest last, at most maxDrifts

	wake chan struct{}
	stop context.CancelFunc
	done chan struct{}
}

// job is one order that is not finished, and what is known of it beside the ledger.
type job struct {
	order    event.Order
	since    time.Time // when the state's work began, for GiveUp and VerifyFor
	quiet    time.Time // silence is counted from here: applied, or mended
	pulse    uint64    // the sensor's count at quiet
	blind    bool      // the sensor has seen nothing at all since
	watched  bool
	released bool      // done; only waiting to see its traffic again
	waits    bool      // every enforcer that could do something waits for its device to come
	ask      *asking   // the question to the machine itself; nil: not asked
	failures int       // of the devices, one after the other
	again    time.Time // no earlier is a device that failed told again
}

// later sets when a device that failed is told again: after 100 ms, then twice as long each time, at most 1 s.
func (j *job) later(now time.Time) {
	j.again = now.Add(min(100*time.Millisecond<<min(j.failures, 4), time.Second))
	j.failures++
}

// NewManager makes an inert Manager.
func NewManager(cfg Config, d ManagerDeps) (*Manager, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if d.Log == nil || d.Ledger == nil {
		return nil, errors.New("act: a ledger and a log are needed")
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return &Manager{ManagerDeps: d, cfg: cfg, news: true, jobs: map[string]*job{}, strange: map[string]bool{}, deaf: map[string]time.Time{},
		watches: map[string]*watch{}, wake: make(chan struct{}, 1)}, nil
}

// Name is "act".
func (m *Manager) Name() string { return "act" }

// Start takes up what the ledger says is under way, puts back at once what a
// device has lost, and goes on by itself.
func (m *Manager) Start(ctx context.Context) error {
	if err := m.Reconcile(ctx); err != nil {
		m.Log.Error("the enforcers could not all be compared with the ledger; trying again", "error", err)
	}
	run, cancel := context.WithCancel(context.Background())
	m.stop, m.done = cancel, make(chan struct{})
	go m.run(run)
	return nil
}

// Stop ends it; isolations stay as they are.
func (m *Manager) Stop(ctx context.Context) error {
	if m.stop == nil {
		return nil
	}
	m.stop()
	select {
	case <-m.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	var errs []error
	for _, h := range m.Hands {
		errs = append(errs, h.Close())
	}
	return errors.Join(errs...)
}

// flux is how often an order that is under way is looked at, or was released
// so soon ago that its traffic is awaited; calm, all others.
const (
	flux = 50 * time.Millisecond
	calm = time.Second
	soon = 5 * time.Second
)

func (m *Manager) run(ctx context.Context) {
	defer close(m.done)
	for {
		if err := m.turn(ctx); err != nil && ctx.Err() == nil {
			m.Log.Warn("an order could not be taken further; trying again", "error", err)
		}
		wait := calm
		if m.busy() {
			wait = flux
		}
		select {
		case <-ctx.Done():
			return
		case <-m.wake:
		case <-time.After(wait):
		}
	}
}

func (m *Manager) turn(ctx context.Context) error {
	m.mu.Lock()
	due := m.Now().Sub(m.lastLook) >= m.cfg.Every
	m.mu.Unlock()
	if due {
		return m.Reconcile(ctx)
	}
	return m.Step(ctx)
}

// Kick says that an order may have been approved.
func (m *Manager) Kick() {
	m.mu.Lock()
	m.news = true
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *Manager) busy() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		if j.released {
			if m.Now().Sub(j.since) < soon {
				return true
			}
			continue
		}
		if j.waits {
			continue
		}
		switch j.order.State {
		case event.OrderVerified, event.OrderPartial, event.OrderIneffective, event.OrderApplied:
		default:
			return true
		}
	}
	return false
}

// Sighting takes one packet of a watched machine from the sensor. It never blocks on a device.
func (m *Manager) Sighting(s event.Sighting) {
	m.eyes.Lock()
	defer m.eyes.Unlock()
	for _, w := range m.watches {
		if from, ok := w.mine(s); ok && counts(s, from, m.cfg.Allow) {
			w.see(from, s)
		}
	}
}

// keep moves an order one step and writes it before anything else happens.
func (m *Manager) keep(ctx context.Context, j *job, to event.OrderState, who string, why event.Text) error {
	return m.move(ctx, j, j.order, to, who, why)
}

// move is keep for an order in which something else has changed as well.
func (m *Manager) move(ctx context.Context, j *job, o event.Order, to event.OrderState, who string, why event.Text) error {
	o.History = append(slices.Clip(o.History), event.Transition{Time: m.Now().UTC(), From: o.State, To: to, Who: who, Why: why})
	o.State = to
	if err := m.write(ctx, j, o); err != nil {
		return err
	}
	j.since = m.Now()
	return m.audit(ctx, who, string(to), o, why.In("ja"))
}

// write keeps the order as it is now; the job has it only when the ledger has it.
func (m *Manager) write(ctx context.Context, j *job, o event.Order) error {
	if err := m.Ledger.PutOrder(ctx, o); err != nil {
		return fmt.Errorf("keep order %s as %s: %w", o.UID, o.State, err)
	}
	j.order = o
	if m.Told != nil {
		m.Told(o)
	}
	return nil
}

func (m *Manager) audit(ctx context.Context, who, action string, o event.Order, detail string) error {
	err := m.Ledger.AppendAudit(ctx, event.Audit{Time: m.Now().UTC(), Who: who, Action: action, Object: o.UID, Detail: o.Target.Name() + ": " + detail})
	if err != nil {
		return fmt.Errorf("write the ledger line of order %s: %w", o.UID, err)
	}
	return nil
}

// sorted gives the jobs oldest first, so that every run does the same.
func (m *Manager) sorted() []*job {
	out := slices.Collect(maps.Values(m.jobs))
	slices.SortFunc(out, func(a, b *job) int {
		if c := a.order.Time.Compare(b.order.Time); c != 0 {
			return c
		}
		return compare(a.order.UID, b.order.UID)
	})
	return out
}
