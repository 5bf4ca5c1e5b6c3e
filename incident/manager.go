package incident

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Store keeps cases; Incident answers event.ErrNotFound.
type Store interface {
	PutIncident(ctx context.Context, i event.Incident) error
	Incident(ctx context.Context, uid string) (event.Incident, error)
	Incidents(ctx context.Context, f event.IncidentFilter) ([]event.Incident, error)
}

// Manager joins findings into cases. Safe for concurrent use; every change is
// in the Store before it is returned.
type Manager struct {
	cfg   Config
	store Store
	now   func() time.Time

	mu      sync.Mutex
	open    map[string]*event.Incident // by case UID
	closed  map[string]*event.Incident // lately closed: they may open again, or keep a false positive quiet
	traits  map[string]*traits         // of the open cases
	waiting map[string][]event.Finding // by machine: findings too weak for a case
	evicted uint64                     // machines whose weak findings were forgotten for memory
	tell    func(event.Incident)
	sight   func(from, until time.Time) Sight
	day     string // of the running number
	number  int
}

// jst is the calendar of case numbers.
var jst = time.FixedZone("JST", 9*60*60)

// New makes a manager without cases; now = nil is time.Now.
func New(cfg Config, store Store, now func() time.Time) (*Manager, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if now == nil {
		now = time.Now
	}
	return &Manager{cfg: cfg, store: store, now: now, open: map[string]*event.Incident{}, closed: map[string]*event.Incident{},
		traits: map[string]*traits{}, waiting: map[string][]event.Finding{}, tell: func(event.Incident) {}, sight: func(time.Time, time.Time) Sight { return Sight{} }}, nil
}

// OnChange sets who is told when a case changes because another one did; it must not call back.
func (m *Manager) OnChange(tell func(event.Incident)) { m.tell = tell }

