package acttest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
)

// patience bounds what must come back at all; it judges no speed.
const patience = 60 * time.Second

// timeout: a device that does not answer costs as long as ctx says, is named
// in the error, is never mistaken for an empty one, and is told in full later.
func (s *suite) timeout(t *testing.T) {
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Apply(over, target); err == nil {
		t.Error("apply after the end of ctx says it is done")
	}
	s.gone(t, h, "iso-1", "after the end of ctx")
	s.without(t, "Mute", s.Mute != nil)
	before := s.foreign(t)
	other := s.target("iso-2", 1)
	apply(t, h, other)
	back := s.Mute(t)
	bounded(t, h, "apply", func(ctx context.Context) error { _, err := h.Apply(ctx, target); return err })
	if !s.can.ByHand {
		bounded(t, h, "undo", func(ctx context.Context) error { _, err := h.Undo(ctx, other); return err })
	}
	if !s.can.OneWay {
		bounded(t, h, "list", func(ctx context.Context) error { _, err := h.List(ctx); return err })
	}
	back()
	s.eventually(t, "apply after the device is back", func() error { _, err := h.Apply(context.Background(), target); return err })
	if !s.can.OneWay {
		s.covered(t, h, target, "after the device is back")
	}
	undo(t, h, target)
	undo(t, h, other)
	s.gone(t, h, "iso-1", "undone")
	s.gone(t, h, "iso-2", "undone")
	s.restored(t, before)
	figure(t, "error within ctx")
}

// bounded calls f with a short ctx: it must end with an error that names the device.
func bounded(t *testing.T, h act.Hand, what string, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	select {
	case err := <-done:
		if err == nil {
			t.Errorf("%s: the device does not answer, but no error", what)
		} else if !strings.Contains(err.Error(), strings.SplitN(h.Name(), "-", 2)[0]) {
			t.Errorf("%s: the error does not name %s: %v", what, h.Name(), err)
		}
	case <-time.After(patience):
		t.Fatalf("%s: ctx ended %v ago and it still waits", what, patience)
	}
}

// eventually tries until it works: a device that comes back may need a moment.
func (s *suite) eventually(t *testing.T, what string, f func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = f(); err == nil {
			return
		}
	}
	t.Fatalf("%s: %v", what, err)
}

// denied: what the device refuses is an error that names it, nothing is left, and it works once the device agrees.
func (s *suite) denied(t *testing.T) {
	s.without(t, "Deny", s.Deny != nil)
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	before := s.foreign(t)
	back := s.Deny(t)
	_, err := h.Apply(context.Background(), target)
	if err == nil {
		t.Error("the device refused, but no error")
	} else if !strings.Contains(err.Error(), strings.SplitN(h.Name(), "-", 2)[0]) {
		t.Errorf("the error does not name %s: %v", h.Name(), err)
	}
	var no *act.Refused
	if errors.As(err, &no) {
		t.Error("a refusal by the device is not final: it must not be act.Refused")
	}
	back()
	s.gone(t, h, "iso-1", "after the refusal")
	s.eventually(t, "apply once the device agrees", func() error { _, err := h.Apply(context.Background(), target); return err })
	undo(t, h, target)
	s.restored(t, before)
}
