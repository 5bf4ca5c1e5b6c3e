package drill

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
	"github.com/yagura-project/yagura/store"
)

// stage is the rooms behind the findings, wired as cmd/yagura wires them.
type stage struct {
	town   Town
	log    logBook
	state  *store.State
	cases  *incident.Manager
	policy *decide.Engine
	hands  *act.Manager
	eyes   *dissect.Workers
	source *capture.Live
	end    context.CancelFunc
	ended  sync.WaitGroup
}

// logBook is what the rooms said, for a drill that fails.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newStage(t *testing.T, town Town) *stage {
	t.Helper()
	s := &stage{town: town}
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	ctx := context.Background()
	cfg := store.DefaultConfig()
	cfg.Dir, cfg.Tenant = t.TempDir(), "drill"
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s.state, err = store.Open(ctx, cfg)
	must()
	s.cases, err = incident.New(incident.DefaultConfig(), s.state, nil)
	must()
	s.policy, err = decide.New(policy(), decide.Deps{Log: log, Ledger: s.state, Machines: func(string) int { return 1000 }})
	must()
	hand := town.Open(t, act.Deps{Log: log, Protects: s.policy.Protected, Now: time.Now, Dir: t.TempDir()})
	config := town.Config
	if config.Every == 0 {
		config = act.DefaultConfig()
	}
	s.hands, err = act.NewManager(config, act.ManagerDeps{Log: log, Ledger: s.state, Hands: []act.Hand{hand}, Watcher: s, Hold: s.policy.Hold,
		Pulse: func() act.Pulse { st := s.source.Stats(); return act.Pulse{Packets: st.Packets, UpTo: st.UpTo} }})
	must()
	s.policy.SetActor(s.hands)
	s.look(t)
	err = s.hands.Start(ctx)
	must()
	return s
}

// policy decides at once whatever the hour, as often as the drill asks.
func policy() decide.Config {
	c := decide.DefaultConfig()
	c.Unrehearsed = true
	c.Mode, c.Severity, c.Grace, c.Caps.PerHour, c.Caps.Percent = event.ModeAuto, 1, 0, 1000, 100
	return c
}

// look opens the sensor.
func (s *stage) look(t *testing.T) {
	t.Helper()
	cfg := capture.DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Timeout, cfg.Workers = s.town.Interfaces, s.town.Namespace, 5*time.Millisecond, 1
	var err error
	if s.source, err = capture.OpenLive(cfg); err != nil {
		t.Fatal(err)
	}
	d := dissect.DefaultConfig()
	d.Live = true
	s.eyes = dissect.NewWorkers(1, d, nil, func(event.Event) {})
	ctx, cancel := context.WithCancel(context.Background())
	s.end = cancel
	s.ended.Go(func() {
		if err := capture.Run(ctx, s.source, s.eyes.Lane(0)); err != nil {
			t.Error(err)
		}
	})
}

// Watch implements act.Watcher.
func (s *stage) Watch(ips []netip.Addr, macs []event.MAC) {
	s.eyes.Watch(dissect.Watch{IPs: ips, MACs: macs, Seen: s.hands.Sighting})
}

func (s *stage) stop(t *testing.T) {
	t.Helper()
	if err := s.hands.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	s.end()
	s.ended.Wait()
	s.eyes.Close()
	if err := s.state.Close(); err != nil {
		t.Error(err)
	}
}
