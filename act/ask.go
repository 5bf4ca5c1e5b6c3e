package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// errDeaf says that a device was not even asked.
var errDeaf = errors.New("it did not answer a moment ago; it is asked again soon")

// patiently asks one device, within Config.Answer. One that does not answer is
// left alone as long again, so that a hundred orders do not wait a hundred times.
func (m *Manager) patiently(ctx context.Context, h Hand, ask func(context.Context) error) error {
	if until, deaf := m.deaf[h.Name()]; deaf && m.Now().Before(until) {
		return fmt.Errorf("%s: %w", h.Name(), errDeaf)
	}
	within, cancel := context.WithTimeout(ctx, m.cfg.Answer)
	defer cancel()
	err := ask(within)
	delete(m.deaf, h.Name())
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		m.deaf[h.Name()] = m.Now().Add(m.cfg.Answer)
	}
	return err
}

func (m *Manager) applyAt(ctx context.Context, h Hand, t Target) (r event.Receipt, err error) {
	err = m.patiently(ctx, h, func(ctx context.Context) (err error) { r, err = h.Apply(ctx, t); return err })
	return r, err
}

func (m *Manager) undoAt(ctx context.Context, h Hand, t Target) (r event.Receipt, err error) {
	err = m.patiently(ctx, h, func(ctx context.Context) (err error) { r, err = h.Undo(ctx, t); return err })
	return r, err
}

func (m *Manager) listOf(ctx context.Context, h Hand) (list []Held, err error) {
	err = m.patiently(ctx, h, func(ctx context.Context) (err error) { list, err = h.List(ctx); return err })
	return list, err
}
