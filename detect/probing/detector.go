// Package probing finds a machine that asks what another one is: which system it runs, and which protocols it speaks over IP.
package probing

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 14).
type Config struct {
	Kinds     int           `yaml:"kinds"`     // kinds of malformed or empty probes to one machine; 2–6
	Protocols int           `yaml:"protocols"` // different protocols over IP sent to one machine; ≥ 5
	Window    time.Duration `yaml:"window"`    // ≥ 5s
	Exempt    []string      `yaml:"exempt"`    // roles that may do this
}

// DefaultConfig: 3 kinds of probes (of the 13 that Nmap's documentation lists for telling systems apart), 8 protocols, in a minute.
func DefaultConfig() Config {
	return Config{Kinds: 3, Protocols: 8, Window: time.Minute, Exempt: []string{"scanner"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Kinds < 2 || c.Kinds > 6 || c.Protocols < 5 || c.Window < 5*time.Second {
		return fmt.Errorf("kinds %d, protocols %d, window %s: 2 to 6, and at least 5 and 5s", c.Kinds, c.Protocols, c.Window)
	}
	return nil
}

// Detector collects, for each pair of machines, the kinds of probes that only serve to see how a system answers: TCP without
// flags, with flags that exclude each other, FIN+PSH+URG, bare ACKs, runs of SYNs to one open port, echoes with a code
// (RFC 9293 §3.1, RFC 792); and the numbers of protocols over IP (IANA).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "probing",
		Title: event.Text{JA: "機器の種類の探り", EN: "Probing what a machine is"},
		Means: event.Text{
			JA: "ある端末が、相手の機器の種類や話せる通信方式を、ふつうでない問いかけで調べました。攻撃の準備の可能性があります。",
			EN: "A machine found out with unusual probes what another one is or speaks, perhaps to prepare an attack."},
		Do: []event.Text{
			{JA: "管理担当者の点検作業でないか確認してください。", EN: "Ask whether it was an administrator's check."},
			{JA: "心当たりがなければ、その端末を調べてください。", EN: "If nobody knows of it, examine that machine."}},
		Sees:       event.Text{JA: "規則に合わない問いかけの種類と、IPの上の通信方式の数。", EN: "Kinds of irregular probes, and the number of protocols over IP."},
		Misses:     event.Text{JA: "ふつうの通信を眺めるだけの判別。", EN: "Telling systems apart by merely watching."},
		Techniques: []event.Technique{{UID: "T1046", Name: "Network Service Discovery"}, {UID: "T1592", Name: "Gather Victim Host Information"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseDiscovery,
	},
	Behaviours: []string{"scan.os_fp", "scan.protocol"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, pairs: detect.NewTable[pair, state](10_000, c.Window)}
	},
}