// Load takes up the cases of the last run: open ones, and closed ones that may open again.
func (m *Manager) Load(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	list, err := m.store.Incidents(ctx, event.IncidentFilter{Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	for i := range list {
		m.shelve(&list[i])
	}
	return nil
}

// shelve keeps a case in memory where it belongs.
func (m *Manager) shelve(inc *event.Incident) {
	delete(m.open, inc.UID)
	delete(m.closed, inc.UID)
	delete(m.traits, inc.UID)
	if inc.State.Open() {
		t := traitsOf(inc)
		m.open[inc.UID], m.traits[inc.UID] = inc, &t
		return
	}
	m.closed[inc.UID] = inc
}

// Add joins a finding to its machine's case, or opens one. The same finding
// again (same UID) replaces what was known of it. changed says whether people
// see a difference: a new finding, another severity, another decade of repeats.
// A finding that is too weak for a case, or that a person called a false
// positive, gives an empty incident.
func (m *Manager) Add(ctx context.Context, f event.Finding) (inc event.Incident, changed bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept, list := m.caseOf(&f), []event.Finding{f}
	if kept == nil {
		if kept, list, err = m.consider(ctx, f); kept == nil {
			return event.Incident{}, false, err
		}
	}
	next := clone(kept)
	m.wake(&next, &f)
	for _, g := range list {
		changed = m.join(&next, g) || changed
	}
	before := next.HostSeverity
	if err := m.settle(ctx, &next); err != nil {
		return event.Incident{}, false, fmt.Errorf("keep case %s: %w", next.Number, err)
	}
	delete(m.waiting, machineKey(&f.Device))
	return next, changed || next.HostSeverity != before, nil
}

func (m *Manager) put(ctx context.Context, next *event.Incident) error {
	if err := m.store.PutIncident(ctx, *next); err != nil {
		return fmt.Errorf("keep case %s: %w", next.Number, err)
	}
	m.shelve(next)
	return nil
}

// caseOf is the case that f belongs to: one that holds it already, else the
// machine's own if it moved lately, else a resolved one that opens again.
func (m *Manager) caseOf(f *event.Finding) *event.Incident {
	var own *event.Incident
	for _, inc := range m.open {
		if !sameMachine(&inc.Device, &f.Device) {
			continue
		}
		if slices.ContainsFunc(inc.Findings, func(g event.Finding) bool { return g.UID == f.UID }) {
			return inc
		}
		if f.Time.Sub(inc.Last) <= m.cfg.Join && (own == nil || inc.Last.After(own.Last)) {
			own = inc
		}
	}
	if own != nil {
		return own
	}
	return m.resolved(f)
}

// sameMachine holds too when the MAC address became known after the case was opened.
func sameMachine(a, b *event.Device) bool {
	if a.UID != "" && a.UID == b.UID {
		return true
	}
	if !a.MAC.IsZero() && !b.MAC.IsZero() {
		return a.MAC == b.MAC
	}
	return a.IP.IsValid() && a.IP == b.IP
}

func (m *Manager) begin(ctx context.Context, f *event.Finding) (event.Incident, error) {
	number, err := m.nextNumber(ctx, f.Time)
	if err != nil {
		return event.Incident{}, err
	}
	sum := sha256.Sum256([]byte(f.Tenant + "\x00" + f.Device.UID + "\x00" + f.UID))
	head := f.Header
	head.UID = "case-" + hex.EncodeToString(sum[:8])
	return event.Incident{Header: head, Number: number, Device: f.Device, State: event.IncidentNew, First: cmp.Or(f.First, f.Time), Last: f.Time}, nil
}

// nextNumber counts the cases of a JST day: 2026-1121-03.
func (m *Manager) nextNumber(ctx context.Context, at time.Time) (string, error) {
	local := at.In(jst)
	day := local.Format("2006-0102")
	if day != m.day {
		since := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, jst)
		list, err := m.store.Incidents(ctx, event.IncidentFilter{Since: since.Add(-m.cfg.Join), Until: since.AddDate(0, 0, 1), Limit: 10_000})
		if err != nil {
			return "", fmt.Errorf("count the cases of %s: %w", day, err)
		}
		m.day, m.number = day, 0
		for _, inc := range list {
			var n int
			if rest, ok := strings.CutPrefix(inc.Number, day+"-"); ok {
				if _, err := fmt.Sscanf(rest, "%d", &n); err == nil {
					m.number = max(m.number, n)
				}
			}
		}
	}
	m.number++
	return fmt.Sprintf("%s-%02d", day, m.number), nil
}

// SetState moves the life of a case; who did it stands in the timeline.
func (m *Manager) SetState(ctx context.Context, uid string, state event.IncidentState, who string) (event.Incident, error) {
	return m.Judge(ctx, uid, state, who, "")
}

// Judge is SetState with the reason, at most 4,000 characters.
func (m *Manager) Judge(ctx context.Context, uid string, state event.IncidentState, who, why string) (event.Incident, error) {
	why = strings.TrimSpace(why)
	if len([]rune(why)) > 4000 {
		return event.Incident{}, errors.New("a reason has at most 4,000 characters")
	}
	text, ok := stateTexts[state]
	if !ok {
		return event.Incident{}, fmt.Errorf("%q is no state of a case", state)
	}
	if why != "" {
		text = event.Text{JA: text.JA + ": " + why, EN: text.EN + ": " + why}
	}
	judge := func(inc *event.Incident) {
		inc.State = state
		m.line(inc, event.TimelineEntry{Time: m.now().UTC(), Kind: "state", Text: text, Who: who})
	}
	for _, part := range m.parts(uid) { // what is said of an incident holds for each of its cases; the lead comes last
		if _, err := m.change(ctx, part, judge); err != nil {
			return event.Incident{}, err
		}
	}
	return m.change(ctx, uid, judge)
}

// parts are the open cases that are part of the incident that uid leads.
func (m *Manager) parts(uid string) (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for other, inc := range m.open {
		if inc.Lead == uid {
			out = append(out, other)
		}
	}
	slices.Sort(out)
	return out
}

// Note adds a person's words to a case; text is at most 4,000 characters.
func (m *Manager) Note(ctx context.Context, uid, who, text string) (event.Incident, error) {
	text = strings.TrimSpace(text)
	if text == "" || len([]rune(text)) > 4000 {
		return event.Incident{}, errors.New("a note has 1 to 4,000 characters")
	}
	return m.change(ctx, uid, func(inc *event.Incident) {
		m.line(inc, event.TimelineEntry{Time: m.now().UTC(), Kind: "note", Text: event.Text{JA: text, EN: text}, Who: who})
	})
}

// AttachOrder writes what became of an isolation into its case, or into the open case of its machine.
// Without a case it does nothing.
func (m *Manager) AttachOrder(ctx context.Context, o event.Order) (event.Incident, error) {
	if o.Incident == "" {
		if o.Incident = m.openCase(&o.Target); o.Incident == "" {
			return event.Incident{}, nil
		}
	}
	return m.change(ctx, o.Incident, func(inc *event.Incident) {
		for _, t := range o.History {
			m.orderLine(inc, &o, t)
		}
		switch {
		case o.State == event.OrderVerified && inc.State.Open():
			inc.State = event.IncidentContained
		case inc.State == event.IncidentContained && (o.State.Terminal() || o.State == event.OrderReleasing):
			inc.State = event.IncidentInProgress
		}
	})
}

func (m *Manager) orderLine(inc *event.Incident, o *event.Order, t event.Transition) {
	text, ok := orderTexts[t.To]
	if !ok {
		return
	}
	entry := event.TimelineEntry{Time: t.Time, Kind: "order", Ref: o.UID, Text: text(o, t), Who: t.Who}
	known := func(e event.TimelineEntry) bool {
		return e.Kind == "order" && e.Ref == entry.Ref && e.Time.Equal(entry.Time) && e.Text == entry.Text
	}
	if !slices.ContainsFunc(inc.Timeline, known) {
		m.line(inc, entry)
	}
}

func (m *Manager) change(ctx context.Context, uid string, f func(*event.Incident)) (event.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept, ok := m.open[uid]
	if !ok {
		kept, ok = m.closed[uid]
	}
	if !ok {
		closed, err := m.store.Incident(ctx, uid)
		if err != nil {
			return event.Incident{}, err
		}
		kept = &closed
	}
	next := clone(kept)
	f(&next)
	m.describe(&next)
	if !kept.State.Open() && !next.State.Open() {
		return next, m.put(ctx, &next)
	}
	if err := m.settle(ctx, &next); err != nil {
		return event.Incident{}, fmt.Errorf("keep case %s: %w", next.Number, err)
	}
	return next, nil
}

// clone copies what join and line write to, so that a failed put leaves the kept case as it was.
func clone(inc *event.Incident) event.Incident {
	next := *inc
	next.Findings = slices.Clone(inc.Findings)
	next.Timeline = slices.Clone(inc.Timeline)
	return next
}
