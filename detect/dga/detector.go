// Package dga finds malware that looks for its server by asking for many made-up domain names.
package dga

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 4).
type Config struct {
	Window time.Duration `yaml:"window"` // ≥ 1m
	Names  int           `yaml:"names"`  // different registered domains that do not exist; ≥ 5
	Random float64       `yaml:"random"` // share of them that look made up; 0–1
}

// DefaultConfig: 20 domains in 15 minutes, 60 % of them made up.
func DefaultConfig() Config { return Config{Window: 15 * time.Minute, Names: 20, Random: 0.6} }

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < time.Minute || c.Names < 5 || c.Random <= 0 || c.Random > 1 {
		return fmt.Errorf("window %s, names %d, random %.2f: at least 1m, 5, and above 0 up to 1", c.Window, c.Names, c.Random)
	}
	return nil
}

// Detector counts registered domains that do not exist (NXDOMAIN, RFC 1035 §4.1.1) and judges whether people made them.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "dga",
		Title: event.Text{JA: "でたらめな名前の連続問い合わせ(DGA)", EN: "Look-ups of generated names (DGA)"},
		Means: event.Text{
			JA: "端末が、存在しないでたらめな名前を次々に問い合わせています。ウイルスが指令サーバーを探すときの動きです。",
			EN: "The machine asks for one made-up name after the other: malware looking for its server does this."},
		Do: []event.Text{
			{JA: "端末を切り離し、ウイルス検査を行ってください。", EN: "Isolate the machine and scan it."},
			{JA: "同じ動きをする端末が他にないか確認してください。", EN: "Check whether other machines do the same."}},
		Sees:       event.Text{JA: "存在しないドメインの数と、名前の文字の並び。", EN: "The number of domains that do not exist, and the letters of their names."},
		Misses:     event.Text{JA: "単語を組み合わせた名前、暗号化されたDNS。", EN: "Names made of words; encrypted DNS."},
		Techniques: []event.Technique{{UID: "T1568.002", Name: "Domain Generation Algorithms"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"c2.dga"},
	Reads:      []event.Event{(*event.DNSActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, sources: detect.NewTable[netip.Addr, state](20_000, c.Window)}
	},
	Samples: samples,
}

// maxNames bounds the names remembered for one machine.
const maxNames = 512

type state struct {
	names map[string]time.Time // registered domain → last asked
	told  int
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	sources *detect.Table[netip.Addr, state]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.sources.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.sources.Stats() }

// Observe counts answers that say "no such name".
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	d, ok := e.(*event.DNSActivity)
	if !ok || d.Service != "dns" || d.Activity != event.DNSResponse || d.RCode != "NXDOMAIN" || !n.deps.Home(d.Src.IP) {
		return
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(d.Query)
	suffix, icann := publicsuffix.PublicSuffix(d.Query)
	if err != nil || !icann || strings.HasSuffix(domain, ".arpa") || suffix == domain {
		return
	}
	s, _ := n.sources.Touch(d.Src.IP, d.Time)
	if s.names == nil {
		s.names = map[string]time.Time{}
	}
	if _, known := s.names[domain]; !known && len(s.names) >= maxNames {
		return
	}
	s.names[domain] = d.Time
	n.judge(d, s, emit)
}

func (n *instance) judge(d *event.DNSActivity, s *state, emit detect.Emit) {
	if len(s.names) < n.cfg.Names || len(s.names) < 4*s.told {
		return
	}
	odd, sample := 0, ""
	for name, at := range s.names {
		if d.Time.Sub(at) > n.cfg.Window {
			delete(s.names, name)
			continue
		}
		if detect.MadeUp(name) {
			odd++
			if sample == "" || name < sample {
				sample = name
			}
		}
	}
	count := len(s.names)
	share := float64(odd) / float64(max(1, count))
	if count < s.told {
		s.told = 0
	}
	if count < n.cfg.Names || share < n.cfg.Random {
		return
	}
	f := event.Finding{
		Behaviour: "c2.dga", Severity: event.High, Confidence: 80, Weight: 0.7, Device: detect.Device(d.Src), Peers: []event.Endpoint{d.Dst}, Subject: "nxdomain", Count: count - s.told,
		Summary: detect.Say("%s が、存在しないでたらめな名前を%d種類問い合わせました(例: %s)。", "%s asked for %d different made-up names that do not exist (such as %s).", d.Src.IP, odd, sample),
		Reasons: []event.Reason{
			detect.Because("names", float64(count), float64(n.cfg.Names), "names", detect.Say("存在しないドメインが%d種類ありました。", "%d different domains did not exist.", count)),
			detect.Because("random", share, n.cfg.Random, "ratio", detect.Say("その%.0f%%は人が付けた名前に見えません。", "%.0f%% of them do not look as if people had named them.", 100*share))},
		Evidence: []event.Evidence{detect.Seen(d.Time, &d.Conn, d.Query)},
	}
	f.Time = d.Time
	resolver := n.deps.HasRole(d.Src.IP, d.Time, "dns", "mail")
	f.Gates = []event.Gate{
		detect.AtLeast("names", float64(count), float64(n.cfg.Names), "names", "names", event.Text{JA: "存在しなかった別々のドメインの数", EN: "Different domains that do not exist"}),
		detect.AtLeast("random", share, n.cfg.Random, "ratio", "random", event.Text{JA: "人が付けたとは思えない名前の割合", EN: "Share of names that nobody would have given"}),
		detect.Holds("resolver", !resolver, "", event.Text{JA: "ほかの機器の代わりに問い合わせる機器ではない", EN: "It does not ask on behalf of others"})}
	if resolver {
		f.Severity, f.Confidence, f.Weight = event.Low, 40, 0.2
		f.Counter = append(f.Counter, detect.Because("resolver", 1, 0, "", event.Text{JA: "この機器は他の端末の代わりに問い合わせています。", EN: "This machine asks on behalf of others."}))
	}
	s.told = count
	emit(f)
}
