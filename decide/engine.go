package decide

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Ledger keeps orders, settings and who did what; what PutOrder has returned
// from survives a crash. Order and Setting answer event.ErrNotFound.
type Ledger interface {
	PutOrder(ctx context.Context, o event.Order) error
	Order(ctx context.Context, uid string) (event.Order, error)
	Orders(ctx context.Context, f event.OrderFilter) ([]event.Order, error)
	AppendAudit(ctx context.Context, a event.Audit) error
	Setting(ctx context.Context, key string) (string, error)
	PutSetting(ctx context.Context, key, value string) error
}

// Actor carries orders out (act.Manager). From OrderApproved on, only the
// actor writes an order; before, only the Engine.
type Actor interface {
	Kick()                                                                                             // there is something new to do
	Release(ctx context.Context, uid, who string, why event.Text) (event.Order, error)                 // undo and verify
	Plan(o event.Order) (commands map[string][]string, refused map[string]event.Text, spared []string) // what each enforcer would be told
	Enforcers() []string
	Limits() []event.Text // what an isolation cannot do here, for people
	Rehearses() bool      // no enforcer does anything
	Ranges() bool         // some enforcer cuts whole ranges, machines that nobody knows included
}

// Deps is what an Engine works with.
type Deps struct {
	Log      *slog.Logger
	Ledger   Ledger
	Actor    Actor                 // nil: orders are recorded, nobody carries them out
	Machines func(zone string) int // known machines of a zone ("" = all); nil: the percent cap is not held
	Self     []netip.Addr          // Yagura's own addresses, never cut
	// Device is the machine as known now, asked when a proposal is approved later; nil: as it was proposed.
	Device func(ctx context.Context, uid string) (event.Device, error)
	// Incident is a case as it stands now. With it, a proposal that waits is looked at again every minute:
	// when the town hall closes, the policy of the night answers it. nil: only when the case changes.
	Incident func(ctx context.Context, uid string) (event.Incident, error)
	// Segment is a part of the network as known now, or event.ErrNotFound; nil: no zone is ever proposed as a whole.
	Segment func(kind, name string) (Segment, error)
	Now     func() time.Time  // nil = time.Now
	NewUID  func() string     // nil = random
	Told    func(event.Order) // after each kept change; nil = nobody. Must not block
}

// Engine decides. Safe for concurrent use.
type Engine struct {
	Deps
	policy policy
	never  atomic.Pointer[NeverList]

	mu       sync.Mutex        // one decision at a time, so that two never cut one machine
	declined map[string]string // incident → last reason for doing nothing, so that each is recorded once

	stop context.CancelFunc
	done chan struct{}
}

// maxDeclined bounds the memory of reasons; beyond it the reasons are recorded anew.
const maxDeclined = 10_000

// New makes an inert Engine. The error joins every Problem of the policy.
func New(cfg Config, d Deps) (*Engine, error) {
	p, err := cfg.read(d.Self)
	if err != nil {
		return nil, err
	}
	if d.Ledger == nil || d.Log == nil {
		return nil, errors.New("decide: a ledger and a log are needed")
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.NewUID == nil {
		d.NewUID = randomUID
	}
	e := &Engine{Deps: d, policy: p, declined: map[string]string{}}
	e.never.Store(p.never)
	added, err := e.addedNever(context.Background())
	if err != nil {
		return nil, err
	}
	return e, e.useNever(added)
}

func randomUID() string {
	var b [9]byte
	rand.Read(b[:])
	return "iso-" + hex.EncodeToString(b[:])
}

// SetActor gives the Engine its hands, before Start: the two need each other.
func (e *Engine) SetActor(a Actor) { e.Actor = a }

// Contacts are those to be named at t.
func (e *Engine) Contacts(t time.Time) []Contact {
	var out []Contact
	now := e.policy.cal.at(t)
	for _, c := range e.policy.Contacts {
		if c.Hours == "" || c.Hours.covers(now) {
			out = append(out, c)
		}
	}
	return out
}

// OpenAt reports whether the town hall is open at t.
func (e *Engine) OpenAt(t time.Time) bool { return e.policy.cal.at(t) == HoursOpen }

// Name is "decide".
func (e *Engine) Name() string { return "decide" }

// Start begins to let unanswered proposals lapse, and to look at the others again.
func (e *Engine) Start(start context.Context) error {
	if err := e.Resume(start); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.stop, e.done = cancel, make(chan struct{})
	go func() {
		defer close(e.done)
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		for {
			if err := errors.Join(e.Lapse(ctx), e.Lift(ctx), e.Reconsider(ctx)); err != nil && ctx.Err() == nil {
				e.Log.Warn("proposals could not be looked through", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return nil
}

// Stop ends it.
func (e *Engine) Stop(ctx context.Context) error {
	if e.stop == nil {
		return nil
	}
	e.stop()
	select {
	case <-e.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Lapse withdraws the proposals that nobody answered within Config.AskWithin.
func (e *Engine) Lapse(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	waiting, err := e.waiting(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range waiting {
		if e.Now().Sub(o.Time) >= e.policy.AskWithin {
			errs = append(errs, e.put(ctx, &o, event.OrderExpired, "expiry", textLapsed, "lapse"))
		}
	}
	return errors.Join(errs...)
}

func (e *Engine) waiting(ctx context.Context) ([]event.Order, error) {
	waiting, err := e.Ledger.Orders(ctx, event.OrderFilter{
		States: []event.OrderState{event.OrderProposed, event.OrderRehearsed, event.OrderAwaitingApproval}, Limit: 10_000})
	if err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	return waiting, nil
}

// Reconsider asks the policy again about the cases whose proposals wait: the hour may have come in which it may act.
func (e *Engine) Reconsider(ctx context.Context) error {
	if e.Incident == nil {
		return nil
	}
	waiting, err := e.waiting(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range waiting {
		if o.Requested != byPolicy || o.Incident == "" {
			continue
		}
		inc, err := e.Incident(ctx, o.Incident)
		if err == nil {
			_, err = e.Consider(ctx, inc)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// put moves an order one step, keeps it, and only then tells of it.
func (e *Engine) put(ctx context.Context, o *event.Order, to event.OrderState, who string, why event.Text, action string) error {
	now := e.Now().UTC()
	from := o.State
	o.State, o.TwoPeople = to, e.needsTwo(*o)
	o.History = append(o.History, event.Transition{Time: now, From: from, To: to, Who: who, Why: why})
	if err := e.Ledger.PutOrder(ctx, *o); err != nil {
		return fmt.Errorf("keep order %s as %s: %w", o.UID, to, err)
	}
	if err := e.audit(ctx, who, action, o.UID, o.Target.Name()+": "+why.In("ja")); err != nil {
		return err
	}
	if e.Told != nil {
		e.Told(*o)
	}
	return nil
}

func (e *Engine) audit(ctx context.Context, who, action, object, detail string) error {
	err := e.Ledger.AppendAudit(ctx, event.Audit{Time: e.Now().UTC(), Who: who, Action: action, Object: object, Detail: detail})
	if err != nil {
		return fmt.Errorf("write the ledger line of %s: %w", action, err)
	}
	return nil
}

func (e *Engine) kick() {
	if e.Actor != nil {
		e.Actor.Kick()
	}
}
