package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/detect"
	alldetectors "github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/intel"
	"github.com/yagura-project/yagura/signature"
)

// judgement is what every capture of one replay is judged with: settings, lists, networks.
type judgement struct {
	cfg   config
	home  homeNetworks
	intel *intel.Library
	rules *signatures // nil: none
}

func newJudgement(cfg config) (*judgement, error) {
	home, err := newHome(cfg.Home)
	if err != nil {
		return nil, err
	}
	cfg.Asset.Home = home.list
	lib := intel.New(cfg.Intel)
	if err := lib.Reload(); err != nil {
		return nil, err
	}
	rules, err := newSignatures(cfg.Signature, cfg.Home)
	if err != nil {
		return nil, err
	}
	leavePages()
	return &judgement{cfg, home, lib, rules}, nil
}

// replay is the analysis of one capture.
type replay struct {
	cmd       replayCmd
	judgement *judgement
	path      string
	eve       *eve.Writer
	eveErr    error
	told      eve.Statistics // so far
	partly    bool           // behind the file's first packets stands what is none
	out       io.Writer
	err       io.Writer
	engine    *detect.Engine      // nil: behaviours are not asked for
	folded    *signature.Findings // of rules; nil without
	order     []string            // finding UIDs as they first came
	findings  map[string]event.Finding
}

func (r *replay) run(ctx context.Context) error {
	start := time.Now()
	in, err := openInput(ctx, r.path)
	if err != nil {
		return err
	}
	defer in.file.Close()
	if lines, ok := in.log(); ok {
		return r.runLog(ctx, lines, start)
	}
	bar := newProgress(r.err, r.cmd.Quiet, r.path)
	file, err := in.capture(r.path, bar.set)
	if err != nil {
		return err
	}
	defer file.Close()
	r.findings = map[string]event.Finding{}
	analyzer, err := r.prepare()
	if err != nil {
		return err
	}
	sink, done := tidied(analyzer)
	readErr := capture.Run(ctx, file, sink)
	done()
	if r.folded != nil { // rules live beside what all flows tell now: garbage and what was read in passing make room for that first
		runtime.GC()
		leavePages()
	}
	analyzer.Close()
	r.close()
	bar.end()
	if err := r.report(analyzer.Stats(), time.Since(start)); err != nil {
		return err
	}
	r.statistics(analyzer.Stats())
	r.strangeLinks(file.Links())
	var broken *capture.FileError
	r.partly = errors.As(readErr, &broken) && !errors.Is(readErr, io.ErrUnexpectedEOF) && analyzer.Stats().Packets > 0 && r.eveErr == nil
	return errors.Join(readErr, r.eveErr)
}

// close lets what judges conclude.
func (r *replay) close() {
	if r.engine != nil {
		r.engine.Close()
	}
	if r.folded != nil {
		r.folded.Close()
	}
}

// prepareJudge wires events → findings.
func (r *replay) prepareJudge() (*asset.Inventory, error) {
	j := r.judgement
	inventory, err := asset.New(j.cfg.Asset)
	if err != nil {
		return nil, err
	}
	if err := inventory.Load(); err != nil {
		return nil, err
	}
	if r.cmd.Only != "signature" {
		deps := detect.Deps{Home: j.home.Contains, Zone: inventory.Zone, Assets: inventory, Intel: j.intel}
		if r.engine, err = detect.New(j.cfg.Detect, deps, alldetectors.Detectors, r.take); err != nil {
			return nil, err
		}
	}
	return inventory, nil
}

// prepare wires packets → events → findings for one capture.
func (r *replay) prepare() (*dissect.Workers, error) {
	j := r.judgement
	inventory, err := r.prepareJudge()
	if err != nil {
		return nil, err
	}
	cfg := j.cfg.Dissect
	cfg.Sensor, cfg.Detail = r.path, r.eve != nil
	cfg.Lend = true
	protocols, err := protocolsOf(cfg.Protocols)
	if err != nil {
		return nil, err
	}
	analyzer := dissect.NewWorkers(r.workers(), cfg, protocols, func(e event.Event) { r.event(e, inventory) })
	if r.eve != nil {
		analyzer.Write(func() func([]byte, event.Event) []byte { return r.eve.Encoder().Event }, r.lines)
	}
	odd, err := oddities(r.eve != nil, j.cfg.Eve, j.rules != nil)
	if err != nil {
		return nil, err
	}
	switch {
	case j.rules != nil:
		r.folded = signature.NewFindings(j.home.Contains, func(f event.Finding) {
			f.Device = namedDevice(inventory, f)
			r.take(f)
		})
		j.rules.write(r.eve != nil, j.cfg.Eve, odd)
		j.rules.inspect(analyzer)
	case odd != eve.Oddities{}:
		watchAlone(analyzer, odd)
	}
	return analyzer, nil
}

// event takes what the analyzer saw, or a rule told.
func (r *replay) event(e event.Event, inventory *asset.Inventory) {
	switch a := e.(type) {
	case *event.Alert:
		r.told.Alerts++
		r.folded.Add(a)
	case *event.Anomaly, *event.Record, *event.TaggedPacket: // for EVE alone
	default:
		if r.engine != nil {
			inventory.Observe(e)
			r.engine.Observe(e)
		}
	}
	if r.eve != nil {
		r.told.Time = later(r.told.Time, e.Head().Time)
	}
}

// lines takes what was written of events, until the file takes no more.
func (r *replay) lines(b []byte) {
	if r.eveErr == nil {
		r.eveErr = r.eve.Lines(b)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// largeCapture is where sharing the work begins to pay.
const largeCapture = 32 << 20

// workers is how many analyzers share the work on this capture.
func (r *replay) workers() int {
	if r.cmd.Workers > 0 {
		return r.cmd.Workers
	}
	if st, err := os.Stat(r.path); err == nil && st.Size() >= largeCapture {
		return runtime.GOMAXPROCS(0)
	}
	return 1
}

// take keeps the newest form of each finding; repeats come with the same UID.
func (r *replay) take(f event.Finding) {
	if _, known := r.findings[f.UID]; !known {
		r.order = append(r.order, f.UID)
	}
	f.Sensor = r.path
	r.findings[f.UID] = f
}
