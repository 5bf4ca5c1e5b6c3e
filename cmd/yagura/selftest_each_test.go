//go:build !race

package main

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

func tested(t *testing.T, change func(*config), indicators int, live *sight) map[string]event.SelfTestResult {
	t.Helper()
	cfg := defaultConfig()
	if change != nil {
		change(&cfg)
	}
	got, err := testDetectors(t.Context(), cfg, indicators, live)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]event.SelfTestResult{}
	for _, r := range got.Results {
		out[r.Detector] = r
		if !r.OK && len(r.Why) == 0 || r.OK && len(r.Fired) == 0 {
			t.Errorf("%s: ok %v, fired %v, because %v", r.Detector, r.OK, r.Fired, r.Why)
		}
	}
	return out
}

func why(r event.SelfTestResult) string {
	var all []string
	for _, w := range r.Why {
		all = append(all, w.EN)
	}
	return strings.Join(all, " ")
}

func TestEveryDetectorCanFire(t *testing.T) {
	got := tested(t, func(c *config) {
		c.Asset.Zones = []asset.Zone{{Name: "lgwan", CIDR: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")}}}
		c.Detect.Detectors = map[string]map[string]any{"separation": {"isolated": []string{"lgwan"}}, "rogue": {"zones": []string{"mynumber"}}}
	}, 3, nil)
	// Alerts of others are no packets of ours; an upload would be too large; what breaks the rules of SMB 1 is not ours to write.
	asEvents := []string{"bridge", "indicator", "otheralert", "rogue", "smbexploit", "upload"}
	for id, r := range got {
		if !r.OK {
			t.Errorf("%s cannot fire: %s", id, why(r))
		}
		if r.Mode != "packets" && !slices.Contains(asEvents, id) {
			t.Errorf("%s was shown %q; its protocols can be written as packets", id, r.Mode)
		}
	}
}

func TestWhatCannotFireIsExplained(t *testing.T) {
	got := tested(t, func(c *config) {
		c.Detect.Disabled = []string{"rdp"}
		c.Detect.Detectors = map[string]map[string]any{"sweep": {"unique": 2000, "failed": 2000, "arp": 2000, "echoes": 2000, "slow": 2000}}
		c.Detect.Exceptions = []detect.Exception{{Detector: "dga", Owner: "sato", Reason: "school", Expires: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}, 0, nil)
	for id, want := range map[string]string{"rdp": "switched off", "dga": `"school"`, "sweep": "With the settings of", "indicator": "No list", "separation": "No zones to guard", "bridge": "No zones to guard"} {
		if r := got[id]; r.OK || !strings.Contains(why(r), want) {
			t.Errorf("%s: ok %v, %q", id, r.OK, why(r))
		}
	}
}

func TestWhatTheSensorMissesIsExplained(t *testing.T) {
	off := detect.EngineStats{Detectors: map[string]detect.DetectorStats{"beacon": {Off: true, Panics: 100}}}
	got := tested(t, nil, 1, &sight{packets: 9, since: 2 * time.Hour, byApp: map[string]uint64{"dns": 5, "http": 5, "tls": 5, "dhcp": 1}, engine: off})
	for id, want := range map[string]string{"dcsync": "no traffic of this kind (dcerpc)", "beacon": "failed 100 times"} {
		if r := got[id]; r.OK || !strings.Contains(why(r), want) {
			t.Errorf("%s: ok %v, %q", id, r.OK, why(r))
		}
	}
	if r := got["dnstunnel"]; !r.OK {
		t.Errorf("dnstunnel: %q", why(r))
	}
	if r := tested(t, nil, 1, &sight{packets: 9, since: time.Minute})["dcsync"]; !r.OK || !strings.Contains(why(r), "only begun") {
		t.Errorf("dcsync in the first minute: ok %v, %q", r.OK, why(r))
	}
	if r := tested(t, func(c *config) { c.Dissect.Protocols = []string{"dns"} }, 1, nil)["dcsync"]; r.OK || !strings.Contains(why(r), "dissect.protocols") {
		t.Errorf("dcsync with DNS alone: ok %v, %q", r.OK, why(r))
	}
}
