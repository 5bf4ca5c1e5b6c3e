package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// river is Yagura without packets, disk and people: who it was, what it means, the cases, and what the policy would do.
type river struct {
	inventory *asset.Inventory
	engine    *detect.Engine
	manager   *incident.Manager
	policy    *decide.Engine
	shelf     *shelf
	clock     time.Time
	findings  []event.Finding // each once, as it was told last; its time is that of the first
	at        map[string]int
	cases     map[string]*caseSeen
	err       error
}

// caseSeen is what became of one case.
type caseSeen struct {
	Incident event.Incident
	Opened   time.Time
	Noticed  time.Time // when a person was first told; zero: never
	Letters  int       // at the threshold and at each rise above it
	Proposed bool      // the policy asked for an isolation
}

// inside is the town's own network.
var inside = netip.MustParsePrefix("10.0.0.0/8")

func home(ip netip.Addr) bool { return inside.Contains(ip.Unmap()) }

// noticeAt is the host severity from which people are told at once (notify.Use.Severity).
const noticeAt = 8

// newRiver wires the rooms as cmd does, for a town whose servers stand in the list of assets and whose permitted
// communications are known.
func newRiver(t *stage.Town, list []detect.Detector) (*river, error) {
	r := &river{shelf: newShelf(), at: map[string]int{}, cases: map[string]*caseSeen{}}
	dir, err := os.MkdirTemp("", "yagura-accuracy-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg := asset.DefaultConfig()
	cfg.Home = []netip.Prefix{inside}
	cfg.Zones = zonesOf(t)
	cfg.CSV = []string{filepath.Join(dir, "assets.csv")}
	if err := writeAssets(cfg.CSV[0], t); err != nil {
		return nil, err
	}
	if r.inventory, err = asset.New(cfg); err != nil {
		return nil, err
	}
	if err = r.inventory.Load(); err != nil {
		return nil, err
	}
	deps := detect.Deps{Home: home, Zone: r.inventory.Zone, Assets: r.inventory, Log: slog.New(slog.DiscardHandler)}
	if r.engine, err = detect.New(detectConfig(), deps, list, r.found); err != nil {
		return nil, err
	}
	if r.manager, err = incident.New(incident.DefaultConfig(), r.shelf, func() time.Time { return r.clock }); err != nil {
		return nil, err
	}
	r.manager.OnChange(r.changed)
	policy := decide.DefaultConfig()
	policy.Mode = event.ModeApprove
	r.policy, err = decide.New(policy, decide.Deps{Log: slog.New(slog.DiscardHandler), Ledger: r.shelf, Now: func() time.Time { return r.clock }})
	return r, err
}

// detectConfig is the default with what every town must tell: its zones, what may pass between them, and the tool for
// remote support that it uses.
func detectConfig() detect.Config {
	c := detect.DefaultConfig()
	c.Detectors = map[string]map[string]any{
		"remoteaccess": {"approved": []string{"TeamViewer"}},
		"separation": {"isolated": []string{"mynumber", "lgwan"}, "permit": []map[string]any{
			{"name": "基幹連携", "source": []string{"10.30.0.40"}, "destination": []string{"10.20.0.20"}, "protocol": "tcp", "ports": []int{8443}, "owner": "情報政策課", "reason": "基幹系とLGWAN系の連携"},
			{"name": "アドレス配布", "source": []string{"lgwan", "mynumber"}, "destination": []string{"10.10.0.12"}, "protocol": "udp", "ports": []int{67}, "owner": "情報政策課", "reason": "DHCP"},
			{"name": "稼働監視", "source": []string{"10.10.0.82"}, "destination": []string{"lgwan", "mynumber"}, "owner": "情報政策課", "reason": "監視"},
			{"name": "脆弱性診断", "source": []string{"10.10.0.81"}, "destination": []string{"lgwan", "mynumber"}, "owner": "情報政策課", "reason": "診断"},
		}},
	}
	return c
}

func zonesOf(t *stage.Town) (zones []asset.Zone) {
	at := map[string]int{}
	for _, n := range t.Nets {
		i, ok := at[n.Zone]
		if !ok {
			i = len(zones)
			at[n.Zone] = i
			zones = append(zones, asset.Zone{Name: n.Zone})
		}
		zones[i].CIDR = append(zones[i].CIDR, n.Prefix)
	}
	return zones
}

// writeAssets lists the servers, as a town does; PCs are learnt.
func writeAssets(file string, t *stage.Town) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	_ = w.Write([]string{"name", "ip", "mac", "roles"})
	for _, m := range t.Machines {
		if m.Server {
			_ = w.Write([]string{m.Name, m.IP.String(), m.MAC.String(), strings.Join(m.Roles, " ")})
		}
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}

// see takes one event, as cmd's judge does.
func (r *river) see(e event.Event) {
	r.clock = e.Head().Time
	r.inventory.Observe(e)
	r.engine.Observe(e)
}

// found joins a finding to its case and asks what the policy would do.
func (r *river) found(f event.Finding) {
	if i, known := r.at[f.UID]; known {
		r.findings[i] = f
	} else {
		r.at[f.UID] = len(r.findings)
		r.findings = append(r.findings, f)
	}
	inc, changed, err := r.manager.Add(context.Background(), f)
	if err != nil {
		r.err = errors.Join(r.err, fmt.Errorf("case of %s: %w", f.Behaviour, err))
	}
	if changed {
		r.changed(inc)
	}
}

func (r *river) changed(inc event.Incident) {
	c := r.cases[inc.UID]
	if c == nil {
		c = &caseSeen{Opened: r.clock}
		r.cases[inc.UID] = c
	}
	if inc.HostSeverity >= noticeAt && inc.HostSeverity > c.Incident.HostSeverity {
		c.Letters++
		if c.Noticed.IsZero() {
			c.Noticed = r.clock
		}
	}
	c.Incident = inc
	d, err := r.policy.Consider(context.Background(), inc)
	if err != nil {
		r.err = errors.Join(r.err, fmt.Errorf("decision about %s: %w", inc.Number, err))
	}
	if d.Order != nil && d.Order.State == event.OrderAwaitingApproval {
		c.Proposed = true
	}
}
