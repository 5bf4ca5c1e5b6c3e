package act

import (
	"errors"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Waiting is the error of an Apply or Undo that has been prepared and now
// waits for the device to come for it: nothing went wrong, but nothing is in
// force yet either. The same call later finds out.
type Waiting struct {
	Enforcer string
	By       time.Time  // the device should have come by then
	Text     event.Text // whom is waited for; the same words while the same is waited for
}

// Error is the English sentence.
func (w *Waiting) Error() string { return w.Enforcer + " waits: " + w.Text.In("en") }

// waits reports whether an error is no more than waiting, and not yet for too long.
func (m *Manager) waits(err error) bool {
	var w *Waiting
	return errors.As(err, &w) && m.Now().Before(w.By)
}

// saidAll reports whether after has no receipt that says something new.
func saidAll(before, after event.Order) bool {
	return slices.EqualFunc(before.Receipts, after.Receipts, func(a, b event.Receipt) bool {
		return a.Enforcer == b.Enforcer && a.Op == b.Op && a.OK == b.OK && a.Detail == b.Detail
	})
}
