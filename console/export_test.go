package console

import "time"

// SetClock turns the clock of a console.
func (c *Console) SetClock(now func() time.Time) { c.now = now }

// ForgetKey lets it read the key of links anew, as after a restart.
func (c *Console) ForgetKey() {
	c.answers.keyMu.Lock()
	defer c.answers.keyMu.Unlock()
	c.answers.key = nil
}
