package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
	"github.com/yagura-project/yagura/store"
)

// cases takes findings and changed orders, one at a time, and makes of them
// kept cases, decisions and notices. It is a service.Part.
type cases struct {
	caseDeps
	findings chan event.Finding
	orders   chan event.Order
	raised   chan event.Incident // cases that changed because another one did
	excepts  chan []detect.Exception
	excepted []detect.Exception // of the last change; belongs to run
	marks    chan func()        // to be done once the findings before it are kept
	quit     chan struct{}
	ended    sync.WaitGroup
}

// caseDeps are the rooms that cases stand between.
type caseDeps struct {
	log     *slog.Logger
	head    event.Header // tenant and site
	state   *store.State
	manager *incident.Manager
	policy  *decide.Engine
	bell    bell
	hub     func() *console.Hub
	watch   func(event.Incident) // told of each changed case; nil = nobody
}

// Room for what may wait: findings are folded and orders are few, so a full
// queue means a stuck disk; then the judge waits, and the sensor's queue fills.
const (
	findingQueue = 4096
	orderQueue   = 4096
)

func newCases(d caseDeps) *cases {
	return &cases{caseDeps: d, findings: make(chan event.Finding, findingQueue), orders: make(chan event.Order, orderQueue), raised: make(chan event.Incident, orderQueue), excepts: make(chan []detect.Exception, 1), marks: make(chan func(), 64), quit: make(chan struct{})}
}

// Name implements service.Part.
func (c *cases) Name() string { return "cases" }

// Start takes up the open cases of the last run.
func (c *cases) Start(ctx context.Context) error {
	if err := c.manager.Load(ctx); err != nil {
		return err
	}
	c.manager.OnChange(func(inc event.Incident) {
		select {
		case c.raised <- inc:
		default:
			c.log.Error("a raised case could not be looked at: too many wait", "case", inc.Number)
		}
	})
	c.ended.Go(c.run)
	return nil
}

// Stop handles what is waiting and ends; the judge is stopped first.
func (c *cases) Stop(context.Context) error {
	close(c.quit)
	c.ended.Wait()
	return nil
}

// run does what waits until it is told to quit and nothing waits any more.
func (c *cases) run() {
	ctx := context.Background()
	for c.next(ctx) || c.waiting() > 0 {
	}
}

// next does one thing that waits; false when it met the wish to quit instead.
func (c *cases) next(ctx context.Context) bool {
	select {
	case f := <-c.findings:
		c.finding(ctx, f)
	case o := <-c.orders:
		c.order(ctx, o)
	case inc := <-c.raised:
		c.conclude(ctx, inc)
	case list := <-c.excepts:
		c.takeBack(ctx, list)
	case done := <-c.marks:
		c.mark(ctx, done)
	case <-c.quit:
		return false
	}
	return true
}

func (c *cases) waiting() int {
	return len(c.findings) + len(c.orders) + len(c.raised) + len(c.excepts) + len(c.marks)
}

// mark does something behind the findings that wait now.
func (c *cases) mark(ctx context.Context, done func()) {
	for range len(c.findings) {
		c.finding(ctx, <-c.findings)
	}
	done()
}

// persist does one step until it is done: a full disk must not lose a case.
// While Yagura stops, each step is tried once.
func (c *cases) persist(step string, do func() error) {
	for wait := 100 * time.Millisecond; ; wait = min(wait*2, 10*time.Second) {
		err := do()
		if err == nil {
			return
		}
		c.log.Error(step+" failed; trying again", "error", err)
		select {
		case <-c.quit:
			return
		case <-time.After(wait):
		}
	}
}

func (c *cases) finding(ctx context.Context, f event.Finding) {
	f.Tenant, f.Site, f.Seen = c.head.Tenant, c.head.Site, time.Now().UTC()
	if why, ok := detect.Covers(c.excepted, time.Now())(&f); ok { // it was on its way when the exception came
		f.Excepted = why
		c.persist("keeping a finding", func() error { return c.state.PutFinding(ctx, f) })
		return
	}
	var inc event.Incident
	var changed bool
	c.persist("keeping a finding", func() error { return c.state.PutFinding(ctx, f) })
	c.persist("joining a finding to its case", func() (err error) {
		inc, changed, err = c.manager.Add(ctx, f)
		return err
	})
	if changed {
		c.conclude(ctx, inc)
	}
}

// conclude shows a changed case, asks the policy about it and tells people.
func (c *cases) conclude(ctx context.Context, inc event.Incident) {
	c.hub().Incident(inc)
	if c.watch != nil {
		c.watch(inc)
	}
	var d decide.Decision
	c.persist("deciding about "+inc.Number, func() (err error) {
		d, err = c.policy.Consider(ctx, inc)
		return err
	})
	switch {
	case d.Outbreak != "" && d.Order == nil:
		return // people are told of the whole zone, once
	case d.Outbreak != "":
		inc = asSegment(inc, *d.Order)
	default:
		inc = c.leader(ctx, inc)
	}
	c.persist("telling of "+inc.Number, func() error { return c.bell.Tell(ctx, inc, d.Order) })
}

// leader is the incident that a case is part of: people are told of that one.
func (c *cases) leader(ctx context.Context, inc event.Incident) event.Incident {
	if inc.Lead == "" {
		return inc
	}
	lead, err := c.state.Incident(ctx, inc.Lead)
	if err != nil {
		c.log.Error("the incident that a case is part of could not be read; the case is told of by itself", "case", inc.Number, "error", err)
		return inc
	}
	lead.HostSeverity = max(lead.HostSeverity, inc.HostSeverity)
	return lead
}

func (c *cases) order(ctx context.Context, o event.Order) {
	c.hub().Order(o)
	var inc event.Incident
	c.persist("writing an order into its case", func() (err error) {
		inc, err = c.manager.AttachOrder(ctx, o)
		return err
	})
	if inc.UID == "" {
		return
	}
	c.hub().Incident(inc)
	if o.Segment != "" {
		inc = asSegment(inc, o)
	}
	c.persist("telling of "+inc.Number, func() error { return c.bell.Tell(ctx, inc, &o) })
}

// asSegment is a case as people are told of it where the whole zone is decided about: the zone, and why.
func asSegment(inc event.Incident, o event.Order) event.Incident {
	inc.Device, inc.Title, inc.Story, inc.HostSeverity = o.Target, o.Reason, o.Reason, 10
	return inc
}

// told hands a changed order over without ever blocking who changed it.
func (c *cases) told(o event.Order) {
	select {
	case c.orders <- o:
	default:
		c.log.Error("an order's change could not be shown: too many wait", "order", o.UID)
	}
}
