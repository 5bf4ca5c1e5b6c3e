// Package sweep finds a machine that knocks on the same door of many machines, or looks for who is there.
package sweep

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 15).
type Config struct {
	Window    time.Duration `yaml:"window"`    // machines are counted within this time; ≥ 1s
	Failed    int           `yaml:"failed"`    // machines that refused or stayed silent; ≥ 5
	Unique    int           `yaml:"unique"`    // machines asked on a sensitive port, answered or not; ≥ 5
	Echoes    int           `yaml:"echoes"`    // machines pinged within a tenth of the window; ≥ 5
	ARP       int           `yaml:"arp"`       // addresses asked for by ARP within a tenth of the window; ≥ 10
	Sensitive []uint16      `yaml:"sensitive"` // ports over which intruders spread
	Slow      int           `yaml:"slow"`      // inside machines that refused or stayed silent on a sensitive port within a day; ≥ 10
	Exempt    []string      `yaml:"exempt"`    // roles that may talk to everybody
}

// DefaultConfig: 20 machines in 10 minutes, 10 failed ones (DETECTIONS 15), 10 pings and 40 ARP questions a minute, 20 failed ones a day.
func DefaultConfig() Config {
	return Config{Window: 10 * time.Minute, Failed: 10, Unique: 20, Echoes: 10, ARP: 40, Slow: 20,
		Sensitive: []uint16{22, 135, 139, 445, 3389, 5985, 5986},
		Exempt:    []string{"scanner", "management", "backup", "dc", "wsus", "gateway", "yagura"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < time.Second || c.Failed < 5 || c.Unique < 5 || c.Echoes < 5 || c.ARP < 10 || c.Slow < 10 {
		return fmt.Errorf("window %s, failed %d, unique %d, echoes %d, arp %d, slow %d: at least 1s, 5, 5, 5, 10 and 10", c.Window, c.Failed, c.Unique, c.Echoes, c.ARP, c.Slow)
	}
	return nil
}

// Detector counts the different machines that one machine tries on one port, by ping or by ARP.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "sweep",
		Title: event.Text{JA: "庁内の端末探し(横断スキャン)", EN: "Sweep across machines"},
		Means: event.Text{
			JA: "ある端末が、多くの機器に同じ方法で次々に接続を試みました。感染を広げる先を探している可能性があります。",
			EN: "A machine tried the same door of many machines in turn, perhaps looking for where to spread."},
		Do: []event.Text{
			{JA: "資産管理や点検の作業でないか確認してください。", EN: "Ask whether it was inventory or maintenance work."},
			{JA: "心当たりがなければ、この端末を切り離してください。", EN: "If nobody knows of it, isolate this machine."}},
		Sees:       event.Text{JA: "同じポートへの多数の接続、ping、ARPの問い合わせ。", EN: "Many connections to one port, pings, ARP questions."},
		Misses:     event.Text{JA: "監視点を通らない同一セグメント内の接続、1日に20台に満たない探索。", EN: "Connections within a segment that the mirror does not see; fewer than 20 machines a day."},
		Techniques: []event.Technique{{UID: "T1018", Name: "Remote System Discovery"}, {UID: "T1046", Name: "Network Service Discovery"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseDiscovery,
	},
	Behaviours: []string{"scan.sweep", "scan.icmp", "scan.arp"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, sources: detect.NewTable[key, state](20_000, 2*c.Window), slow: detect.NewTable[key, slowly](5_000, slowWindow)}
	},
	Samples: samples,
}
