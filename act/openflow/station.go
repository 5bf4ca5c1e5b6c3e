package openflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// Waits between attempts to reach a switch.
const (
	firstWait = 100 * time.Millisecond
	longWait  = 5 * time.Second
	settled   = 10 * time.Second // a conversation that lasted so long starts the waits anew
)

// station is one switch, spoken to or not.
type station struct {
	Switch
	quiet sparse
	work  sync.Mutex // held while the switch's flows are compared and changed

	mu     sync.Mutex
	claims uint64 // the datapath id of the conversation that is there or begins; 0 = none
	link   *link
	site   site
	ports  []ofp.Port
	why    error                // why there is no link
	moved  chan struct{}        // closed at each change of the above
	told   map[uint64]bool      // orders that this process may have told it, by cookie
	learnt map[uint64]time.Time // when a machine was last seen at a port, by cookie
}

// sparse keeps the log readable when the same goes wrong for days.
type sparse struct{ last atomic.Int64 }

// may is true once a minute.
func (s *sparse) may() bool {
	now := time.Now().Unix()
	last := s.last.Load()
	return now-last >= 60 && s.last.CompareAndSwap(last, now)
}

// away is the error of a switch that cannot be spoken to now.
type away struct {
	name string
	why  error
}

func (a *away) Error() string { return fmt.Sprintf("switch %s cannot be reached: %v", a.name, a.why) }
func (a *away) Unwrap() error { return a.why }

func (s *station) label() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Address != "":
		return s.Address
	}
	return s.Datapath
}

func (s *station) set(l *link, at site, ports []ofp.Port, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link, s.site, s.ports, s.why = l, at, ports, why
	if l == nil {
		s.claims = 0
	}
	close(s.moved)
	s.moved = make(chan struct{})
}

// tell remembers whether the switch may have an order.
func (s *station) tell(cookie uint64, may bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if may {
		s.told[cookie] = true
	} else {
		delete(s.told, cookie)
	}
}

func (s *station) toldOf(cookie uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[cookie]
}

func (s *station) at() site {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.site
}

// wait gives the conversation with the switch; one that was just tried in vain is not waited for.
func (s *station) wait(ctx context.Context) (*link, site, error) {
	for {
		s.mu.Lock()
		l, at, why, moved := s.link, s.site, s.why, s.moved
		s.mu.Unlock()
		switch {
		case l != nil:
			return l, at, nil
		case why != nil:
			return nil, at, &away{s.label(), why}
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return nil, at, &away{s.label(), ctx.Err()}
		}
	}
}

// hold keeps a conversation with the switch until ctx ends.
func (h *hand) hold(ctx context.Context, s *station) {
	pause := firstWait
	for ctx.Err() == nil {
		began := time.Now()
		err := h.visit(ctx, s)
		if time.Since(began) > settled {
			pause = firstWait
		}
		if ctx.Err() != nil {
			return
		}
		if s.quiet.may() {
			h.deps.Log.Warn("no conversation with a switch; trying again", "switch", s.label(), "error", err)
		}
		s.set(nil, site{}, nil, err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(pause*2, longWait)
	}
}

func (h *hand) visit(ctx context.Context, s *station) error {
	dial, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	conn, err := h.net.connect(dial, &h.cfg, s.Address)
	if err != nil {
		return err
	}
	l, err := greet(dial, conn)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	return h.converse(ctx, s, l)
}

// converse serves one conversation to its end.
func (h *hand) converse(ctx context.Context, s *station, l *link) error {
	stop := context.AfterFunc(ctx, func() { l.end(ctx.Err()) })
	defer stop()
	over := make(chan error, 1)
	go func() { over <- l.run() }()
	if err := h.welcome(ctx, s, l); err != nil {
		l.end(err)
		return err
	}
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	for {
		select {
		case err := <-over:
			return err
		case m := <-l.told:
			h.hear(ctx, s, l, m)
		case <-renew.C:
			h.restore(ctx, s, l)
		}
	}
}

// welcome learns about the switch, puts back what it has lost, and only then lets orders through.
func (h *hand) welcome(ctx context.Context, s *station, l *link) error {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	if err := h.claim(s, l.features.Datapath); err != nil {
		return err
	}
	if err := l.listen(ctx); err != nil {
		return err
	}
	about, err := l.request(ctx, &ofp.MultipartRequest{Kind: ofp.PartDescription})
	if err != nil {
		return err
	}
	ports, err := l.request(ctx, &ofp.MultipartRequest{Kind: ofp.PartPorts})
	if err != nil {
		return err
	}
	at := site{remarks: about.about.Hardware == "Open vSwitch"}
	if at.uplinks, err = portsOf(s.Uplinks, ports.ports); err != nil {
		return err
	}
	if h.cfg.Mode == modeVLAN {
		way, err := portsOf([]string{s.Quarantine}, ports.ports)
		if err != nil {
			return err
		}
		if at.quarantine = way[0]; !slices.Contains(at.uplinks, way[0]) {
			at.uplinks = append(at.uplinks, way[0])
		}
	}
	if s.Address == "" {
		if err := h.base(ctx, l); err != nil {
			return err
		}
	}
	s.set(l, at, ports.ports, nil)
	h.deps.Log.Info("a switch is there", "switch", s.label(), "datapath", fmt.Sprintf("%016x", l.features.Datapath), "is", about.about.Hardware+" "+about.about.Software)
	h.restore(ctx, s, l)
	return nil
}

// claim holds the datapath id to what is configured, and to being there once.
func (h *hand) claim(s *station, datapath uint64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if want, err := parseDatapath(s.Datapath); err == nil && want != datapath {
		return fmt.Errorf("its datapath id is %016x, the configuration says %016x", datapath, want)
	}
	for _, other := range h.stations {
		if other != s && other.claim(0) == datapath {
			return fmt.Errorf("its datapath id %016x is that of switch %s too: give each its own (ovs-vsctl set bridge BRIDGE other-config:datapath-id=…)", datapath, other.label())
		}
	}
	s.claim(datapath)
	return nil
}

// claim sets the datapath id unless it is 0, and gives what it then is.
func (s *station) claim(datapath uint64) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if datapath != 0 {
		s.claims = datapath
	}
	return s.claims
}

// base keeps a bridge that empties its table for its controller an ordinary switch.
func (h *hand) base(ctx context.Context, l *link) error {
	t, err := read(ctx, l)
	if err != nil {
		return err
	}
	last := baseFlow()
	if t.taken(last) || len(t.lacks([]ofp.Flow{last}, 0)) == 0 {
		return nil
	}
	return l.change(ctx, []*ofp.FlowMod{{Command: ofp.FlowAdd, Flow: last}})
}

// portsOf finds ports by name or number; a name that the switch does not have is an error, because a guard hangs on it.
func portsOf(names []string, ports []ofp.Port) (out []uint32, err error) {
	for _, name := range names {
		n, bad := strconv.ParseUint(name, 10, 32)
		found := false
		for _, p := range ports {
			if p.Name == name || bad == nil && uint64(p.Number) == n {
				out, found = append(out, p.Number), true
				break
			}
		}
		if !found {
			return nil, fmt.Errorf("it has no port %q, which is configured as its uplink", name)
		}
	}
	return out, nil
}
