package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/act"
	allenforcers "github.com/yagura-project/yagura/act/all"
	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/asset/switches"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/console/notice"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/detect"
	alldetectors "github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve/live"
	"github.com/yagura-project/yagura/incident"
	"github.com/yagura-project/yagura/intel"
	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/service"
	"github.com/yagura-project/yagura/store"
)

// river is the whole of Yagura, wired. Data flows one way:
//
//	sensor → judge → cases → policy → hands
//	                   └→ bell, console, telemetry
type river struct {
	cfg        config
	log        *slog.Logger
	held       confinement
	started    time.Time
	state      *store.State
	telemetry  *store.Telemetry
	inventory  *asset.Inventory
	engine     *detect.Engine
	rules      *signatures // nil: none
	manager    *incident.Manager
	policy     *decide.Engine
	hands      *act.Manager
	desk       *notify.Desk
	sensor     *sensor
	intake     *intake        // nil: nobody else is listened to
	notice     *notice.Notice // nil: none is shown
	judge      *judge
	cases      *cases
	console    *console.Console
	eve        *live.Output // nil: not configured
	group      *service.Group
	tester     selfTester
	indicators *intel.Library
}

// options are what differs between run, demo and tests.
type options struct {
	log      *slog.Logger
	open     func() (capture.Source, error) // nil: live, as configured
	rings    []*capture.Live                // live, opened already; nil: they are opened at the start
	announce func(console.First)            // told of the first administrator; nil = the log names the password file
	held     confinement                    // what holds this process
	onCase   func(event.Incident)           // told of each changed case; nil = nobody
}

