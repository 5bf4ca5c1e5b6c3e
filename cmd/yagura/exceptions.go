package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// ReloadExceptions reads detect.exceptions of the configuration again. They hold for what comes and for the open cases.
func (r *river) ReloadExceptions() (int, error) {
	if r.cfg.path == "" {
		return 0, errors.New("no configuration file is in use")
	}
	cfg, err := loadConfig(r.cfg.path)
	if err != nil {
		return 0, fmt.Errorf("the old exceptions stay in use: %w", err)
	}
	list := cfg.Detect.Exceptions
	if err := r.engine.SetExceptions(list); err != nil {
		return 0, fmt.Errorf("the old exceptions stay in use: %w", err)
	}
	r.cases.except(list)
	return len(list), nil
}

// except hands exceptions over to be held against the open cases; a later list takes the place of one that waits.
func (c *cases) except(list []detect.Exception) {
	for {
		select {
		case c.excepts <- list:
			return
		default:
		}
		select {
		case <-c.excepts:
		default:
		}
	}
}

// takeBack lowers and closes cases by exceptions, and shows them; nobody is told by mail that something is harmless.
func (c *cases) takeBack(ctx context.Context, list []detect.Exception) {
	c.excepted = list
	var changed []event.Incident
	c.persist("holding exceptions against the open cases", func() (err error) {
		changed, err = c.manager.Except(ctx, detect.Covers(list, time.Now()))
		return err
	})
	for _, inc := range changed {
		c.log.Info("an exception took back findings of a case", "case", inc.Number, "severity", inc.HostSeverity, "state", inc.State)
		for _, f := range inc.Findings {
			if f.Excepted != (event.Text{}) {
				c.persist("keeping a finding", func() error { return c.state.PutFinding(ctx, f) })
			}
		}
		c.hub().Incident(inc)
		if c.watch != nil {
			c.watch(inc)
		}
	}
}

// exceptor reads the exceptions again when the process is told so by SIGHUP. It is a service.Part.
type exceptor struct {
	reload func() (int, error)
	log    *slog.Logger
	hup    chan os.Signal
	ended  sync.WaitGroup
}

// Name implements service.Part.
func (p *exceptor) Name() string { return "exceptions reload" }

// Start listens for SIGHUP.
func (p *exceptor) Start(context.Context) error {
	p.hup = make(chan os.Signal, 1)
	signal.Notify(p.hup, syscall.SIGHUP)
	p.ended.Go(func() {
		for range p.hup {
			if n, err := p.reload(); err != nil {
				p.log.Error("exceptions were not reloaded", "error", err)
			} else {
				p.log.Info("exceptions reloaded", "used", n)
			}
		}
	})
	return nil
}

// Stop ends listening.
func (p *exceptor) Stop(context.Context) error {
	signal.Stop(p.hup)
	close(p.hup)
	p.ended.Wait()
	return nil
}
