// Package service is how a long-running part of Yagura is started, stopped and watched.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// Part is one long-running part. Start returns once the part is ready (or
// failed to become so) and must not block; Stop ends it and waits for its
// goroutines, within ctx.
type Part interface {
	Name() string
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// Group starts parts in order and stops them in reverse.
type Group struct {
	log     *slog.Logger
	mu      sync.Mutex
	started []Part
}

// NewGroup makes an empty group; log must not be nil.
func NewGroup(log *slog.Logger) *Group { return &Group{log: log} }

// Start starts the parts one after the other. When one fails, those already
// started are stopped again and the error names the part.
func (g *Group) Start(ctx context.Context, parts ...Part) error {
	for _, p := range parts {
		if err := p.Start(ctx); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", p.Name(), err), g.Stop(ctx))
		}
		g.log.Debug("started", "part", p.Name())
		g.mu.Lock()
		g.started = append(g.started, p)
		g.mu.Unlock()
	}
	return nil
}

// Stop stops what was started, last first, and joins the errors.
func (g *Group) Stop(ctx context.Context) error {
	g.mu.Lock()
	parts := g.started
	g.started = nil
	g.mu.Unlock()
	var errs []error
	for i := len(parts) - 1; i >= 0; i-- {
		if err := parts[i].Stop(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", parts[i].Name(), err))
		}
	}
	return errors.Join(errs...)
}
