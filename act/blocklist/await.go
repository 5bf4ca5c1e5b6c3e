package blocklist

import (
	"context"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// await asks until every needed consumer has come for it, or Config.Wait is over since it was published.
func (h *hand) await(ctx context.Context, e act.Entry, r *event.Receipt, done func(*consumer) bool) error {
	began := time.Now()
	late := time.NewTimer(max(0, e.Since.Add(h.cfg.Wait).Sub(h.deps.Now())))
	defer late.Stop()
	for {
		h.wakeMu.Lock()
		changed := h.changed
		h.wakeMu.Unlock()
		var missing []*consumer
		for _, c := range h.needed() {
			if !done(c) {
				missing = append(missing, c)
			}
		}
		if len(missing) == 0 {
			if len(r.Commands) > 0 {
				r.Detail = fmt.Sprintf("fetched by every consumer after %d ms", time.Since(began).Milliseconds())
			}
			return nil
		}
		select {
		case <-changed:
		case <-late.C:
			return h.waiting(e, missing)
		case <-ctx.Done():
			return h.waiting(e, missing)
		}
	}
}

// waiting names those that have not come, in words that stay the same while they do not.
func (h *hand) waiting(e act.Entry, missing []*consumer) error {
	w := &act.Waiting{Enforcer: h.Name(), By: e.Since}
	var ja, en string
	for _, c := range missing {
		w.By = latest(w.By, e.Since.Add(3*c.Every))
		last := h.ago(c)
		ja += fmt.Sprintf(" %s（%v間隔、最終取得 %s）", c.Name, c.Every, last.JA)
		en += fmt.Sprintf(" %s (every %v, last fetched %s)", c.Name, c.Every, last.EN)
	}
	w.Text = fill(textWaiting, event.Text{JA: ja, EN: en})
	return w
}

func (h *hand) ago(c *consumer) event.Text {
	if at := c.last(); !at.IsZero() {
		s := at.UTC().Format("15:04Z")
		return event.Text{JA: s, EN: s}
	}
	return textNever
}

func (h *hand) wake() {
	h.wakeMu.Lock()
	defer h.wakeMu.Unlock()
	close(h.changed)
	h.changed = make(chan struct{})
}
