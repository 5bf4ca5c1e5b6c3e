package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/console"
	alldetectors "github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/intel"
)

// testDetectors fires every detector of a configuration. live is what the running sensor sees, nil where none runs.
func testDetectors(ctx context.Context, cfg config, indicators int, live *sight) (event.SelfTest, error) {
	start := time.Now()
	protocols, err := protocolsOf(cfg.Dissect.Protocols)
	if err != nil {
		return event.SelfTest{}, err
	}
	if len(cfg.Home) == 0 {
		cfg.Home = defaultHome
	}
	g := &shootingRange{cfg: cfg, protocols: protocols, indicators: indicators}
	t := event.SelfTest{Time: start.UTC(), Live: live != nil, Results: []event.SelfTestResult{}}
	for i := range alldetectors.Detectors {
		if err := ctx.Err(); err != nil {
			return t, err
		}
		d := &alldetectors.Detectors[i]
		if slices.Contains(cfg.Detect.Disabled, d.Info.ID) {
			t.Results = append(t.Results, event.SelfTestResult{Detector: d.Info.ID, Title: d.Info.Title, Silent: d.Behaviours,
				Why: []event.Text{{JA: "設定で止めています（detect.disabled）。", EN: "It is switched off (detect.disabled)."}}})
			continue
		}
		samples, err := g.samplesOf(d)
		if err != nil {
			return t, err
		}
		r := g.fire(ctx, d, samples)
		if d.Info.ID == indicatorDetector && indicators == 0 {
			r.OK = false
			r.Why = append(r.Why, event.Text{JA: "危険な相手の一覧（脅威情報）が読み込まれていません（intel.files）。", EN: "No list of indicators is loaded (intel.files)."})
		}
		g.unread(&r)
		if live != nil {
			live.limits(&r)
		}
		t.Results = append(t.Results, r)
	}
	t.TookMS = time.Since(start).Milliseconds()
	return t, nil
}

// selfTester lets one self-test run at a time.
type selfTester struct {
	mu sync.Mutex
}

// settingSelfTest is where the last result is kept.
const settingSelfTest = "selftest.last"

var errTestRuns = console.Refused{Text: event.Text{JA: "自己試験はもう動いています。終わるまでお待ちください。", EN: "A self-test is running already; wait until it has ended."}}

// SelfTest implements operations: it fires every detector beside the running ones, and keeps the result.
func (r *river) SelfTest(ctx context.Context, who string, notify bool) (event.SelfTest, error) {
	if !r.tester.mu.TryLock() {
		return event.SelfTest{}, errTestRuns
	}
	defer r.tester.mu.Unlock()
	t, err := testDetectors(ctx, r.cfg, r.indicators.Len(), r.sight())
	if err != nil {
		return t, err
	}
	t.Who = who
	if notify {
		if err := r.tellOfTest(ctx, t); err != nil {
			return t, fmt.Errorf("tell of the test: %w", err)
		}
		t.Told = true
	}
	text, err := json.Marshal(t)
	if err != nil {
		return t, err
	}
	if err := r.state.PutSetting(ctx, settingSelfTest, string(text)); err != nil {
		return t, fmt.Errorf("keep the result: %w", err)
	}
	detail := fmt.Sprintf("%d of %d detectors can fire", len(t.Results)-t.Silent(), len(t.Results))
	return t, r.state.AppendAudit(ctx, event.Audit{Time: t.Time, Who: who, Action: "selftest", Detail: detail})
}

// LastSelfTest is the result of the last one; its time is zero where there was none.
func (r *river) LastSelfTest(ctx context.Context) (t event.SelfTest, err error) {
	text, err := r.state.Setting(ctx, settingSelfTest)
	if errors.Is(err, event.ErrNotFound) || err == nil && text == "" {
		return event.SelfTest{Results: []event.SelfTestResult{}}, nil
	}
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal([]byte(text), &t)
}

// sight is what the sensor and the detectors have done since the start.
func (r *river) sight() *sight {
	s := &sight{byApp: map[string]uint64{}, since: time.Since(r.started), engine: r.engine.Stats(), zones: map[string]int{}}
	for _, st := range r.sensor.Stats() {
		s.packets += st.Packets
		for app, n := range st.ByApp {
			s.byApp[app] += n
		}
	}
	for _, z := range r.cfg.Asset.Zones {
		s.zones[z.Name] = 0
	}
	for _, d := range r.inventory.Devices() {
		if _, known := s.zones[d.Zone]; known {
			s.zones[d.Zone]++
		}
	}
	return s
}

// tellOfTest sends one notice that says that it is a test.
func (r *river) tellOfTest(ctx context.Context, t event.SelfTest) error {
	at := time.Now().UTC()
	text := event.Text{JA: fmt.Sprintf("【試験】検知器 %d 個のうち %d 個が知らせることができます。対応は要りません。", len(t.Results), len(t.Results)-t.Silent()),
		EN: fmt.Sprintf("[TEST] %d of %d detectors can fire. Nothing needs to be done.", len(t.Results)-t.Silent(), len(t.Results))}
	inc := event.Incident{Header: event.Header{UID: "selftest-" + at.Format("20060102150405"), Time: at, Tenant: r.cfg.Store.Tenant, Site: r.cfg.Site}, Number: "試験",
		Device: event.Device{Hostname: "selftest"}, HostSeverity: 10, State: event.IncidentNew, Test: true, First: at, Last: at,
		Title: event.Text{JA: "【試験】櫓の自己試験です", EN: "[TEST] Yagura's self-test"}, Story: text}
	return r.desk.Tell(ctx, inc, nil)
}

// loadedIndicators counts the indicators of a configuration.
func loadedIndicators(cfg config) (int, error) {
	lib := intel.New(cfg.Intel)
	if err := lib.Reload(); err != nil {
		return 0, err
	}
	return lib.Len(), nil
}
