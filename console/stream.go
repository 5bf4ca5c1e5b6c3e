package console

import (
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

const (
	backlog   = 512 // changes kept for pages that reconnect
	pageQueue = 128 // changes waiting for one slow page
	maxPages  = 256 // open streams
)

// Change is one thing that became different, with its place in the order of changes.
type Change struct {
	ID   int
	Data any // IncidentChanged, OrderChanged, DeviceChanged, StatsChanged, Freeze, Resync, Heartbeat
}

// IncidentChanged says that a case is new or different.
type IncidentChanged struct {
	Incident IncidentRow `json:"incident"`
	New      bool        `json:"new"`
}

// OrderChanged says that an isolation is new or in another state.
type OrderChanged struct {
	Order event.Order `json:"order"`
}

// DeviceChanged says that more is known of a machine.
type DeviceChanged struct {
	UID string `json:"uid"`
}

// StatsChanged carries the sensors' health.
type StatsChanged struct {
	Sensors []SensorHealth `json:"sensors" nullable:"false"`
}

// Resync tells a page to read everything again: it missed changes.
type Resync struct {
	Why string `json:"why"`
	New int    `json:"new" minimum:"0" doc:"new cases among what a slow page missed, which it is not told one by one; 0 for a page that was away"`
}

// Heartbeat says that the line is alive.
type Heartbeat struct {
	Time time.Time `json:"time"`
}

// Hub hands each change to every open page. Slow pages lose their queue and are told to read again; nobody waits for them.
type Hub struct {
	mu     sync.Mutex
	now    func() time.Time
	next   int
	past   []Change // at most backlog, oldest first
	pages  map[*page]struct{}
	known  map[string]struct{} // cases announced, to say which are new; at most knownCases
	closed bool
}

const knownCases = 10_000

// page is one open stream.
type page struct {
	ch   chan Change
	late bool // missed something: the next thing it gets is a Resync
	new  int  // new cases among what it missed
}

// newHub starts counting at the clock, so that identifiers from before a restart are known as old.
func newHub(now func() time.Time) *Hub {
	h := &Hub{now: now, pages: map[*page]struct{}{}, known: map[string]struct{}{}}
	if now != nil {
		h.next = int(now().UnixMilli())
	}
	return h
}

// Incident announces a new or changed case.
func (h *Hub) Incident(i event.Incident) {
	h.mu.Lock()
	_, seen := h.known[i.UID]
	if len(h.known) >= knownCases {
		clear(h.known)
	}
	h.known[i.UID] = struct{}{}
	h.mu.Unlock()
	h.announce(IncidentChanged{Incident: incidentRow(i), New: !seen && i.State == event.IncidentNew})
}

// Order announces a new or changed isolation.
func (h *Hub) Order(o event.Order) { h.announce(OrderChanged{Order: o}) }

// Device announces that more is known of a machine.
func (h *Hub) Device(d event.Device) { h.announce(DeviceChanged{UID: d.UID}) }

// Stats announces the sensors' health; call it every few seconds at most.
func (h *Hub) Stats(s []event.SensorStats) {
	if h.now != nil {
		h.announce(StatsChanged{Sensors: sensorHealth(s, h.now())})
	}
}

// Freeze announces that automatic action was stopped or resumed.
func (h *Hub) Freeze(f Freeze) { h.announce(f) }

func (h *Hub) announce(data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	c := Change{ID: h.next, Data: data}
	if len(h.past) == backlog {
		h.past = slices.Delete(h.past, 0, backlog/4)
	}
	h.past = append(h.past, c)
	for p := range h.pages {
		select {
		case p.ch <- c:
		default:
			p.late = true
			p.miss(c)
		}
	}
}

// join opens a stream after the change with the identifier last (0 = from now on). ok is false when too many are open.
func (h *Hub) join(last int) (p *page, missed []Change, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.pages) >= maxPages {
		return nil, nil, false
	}
	p = &page{ch: make(chan Change, pageQueue)}
	h.pages[p] = struct{}{}
	return p, h.since(last), true
}

// since lists what came after last, or a Resync when that is no longer known.
func (h *Hub) since(last int) []Change {
	if last == 0 || last == h.next {
		return nil
	}
	if last > h.next || len(h.past) == 0 || last < h.past[0].ID-1 {
		return []Change{{ID: h.next, Data: Resync{Why: "too long away"}}}
	}
	i, _ := slices.BinarySearchFunc(h.past, last+1, func(c Change, id int) int { return c.ID - id })
	return slices.Clone(h.past[i:])
}

// miss counts what the page will not be told by itself.
func (p *page) miss(c Change) {
	if i, is := c.Data.(IncidentChanged); is && i.New {
		p.new++
	}
}

// skipMissed empties the queue of a page that missed something and gives what it is told instead.
func (h *Hub) skipMissed(p *page) (instead Change, late bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !p.late {
		return Change{}, false
	}
	for len(p.ch) > 0 {
		p.miss(<-p.ch)
	}
	instead = Change{ID: h.next, Data: Resync{Why: "the page was too slow", New: p.new}}
	p.late, p.new = false, 0
	return instead, true
}

func (h *Hub) leave(p *page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pages, p)
}

// close ends every stream; each page's channel is closed once.
func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for p := range h.pages {
		close(p.ch)
	}
	clear(h.pages)
}
