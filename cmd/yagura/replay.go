package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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
	"github.com/yagura-project/yagura/event/ocsf"
	"github.com/yagura-project/yagura/intel"
	"github.com/yagura-project/yagura/signature"
)

type replayCmd struct {
	Home      []string `help:"Inside networks. Default: 10/8, 172.16/12, 192.168/16, fc00::/7." placeholder:"CIDR"`
	Config    string   `help:"yagura.yaml whose home, zones, assets, indicators and detectors are used." type:"path" placeholder:"FILE"`
	Rules     []string `help:"Rule files in Suricata's language, plain or .gz; * and ? stand for parts of names." placeholder:"FILE"`
	Only      string   `help:"Which judgement: signature or behaviour. Default: both." enum:",signature,behaviour" default:"" placeholder:"KIND"`
	Threshold string   `name:"thresholds" help:"File of suppress, threshold and rate_filter lines." type:"path" placeholder:"FILE"`
	GeoIP     string   `name:"geoip" help:"Database of countries for geoip, in MaxMind's format." type:"path" placeholder:"FILE"`
	JSON      bool     `name:"json" help:"One OCSF Detection Finding a line on stdout, nothing else."`
	Eve       string   `help:"Write Suricata-compatible EVE JSON to this file; with --rules its alerts are those of rules alone." placeholder:"FILE"`
	Protocols []string `help:"Application protocols that are read: all, none (flows alone and the behaviours that need no more), or names." placeholder:"NAME" sep:","`
	Workers   int      `help:"Analyzers that share the work, 1 to 256. The result is the same, but for rules whose limits count over several hosts. 0: as many as there are cores for a large capture, one for a small one." default:"0" placeholder:"N"`
	Quiet     bool     `help:"No progress and no summary on stderr."`
	Lang      string   `help:"Language of sentences." enum:"ja,en" default:"ja"`
	Files     []string `arg:"" name:"file" help:"pcap or pcapng files, or access logs of squid; plain or gzip."`
}

// Help is printed by yagura replay --help.
func (replayCmd) Help() string {
	return `記録した通信（キャプチャ）を、記録時の時計で分析します。

Examples:
  yagura replay office.pcapng
  yagura replay --home 192.0.2.0/24 --json mirror.pcap.gz | jq .message
  yagura replay --eve eve.json --quiet *.pcap
  yagura replay --home 10.0.0.0/8 /var/log/squid/access.log
  yagura replay --only signature --rules 'rules/*.rules' --eve eve.json mirror.pcap

Exit codes: 0 analysed, also where behind a file's packets stands what is none, 1 a file could not be read or is cut
(the rest was analysed), 2 wrong usage.`
}

// Run analyses each file by itself.
func (c replayCmd) Run(ctx context.Context, std streams) (err error) {
	cfg := defaultConfig()
	if c.Config != "" {
		if cfg, err = loadConfig(c.Config); err != nil {
			return err
		}
	}
	if len(c.Home) > 0 {
		cfg.Home = c.Home
	}
	if c.Workers < 0 || c.Workers > 256 {
		return usageError("--workers %d: use 1 to 256, or 0", c.Workers)
	}
	if len(c.Rules) > 0 {
		cfg.Signature.Files = c.Rules
	}
	if c.Threshold != "" {
		cfg.Signature.Thresholds = c.Threshold
	}
	if c.GeoIP != "" {
		cfg.Signature.GeoIP = c.GeoIP
	}
	if c.Only == "behaviour" {
		cfg.Signature.Files = nil
	}
	if len(c.Protocols) > 0 {
		cfg.Dissect.Protocols = c.Protocols
	}
	if _, err := protocolsOf(cfg.Dissect.Protocols); err != nil {
		return failure{exitUsage, err}
	}
	j, err := newJudgement(cfg)
	if err != nil {
		return failure{exitUsage, err}
	}
	if j.rules != nil {
		j.rules.tell(std.err)
	}
	out := bufio.NewWriterSize(std.out, 64<<10)
	defer func() { err = errors.Join(err, out.Flush()) }()
	records, closeEve, err := openEve(c.Eve, cfg.Eve.DNSVersion)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeEve()) }()
	unread := false
	for _, path := range c.Files {
		if ctx.Err() != nil {
			return failure{exitFailed, errors.New("interrupted")}
		}
		r := replay{cmd: c, judgement: j, path: path, eve: records, out: out, err: std.err}
		if err := r.run(ctx); err != nil {
			fmt.Fprintln(std.err, "yagura:", err)
			unread = unread || !r.partly
		}
	}
	if unread {
		return failure{exitFailed, errSilent}
	}
	return nil
}

