package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/signature"
)

// useRules has the sensor's traffic held against the rules, and what they tell folded to findings.
func (r *river) useRules(home homeNetworks) {
	r.rules.note(r.log, "rules loaded")
	r.judge.alerts = signature.NewFindings(home.Contains, func(f event.Finding) {
		f.Device = namedDevice(r.inventory, f)
		f.Zone = f.Device.Zone
		r.cases.findings <- f // not to EVE: the alerts stand there
	})
	r.rules.inspect(r.sensor.analyzer)
}

// rulesStatus is what `yagura status` says of the rules.
type rulesStatus struct {
	Used       int       `json:"used"`
	Refused    int       `json:"refused"`
	Loaded     time.Time `json:"loaded"`
	Alerts     uint64    `json:"alerts"`
	Suppressed uint64    `json:"suppressed"` // matches not told for the limits of their rules
	Lost       uint64    `json:"lost"`       // matches, states and values of data sets given up for want of room
}

// rulesStatus is nil where no rules are used.
func (r *river) rulesStatus() *rulesStatus {
	if r.rules == nil {
		return nil
	}
	s := &rulesStatus{Loaded: r.rules.since()}
	s.Used, s.Refused = r.rules.counts()
	if shared := r.rules.shared.Load(); shared != nil {
		n := shared.Stats()
		s.Alerts, s.Suppressed, s.Lost = n.Alerts, n.Suppressed, n.Overflow+n.Dropped+n.Evicted+r.rules.sets.Full()
	}
	return s
}

// ReloadRules implements operations.
func (r *river) ReloadRules() (rulesStatus, error) {
	if r.rules == nil {
		return rulesStatus{}, errors.New("no rules are in use: name files under signature.files")
	}
	if err := r.rules.Reload(); err != nil {
		return rulesStatus{}, fmt.Errorf("the old rules stay in use: %w", err)
	}
	r.rules.note(r.log, "rules reloaded")
	return *r.rulesStatus(), nil
}

func printRules(w io.Writer, s *rulesStatus) {
	if s != nil {
		fmt.Fprintf(w, "ルール      %d 件（使えないもの %d 件）  アラート %d 件\n", s.Used, s.Refused, s.Alerts)
	}
}

type rulesReloadCmd struct {
	running
}

// Help is printed by yagura rules reload --help.
func (rulesReloadCmd) Help() string {
	return `動いている Yagura にルールを読み直させます。パケットは取りこぼしません。SIGHUP を送っても同じです。
読めないファイルがあるときは、それまでのルールのまま動き続けます。

Examples:
  yagura rules reload
  yagura rules reload --json

Exit codes: 0 reloaded, 1 refused or failed, 2 wrong usage.`
}

// Run asks the running Yagura to read its rules again.
func (c rulesReloadCmd) Run(ctx context.Context, std streams) error {
	var s rulesStatus
	if err := newControlClient(c.Data).call(ctx, "rules/reload", &controlRequest{}, &s); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, s)
	}
	_, err := fmt.Fprintf(std.out, "ルールを読み直しました。使うもの %d 件、使えないもの %d 件\n", s.Used, s.Refused)
	return err
}

// reloader reads the rules again when the process is told so by SIGHUP, and now and then writes what rules have put into data sets,
// for not each process ends well. It is a service.Part.
type reloader struct {
	rules *signatures
	log   *slog.Logger
	every time.Duration // between writing; 0: setsEvery
	hup   chan os.Signal
	ended sync.WaitGroup
}

// setsEvery is how much of what rules have learnt is lost when the power goes.
const setsEvery = 15 * time.Minute

// Name implements service.Part.
func (p *reloader) Name() string { return "rules reload" }

// Start listens for SIGHUP.
func (p *reloader) Start(context.Context) error {
	p.hup = make(chan os.Signal, 1)
	signal.Notify(p.hup, syscall.SIGHUP)
	p.ended.Go(func() {
		tick := time.NewTicker(cmp.Or(p.every, setsEvery))
		defer tick.Stop()
		for {
			select {
			case _, on := <-p.hup:
				if !on {
					return
				}
				p.reload()
			case <-tick.C:
				if err := p.rules.sets.Save(); err != nil {
					p.log.Error("what rules have put into data sets was not saved", "error", err)
				}
			}
		}
	})
	return nil
}

func (p *reloader) reload() {
	if err := p.rules.Reload(); err != nil {
		p.log.Error("rules were not reloaded; the old ones stay in use", "error", err)
		return
	}
	p.rules.note(p.log, "rules reloaded")
}

// Stop ends listening, and keeps what rules have put into data sets.
func (p *reloader) Stop(context.Context) error {
	signal.Stop(p.hup)
	close(p.hup)
	p.ended.Wait()
	return p.rules.sets.Save()
}
