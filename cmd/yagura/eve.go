package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/eve/live"
	"github.com/yagura-project/yagura/event/wire"
)

// newEve makes the EVE output of a running Yagura, nil where none is configured.
func (r *river) newEve() (*live.Output, error) {
	if !r.cfg.Eve.Enabled() {
		return nil, nil
	}
	return live.New(r.cfg.Eve, r.log, sensorName(r.cfg), rand.Uint64(), r.eveStats)
}

// useInspector has the traffic looked at by the rules, and told of what is wrong with it where EVE is to say so.
func (r *river) useInspector(home homeNetworks) error {
	on := r.cfg.Eve.Enabled()
	odd, err := oddities(on, r.cfg.Eve, r.rules != nil)
	if err != nil {
		return err
	}
	switch {
	case r.rules != nil:
		r.rules.write(on, r.cfg.Eve, odd)
		r.useRules(home)
	case odd != eve.Oddities{}:
		watchAlone(r.sensor.analyzer, odd)
	}
	return nil
}

// oddities are the kinds of anomalies that EVE is to tell of, and whether it is to tell of frames. To see those of protocols takes work that rules need anyway: without rules it
// is done only where the types name anomaly.
func oddities(on bool, cfg live.Config, rules bool) (odd eve.Oddities, err error) {
	types, err := eve.ParseSet(cfg.Types)
	if err != nil || !on {
		return odd, err
	}
	if types.Has(eve.Anomaly) {
		odd, err = eve.ParseOddities(cfg.Anomalies)
		odd.Applayer = odd.Applayer && (rules || len(cfg.Types) > 0)
	}
	odd.Frames = types.Has(eve.Frame) && len(cfg.Types) > 0
	return odd, err
}

// write says what alerts are to hold, and which anomalies are told of, where EVE is on.
func (s *signatures) write(on bool, cfg live.Config, odd eve.Oddities) {
	s.odd, s.content, s.payload = odd, on && (cfg.Payload || cfg.Packet), on && cfg.Payload
}

// watchAlone tells of anomalies without rules.
func watchAlone(w *dissect.Workers, odd eve.Oddities) {
	w.Inspect(func(_ int, tell func(event.Event)) wire.Inspector { return eve.Watch(nil, odd, tell) })
}

// eveStats are the counters of a stats line.
func (r *river) eveStats() eve.Statistics {
	now := time.Now().UTC()
	s := eve.Statistics{Time: now, Uptime: now.Sub(r.started)}
	for _, sensor := range r.sensor.Stats() {
		s.Sensor = sensor
	}
	c := r.eve.Counters()
	s.Lost = c.Lost + c.Dropped
	if r.rules != nil {
		s.Rules = r.rules.ruleCounts()
	}
	s.Alerts = r.judge.alerted.Load()
	return s
}

// ruleCount tells the console what became of the rules; false where there are none.
func (r *river) ruleCount() (console.RuleCount, bool) {
	if r.rules == nil {
		return console.RuleCount{}, false
	}
	used, refused := r.rules.counts()
	return console.RuleCount{Loaded: used, Refused: refused, Since: r.rules.since()}, true
}

// reopener reopens the EVE file when the process is told that it was moved. It is a service.Part.
type reopener struct {
	out   *live.Output
	hup   chan os.Signal
	ended sync.WaitGroup
}

// Name implements service.Part.
func (p *reopener) Name() string { return "eve reopen" }

// Start listens for SIGHUP.
func (p *reopener) Start(context.Context) error {
	p.hup = make(chan os.Signal, 1)
	signal.Notify(p.hup, syscall.SIGHUP)
	p.ended.Go(func() {
		for range p.hup {
			p.out.Reopen()
		}
	})
	return nil
}

// Stop ends listening.
func (p *reopener) Stop(context.Context) error {
	signal.Stop(p.hup)
	close(p.hup)
	p.ended.Wait()
	return nil
}

// eveStatus is what `yagura status` says of the EVE output.
type eveStatus struct {
	Lines         uint64 `json:"lines"`          // written to the file
	Lost          uint64 `json:"lost"`           // lines that the file did not take
	Dropped       uint64 `json:"dropped"`        // events that found the queue full
	SocketSent    uint64 `json:"socket_sent"`    // lines
	SocketDropped uint64 `json:"socket_dropped"` // lines that a slow or absent reader did not get
	Problem       string `json:"problem,omitempty"`
}

// eveStatus is nil where there is no output.
func (r *river) eveStatus() *eveStatus {
	if r.eve == nil {
		return nil
	}
	c := r.eve.Counters()
	s := &eveStatus{Lines: c.Lines, Lost: c.Lost, Dropped: c.Dropped, SocketSent: c.SocketSent, SocketDropped: c.SocketDropped}
	if err := r.eve.Fault(); err != nil {
		s.Problem = err.Error()
	}
	return s
}

func printEve(w io.Writer, s *eveStatus) {
	if s == nil {
		return
	}
	fmt.Fprintf(w, "EVE 出力    %d 行  書けなかった行 %d  待ちきれず捨てた件数 %d", s.Lines, s.Lost, s.Dropped)
	if s.SocketSent+s.SocketDropped > 0 {
		fmt.Fprintf(w, "  ソケット %d 行（捨てた行 %d）", s.SocketSent, s.SocketDropped)
	}
	fmt.Fprintln(w)
	if s.Problem != "" {
		fmt.Fprintf(w, "            いま書けていません: %s\n", s.Problem)
	}
}

// tryEve checks where the EVE file would be written.
func tryEve(cfg live.Config) error {
	dir := filepath.Dir(cfg.File.Path)
	if err := tryDirectory(dir); err != nil {
		return err
	}
	if info, err := os.Stat(cfg.File.Path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a directory; name a file", cfg.File.Path)
	}
	return nil
}
