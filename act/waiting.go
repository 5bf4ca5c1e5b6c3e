package act

import (
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
