package acttest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/yagura-project/yagura/event"
)

// Ledger keeps orders in memory as act.Ledger says.
type Ledger struct {
	mu     sync.Mutex
	Kept   map[string]event.Order
	Audits []event.Audit
	Fail   error             // what PutOrder answers, when set
	OnPut  func(event.Order) // called before each PutOrder returns
}

// NewLedger makes an empty ledger.
func NewLedger() *Ledger { return &Ledger{Kept: map[string]event.Order{}} }

// PutOrder keeps o.
func (l *Ledger) PutOrder(_ context.Context, o event.Order) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Fail != nil {
		return l.Fail
	}
	l.Kept[o.UID] = o
	if l.OnPut != nil {
		l.OnPut(o)
	}
	return nil
}

// AppendAudit keeps a.
func (l *Ledger) AppendAudit(_ context.Context, a event.Audit) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Audits = append(l.Audits, a)
	return nil
}

// Order gives one order or event.ErrNotFound.
func (l *Ledger) Order(_ context.Context, uid string) (event.Order, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o, ok := l.Kept[uid]
	if !ok {
		return o, fmt.Errorf("order %s: %w", uid, event.ErrNotFound)
	}
	return o, nil
}

// Orders gives those in the filter's states.
func (l *Ledger) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []event.Order
	for _, uid := range slices.Sorted(maps.Keys(l.Kept)) {
		if o := l.Kept[uid]; len(f.States) == 0 || slices.Contains(f.States, o.State) {
			out = append(out, o)
		}
	}
	return out, nil
}