// newRiver wires the rooms; nothing runs before Start. It holds the store's lock until Close.
func newRiver(ctx context.Context, cfg config, o options) (_ *river, err error) {
	r := &river{cfg: cfg, log: o.log, held: o.held, group: service.NewGroup(o.log)}
	home, err := newHome(cfg.Home)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	if r.state, err = store.Open(ctx, cfg.Store); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.state.Close())
		}
	}()
	for _, part := range []func() error{
		func() error { return r.know(home) },
		func() error { return r.look(home, o) },
		func() error { return r.inspect(home) },
		r.answer,
		func() error { return r.meetPeople(o) },
	} {
		if err = part(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// know wires who is who, and what is known to be bad.
func (r *river) know(home homeNetworks) (err error) {
	cfg := r.cfg.Asset
	cfg.Home = home.list
	if r.inventory, err = asset.New(cfg); err != nil {
		return err
	}
	r.indicators = intel.New(r.cfg.Intel)
	return errors.Join(r.inventory.Load(), r.indicators.Reload())
}

// look wires packets → events → findings.
func (r *river) look(home homeNetworks, o options) error {
	cfg, live := r.cfg.Dissect, o.open == nil
	cfg.Live, cfg.Tenant, cfg.Site = live, r.cfg.Store.Tenant, r.cfg.Site
	cfg.Sensor, cfg.Detail = sensorName(r.cfg), r.cfg.Eve.Enabled()
	protocols, err := protocolsOf(cfg.Protocols)
	if err != nil {
		return failure{exitUsage, err}
	}
	r.sensor = newSensor(o.log, cfg, workersOf(r.cfg, o.open), protocols, sourcesOf(r.cfg, o))
	if live {
		r.sensor.keep, r.sensor.interfaces = r.cfg.Capture.Packets, len(r.cfg.Capture.Interfaces)
	}
	r.telemetry = store.NewTelemetry(r.state, namer{r.inventory, home}, o.log)
	deps := detect.Deps{Home: home.Contains, Zone: r.inventory.Zone, Assets: r.inventory, Intel: r.indicators, Log: o.log}
	if r.engine, err = detect.New(r.cfg.Detect, deps, alldetectors.Detectors, r.found); err != nil {
		return failure{exitUsage, err}
	}
	r.judge = &judge{events: r.sensor.events, inventory: r.inventory, engine: r.engine, telemetry: r.telemetry, live: live, voices: ownVoices(r.cfg.Act)}
	if err = r.listenToOthers(); err != nil {
		return failure{exitUsage, err}
	}
	return nil
}

// inspect wires rules, and the records that other tools read.
func (r *river) inspect(home homeNetworks) (err error) {
	if r.rules, err = newSignatures(r.cfg.Signature, r.cfg.Home); err != nil {
		return failure{exitUsage, err}
	}
	if err = r.useInspector(home); err != nil {
		return failure{exitUsage, err}
	}
	if r.eve, err = r.newEve(); err != nil {
		return failure{exitUsage, err}
	}
	if r.eve != nil {
		r.judge.eve = r.eve.Event
	}
	return nil
}

// answer wires findings → cases → decisions → deeds.
func (r *river) answer() (err error) {
	if r.manager, err = incident.New(r.cfg.Incident, r.state, nil); err != nil {
		return err
	}
	r.manager.OnSight((&sightKeeper{days: r.state.SensorDays}).of)
	told := func(ord event.Order) { r.cases.told(ord) }
	if r.policy, err = decide.New(r.cfg.Decide, decide.Deps{Log: r.log, Ledger: r.state, Machines: r.machines, Self: ownAddresses(r.cfg.Console.Listen),
		Device: func(_ context.Context, uid string) (event.Device, error) { return r.find(uid) }, Incident: r.state.Incident, Told: told,
		Segment: func(kind, name string) (decide.Segment, error) { return r.segmentOf(segmentName{kind, name}) }}); err != nil {
		return failure{exitUsage, err}
	}
	cfg := &r.cfg.Act
	cfg.Allow = append(cfg.Allow, noticeAllows(r.cfg.Notice)...)
	hands, err := act.Open(*cfg, allenforcers.Enforcers, act.Deps{Log: r.log, Protects: r.policy.Protected, Allow: cfg.Allow, Now: time.Now,
		Dir: filepath.Join(r.cfg.Store.Dir, "act"), Saw: r.sank})
	if err != nil {
		return failure{exitUsage, err}
	}
	if r.hands, err = act.NewManager(*cfg, act.ManagerDeps{Log: r.log, Ledger: r.state, Hands: hands, Watcher: watcher{r}, Pulse: r.sensor.pulse, Hold: r.policy.Hold,
		Told: told}); err != nil {
		return err
	}
	r.policy.SetActor(r.hands)
	return nil
}

// meetPeople wires notices, calls, the console and its cases.
func (r *river) meetPeople(o options) (err error) {
	if r.notice, err = r.newNotice(); err != nil {
		return failure{exitUsage, err}
	}
	if r.desk, err = r.newDesk(); err != nil {
		return err
	}
	if r.console, err = r.newConsole(o.announce); err != nil {
		return err
	}
	r.cases = newCases(caseDeps{log: o.log, head: event.Header{Tenant: r.cfg.Store.Tenant, Site: r.cfg.Site}, state: r.state, manager: r.manager,
		policy: r.policy, bell: r.desk, hub: r.console.Hub, watch: o.onCase})
	if list := r.cfg.Detect.Exceptions; len(list) > 0 {
		r.cases.except(list) // for the cases of the last run
	}
	return nil
}

// parts in the order in which they start; they stop the other way round, so
// that whatever the sensor has seen still reaches the shelves.
func (r *river) parts() []service.Part {
	parts := []service.Part{r.telemetry, r.policy, r.hands, r.desk, r.cases, r.judge, r.console, r.newControl(), newKeeper(r), r.sensor}
	if r.cfg.path != "" {
		parts = append([]service.Part{&exceptor{reload: r.ReloadExceptions, log: r.log}}, parts...)
	}
	if r.rules != nil {
		parts = append([]service.Part{&reloader{rules: r.rules, log: r.log}}, parts...)
	}
	if list := r.cfg.Asset.Switches; len(list) > 0 {
		parts = append(parts, switches.NewPoller(list, r.inventory.Attach, r.log))
	}
	if r.intake != nil {
		parts = append(parts, r.intake)
	}
	if r.notice != nil {
		parts = append(parts, r.notice)
	}
	if r.eve != nil {
		parts = append([]service.Part{r.eve, &reopener{out: r.eve}}, parts...)
	}
	return parts
}

// found is told of each finding.
func (r *river) found(f event.Finding) {
	if r.eve != nil {
		r.eve.Finding(f)
	}
	r.cases.findings <- f
}

func (r *river) newControl() *control {
	c := newControl(r.cfg.Store.Dir, r)
	c.packets = r.FindingPackets
	return c
}

// Start starts everything; the desired isolations are put back before the first packet is read.
func (r *river) Start(ctx context.Context) error {
	r.started = time.Now().UTC()
	if err := errors.Join(r.nameTown(ctx), r.restoreDevices(ctx), r.restoreDetectors(ctx)); err != nil {
		return err
	}
	return r.group.Start(ctx, r.parts()...)
}

// Close stops what runs and gives the store back. Isolations stay as they are.
func (r *river) Close(ctx context.Context) error {
	return errors.Join(r.group.Stop(ctx), r.state.Close())
}

// watcher lets the hands look at the traffic of machines that they have cut off.
type watcher struct{ r *river }

// Watch implements act.Watcher.
func (w watcher) Watch(ips []netip.Addr, macs []event.MAC) {
	w.r.sensor.watch(ips, macs, w.r.hands.Sighting)
}

// ownAddresses are this machine's, which must never be cut off.
func ownAddresses(listen string) []netip.Addr {
	var out []netip.Addr
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			out = append(out, p.Addr().Unmap())
		}
	}
	if ap, err := netip.ParseAddrPort(listen); err == nil && !ap.Addr().IsUnspecified() {
		out = append(out, ap.Addr())
	}
	return out
}

func sensorName(cfg config) string {
	if len(cfg.Capture.Interfaces) == 0 {
		return "replay"
	}
	name := cfg.Capture.Interfaces[0]
	for _, i := range cfg.Capture.Interfaces[1:] {
		name += "+" + i
	}
	return name
}
