package detect

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// Keeper is an instance with something that must outlive a restart.
type Keeper interface {
	Save() ([]byte, error)
	Restore([]byte) error
}

// Separated is an instance that keeps the record of network separation.
type Separated interface {
	Separation() []event.SeparationDay
	Talks() []event.Talk
}

// Save gathers, by detector, what must outlive a restart.
func (e *Engine) Save() (map[string]json.RawMessage, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := map[string]json.RawMessage{}
	var errs []error
	for _, r := range e.run {
		k, ok := r.inst.(Keeper)
		if !ok {
			continue
		}
		b, err := k.Save()
		if err != nil {
			errs = append(errs, fmt.Errorf("keep %s: %w", r.Info.ID, err))
			continue
		}
		out[r.Info.ID] = b
	}
	return out, errors.Join(errs...)
}

// Restore gives detectors what Save gathered in a former run; detectors that are off now are left out.
func (e *Engine) Restore(kept map[string]json.RawMessage) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for _, r := range e.run {
		k, ok := r.inst.(Keeper)
		if b := kept[r.Info.ID]; ok && len(b) > 0 {
			errs = append(errs, k.Restore(b))
		}
	}
	return errors.Join(errs...)
}

// Separation is the record of network separation: complete days that were not fetched yet, and the running one.
func (e *Engine) Separation() (out []event.SeparationDay) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.run {
		if s, ok := r.inst.(Separated); ok {
			out = append(out, s.Separation()...)
		}
	}
	return out
}

// Talks are the answered conversations between zones that are remembered.
func (e *Engine) Talks() (out []event.Talk) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.run {
		if s, ok := r.inst.(Separated); ok {
			out = append(out, s.Talks()...)
		}
	}
	return out
}