// openEve opens the EVE file; with "" both results do nothing.
func openEve(path string, dns int) (*eve.Writer, func() error, error) {
	if path == "" {
		return nil, func() error { return nil }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, failure{exitUsage, fmt.Errorf("--eve: %w", err)}
	}
	buf := bufio.NewWriterSize(f, 256<<10)
	return eve.NewWriter(buf, dns), func() error { return errors.Join(buf.Flush(), f.Close()) }, nil
}

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
	cfg.Asset.Home = home
	lib := intel.New(cfg.Intel)
	if err := lib.Reload(); err != nil {
		return nil, err
	}
	rules, err := newSignatures(cfg.Signature, cfg.Home)
	if err != nil {
		return nil, err
	}
	return &judgement{cfg, home, lib, rules}, nil
}

// replay is the analysis of one capture.
type replay struct {
	cmd       replayCmd
	judgement *judgement
	path      string
	eve       *eve.Writer
	eveErr    error
	aside     *aside         // nil: eve is written to at once
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
	if lines, ok := openLog(r.path); ok {
		defer lines.Close()
		return r.runLog(ctx, lines, start)
	}
	bar := newProgress(r.err, r.cmd.Quiet, r.path)
	file, err := capture.Open(r.path, bar.set)
	if err != nil {
		return err
	}
	defer file.Close()
	r.findings = map[string]event.Finding{}
	analyzer, err := r.prepare()
	if err != nil {
		return err
	}
	readErr := capture.Run(ctx, file, analyzer)
	if r.folded != nil { // rules live beside what all flows tell now: garbage makes room for that first
		runtime.GC()
	}
	analyzer.Close()
	if r.aside != nil {
		r.eveErr = r.aside.close()
	}
	r.close()
	bar.end()
	if err := r.report(analyzer.Stats(), time.Since(start)); err != nil {
		return err
	}
	r.statistics(analyzer.Stats())
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
	protocols, err := protocolsOf(cfg.Protocols)
	if err != nil {
		return nil, err
	}
	workers := r.workers()
	if workers > 1 && r.eve != nil {
		r.aside = newAside(r.eve)
	}
	analyzer := dissect.NewWorkers(workers, cfg, protocols, func(e event.Event) { r.event(e, inventory) })
	if j.rules != nil {
		r.folded = signature.NewFindings(j.home.Contains, func(f event.Finding) {
			f.Device = namedDevice(inventory, f)
			r.take(f)
		})
		j.rules.odd = eve.Oddities{Applayer: r.eve != nil}
		j.rules.inspect(analyzer)
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
	switch {
	case r.aside != nil:
		r.aside.event(e)
	case r.eve != nil && r.eveErr == nil:
		r.eveErr = r.eve.Event(e)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// statistics ends a capture in EVE with its counters, as Suricata does.
func (r *replay) statistics(s event.SensorStats) {
	if r.eve == nil || r.eveErr != nil {
		return
	}
	r.told.Sensor = s
	if r.judgement.rules != nil {
		r.told.Rules = r.judgement.rules.ruleCounts()
	}
	r.eveErr = r.eve.Stats(r.told)
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

func (r *replay) report(stats event.SensorStats, took time.Duration) error {
	if err := r.tell(); err != nil {
		return err
	}
	if !r.cmd.Quiet {
		findingPrinter{r.err, r.cmd.Lang}.summary(r.path, stats, len(r.order), took)
	}
	return nil
}

// tell writes the findings.
func (r *replay) tell() error {
	lines := ocsf.NewWriter(r.out, r.cmd.Lang)
	text := findingPrinter{r.out, r.cmd.Lang}
	for _, uid := range r.order {
		f := r.findings[uid]
		if r.eve != nil && r.eveErr == nil && r.folded == nil { // with rules, alerts are theirs
			r.eveErr = r.eve.Finding(&f)
		}
		if !r.cmd.JSON {
			text.finding(&f)
		} else if err := lines.Write(&f); err != nil {
			return err
		}
	}
	return nil
}
