package main

import (
	"context"
	"net/netip"
	"slices"
	"sort"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
)

// shootingRange fires detectors one by one on a river of its own: the same protocols, settings and exceptions as the real one,
// but with a memory that is thrown away, so that nothing of the test stays behind.
type shootingRange struct {
	cfg        config
	protocols  []dissect.Protocol
	indicators int // that the real river knows
}

// shot is what came of one sample.
type shot struct {
	findings   []event.Finding
	suppressed uint64 // accepted by an exception
	err        error
}

// one is the configuration of one detector alone.
func (g *shootingRange) one(d *detect.Detector, exceptions bool) detect.Config {
	cfg := g.cfg.Detect
	cfg.Disabled = nil
	cfg.Detectors = nil
	if own, ok := g.cfg.Detect.Detectors[d.Info.ID]; ok {
		cfg.Detectors = map[string]map[string]any{d.Info.ID: own}
	}
	if !exceptions {
		cfg.Exceptions = nil
	}
	return cfg
}

// stage is one detector and the inventory in front of it.
type stage struct {
	engine    *detect.Engine
	inventory *asset.Inventory
	shot      shot
}

func (g *shootingRange) stage(d *detect.Detector, s *sample.Sample, cfg detect.Config) (*stage, error) {
	var home []netip.Prefix
	for _, h := range s.Home {
		p, err := netip.ParsePrefix(h)
		if err != nil {
			return nil, err
		}
		home = append(home, p)
	}
	inventory, err := asset.New(asset.Config{Home: home, Zones: g.zonesFor(d), MaxDevices: 1000, Forget: g.cfg.Asset.Forget})
	if err != nil {
		return nil, err
	}
	st := &stage{inventory: inventory}
	deps := detect.Deps{Home: s.IsHome, Assets: inventory, Intel: wanted(s), Zone: inventory.Zone}
	st.engine, err = detect.New(cfg, deps, []detect.Detector{*d}, st.take)
	return st, err
}

func (st *stage) take(f event.Finding) {
	for i := range st.shot.findings {
		if st.shot.findings[i].UID == f.UID {
			st.shot.findings[i] = f
			return
		}
	}
	st.shot.findings = append(st.shot.findings, f)
}

func (st *stage) event(e event.Event) {
	switch e.(type) {
	case *event.Alert, *event.Anomaly:
		return
	}
	st.inventory.Observe(e)
	st.engine.Observe(e)
}

func (st *stage) end() shot {
	st.engine.Close()
	st.shot.suppressed = st.engine.Stats().Suppressed
	return st.shot
}

// events shows the sample behind the dissector.
func (g *shootingRange) events(d *detect.Detector, s *sample.Sample, cfg detect.Config) shot {
	st, err := g.stage(d, s, cfg)
	if err != nil {
		return shot{err: err}
	}
	for _, e := range s.Events {
		st.event(e)
	}
	return st.end()
}

// Bounds of the range's own dissector: a sample has some hundred conversations.
const (
	rangeFlows  = 1 << 12
	rangeBuffer = 4 << 20
)

// packets shows the sample as packets; ok is false where it cannot be written as such.
func (g *shootingRange) packets(d *detect.Detector, s *sample.Sample, cfg detect.Config) (_ shot, ok bool) {
	frames, rest := forge.Packets(s.Events, dcerpc.Numbers)
	if len(rest) > 0 || len(frames) == 0 {
		return shot{}, false
	}
	st, err := g.stage(d, s, cfg)
	if err != nil {
		return shot{err: err}, true
	}
	dis := g.cfg.Dissect
	dis.Live, dis.MaxFlows, dis.BufferBytes, dis.Sensor = false, rangeFlows, rangeBuffer, "selftest"
	a := dissect.New(dis, g.protocols, st.event)
	for i, f := range frames {
		a.Packet(&capture.Packet{Nanos: f.Time.UnixNano(), Data: f.Data, OrigLen: len(f.Data), Link: capture.LinkEthernet, Number: uint64(i + 1)})
	}
	a.Close()
	return st.end(), true
}

// told are the behaviours that the sample wants and the shot gave.
func (s shot) told(want []sample.Expect) (out []string) {
	for _, w := range want {
		if slices.ContainsFunc(s.findings, func(f event.Finding) bool { return w.Met(&f) }) && !slices.Contains(out, w.Behaviour) {
			out = append(out, w.Behaviour)
		}
	}
	return out
}

// fire shows a detector all its samples, as packets where they can be written as such.
func (g *shootingRange) fire(ctx context.Context, d *detect.Detector, samples []sample.Sample) (r event.SelfTestResult) {
	r = event.SelfTestResult{Detector: d.Info.ID, Title: d.Info.Title, Needs: needs(samples)}
	cfg := g.one(d, true)
	var all []event.Finding
	var covered uint64
	for i := range samples {
		s := &samples[i]
		got, ok := g.packets(d, s, cfg)
		mode := "packets"
		if fired := got.told(s.Expect); !ok || len(fired) == 0 {
			if got, mode = g.events(d, s, cfg), "events"; len(got.told(s.Expect)) == 0 {
				covered += got.suppressed
				continue
			}
		}
		for _, b := range got.told(s.Expect) {
			if !slices.Contains(r.Fired, b) {
				r.Fired = append(r.Fired, b)
			}
		}
		if r.Mode != "packets" {
			r.Mode = mode
		}
		all = append(all, got.findings...)
	}
	for _, b := range d.Behaviours {
		if !slices.Contains(r.Fired, b) {
			r.Silent = append(r.Silent, b)
		}
	}
	sort.Strings(r.Fired)
	if r.OK = len(r.Fired) > 0; !r.OK {
		r.Why = append(r.Why, g.whySilent(d, samples, covered))
	}
	g.asCase(ctx, &r, all)
	return r
}

// asCase joins what was found to a case that is marked as a test and kept nowhere.
func (g *shootingRange) asCase(ctx context.Context, r *event.SelfTestResult, all []event.Finding) {
	shelf := testShelf{}
	m, err := incident.New(g.cfg.Incident, shelf, nil)
	if err != nil {
		return
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Time.Before(all[j].Time) })
	for _, f := range all {
		inc, _, err := m.Add(ctx, f)
		if err != nil || inc.UID == "" || inc.HostSeverity < r.Severity {
			continue
		}
		r.Severity, r.Case = inc.HostSeverity, "試験-"+r.Detector
	}
}
