package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/signature"
)

// useRules has the sensor's traffic held against the rules, and what they tell folded to findings.
func (r *river) useRules(home homeNetworks) {
	used, refused := r.rules.counts()
	r.log.Info("rules loaded", "used", used, "refused", refused)
	r.judge.alerts = signature.NewFindings(home.Contains, func(f event.Finding) {
		f.Device = namedDevice(r.inventory, f.Device, f.Time)
		f.Zone = f.Device.Zone
		r.cases.findings <- f // not to EVE: the alerts stand there
	})
	r.rules.inspect(r.sensor.analyzer)
}

// reloader reads the rules again when the process is told so by SIGHUP. It is a service.Part.
type reloader struct {
	rules *signatures
	log   *slog.Logger
	hup   chan os.Signal
	ended sync.WaitGroup
}

// Name implements service.Part.
func (p *reloader) Name() string { return "rules reload" }

// Start listens for SIGHUP.
func (p *reloader) Start(context.Context) error {
	p.hup = make(chan os.Signal, 1)
	signal.Notify(p.hup, syscall.SIGHUP)
	p.ended.Go(func() {
		for range p.hup {
			p.reload()
		}
	})
	return nil
}

func (p *reloader) reload() {
	if err := p.rules.Reload(); err != nil {
		p.log.Error("rules were not reloaded; the old ones stay in use", "error", err)
		return
	}
	used, refused := p.rules.counts()
	p.log.Info("rules reloaded", "used", used, "refused", refused)
}

// Stop ends listening.
func (p *reloader) Stop(context.Context) error {
	signal.Stop(p.hup)
	close(p.hup)
	p.ended.Wait()
	return nil
}
