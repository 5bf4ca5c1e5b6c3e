// Package portscan finds a machine that knocks on many ports of one other machine.
package portscan

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 14).
type Config struct {
	Window  time.Duration `yaml:"window"`  // ports are counted within this time; ≥ 1s
	Ports   int           `yaml:"ports"`   // different ports, most unanswered, that are a scan; ≥ 5
	Refused int           `yaml:"refused"` // different ports that refused or stayed silent and are a small scan; ≥ 3
	Acks    int           `yaml:"acks"`    // different ports sent a bare ACK that belongs to nothing; ≥ 10
	Slow    int           `yaml:"slow"`    // different ports of one machine that refused or stayed silent within six hours; ≥ 10
	Exempt  []string      `yaml:"exempt"`  // roles that may scan
}

// DefaultConfig: 50 ports a minute (DETECTIONS 14; Zeek's scan policy 15 within 5 min), 5 refused ones; 20 refused ones in six hours.
func DefaultConfig() Config {
	return Config{Window: time.Minute, Ports: 50, Refused: 5, Acks: 20, Slow: 20, Exempt: []string{"scanner"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < time.Second || c.Ports < 5 || c.Refused < 3 || c.Acks < 10 || c.Slow < 10 {
		return fmt.Errorf("window %s, ports %d, refused %d, acks %d, slow %d: at least 1s, 5, 3, 10 and 10", c.Window, c.Ports, c.Refused, c.Acks, c.Slow)
	}
	return nil
}

// Detector counts the different ports of one target that a machine tries.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "portscan",
		Title: event.Text{JA: "ポートスキャン(侵入口の下調べ)", EN: "Port scan"},
		Means: event.Text{
			JA: "ある端末が、別の機器の入口を次々に試しました。侵入できる場所を探す下調べの可能性があります。",
			EN: "A machine tried one door of another after the other, looking for a way in."},
		Do: []event.Text{
			{JA: "管理担当者の点検作業でないか確認してください。", EN: "Ask whether it was an administrator's check."},
			{JA: "心当たりがなければ、スキャンした端末を切り離してください。", EN: "If nobody knows of it, isolate the machine that scanned."}},
		Sees:       event.Text{JA: "TCP(通常・FIN・NULL・Xmas・ACK)とUDPで試されたポートの数。", EN: "The number of ports tried over TCP (SYN, FIN, NULL, Xmas, ACK) and UDP."},
		Misses:     event.Text{JA: "6時間に20個に満たないゆっくりしたスキャン、同じネットワーク内で監視点を通らない通信。", EN: "Scans of fewer than 20 ports in six hours; traffic that does not pass the mirror."},
		Techniques: []event.Technique{{UID: "T1046", Name: "Network Service Discovery"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseDiscovery,
	},
	Behaviours: []string{"scan.port", "scan.stealth", "scan.port_udp"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, pairs: detect.NewTable[key, state](20_000, 2*c.Window), slow: detect.NewTable[key, slowly](5_000, slowWindow)}
	},
	Samples: samples,
}
