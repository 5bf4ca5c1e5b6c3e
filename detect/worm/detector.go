// Package worm finds a program that spreads by itself: the same exploit, file or service on machine after machine, or a search for file sharing all over the internet.
package worm

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 39).
type Config struct {
	Machines int           `yaml:"machines"` // machines given the same program, service or task within the window; ≥ 3
	Exploits int           `yaml:"exploits"` // machines attacked through a weakness of SMB within the window; ≥ 2
	Outside  int           `yaml:"outside"`  // outside machines asked for file sharing within the window; ≥ 5
	Window   time.Duration `yaml:"window"`   // ≥ 1m
	Exempt   []string      `yaml:"exempt"`   // roles that install programs everywhere
}

// DefaultConfig: 5 machines in 10 minutes (DETECTIONS 39), 3 exploited ones, 10 outside ones; file sharing is not used
// across the internet (JPCERT/CC and CISA advise to block 445 outward).
func DefaultConfig() Config {
	return Config{Machines: 5, Exploits: 3, Outside: 10, Window: 10 * time.Minute, Exempt: []string{"management", "wsus", "backup", "scanner", "gateway"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Machines < 3 || c.Exploits < 2 || c.Outside < 5 || c.Window < time.Minute {
		return fmt.Errorf("machines %d, exploits %d, outside %d, window %s: at least 3, 2, 5 and 1m", c.Machines, c.Exploits, c.Outside, c.Window)
	}
	return nil
}

// Detector counts, for each source, the machines on which it does one and the same thing.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "worm",
		Title: event.Text{JA: "自分で広がるプログラム(ワーム)", EN: "A program that spreads by itself (worm)"},
		Means: event.Text{
			JA: "ある端末が、同じプログラムや同じ攻撃を次々に別の機器へ送り込んでいます。感染が自動的に広がっている可能性が高い動きです。",
			EN: "A machine puts the same program or attack on one machine after the other: most likely an infection that spreads by itself."},
		Do: []event.Text{
			{JA: "端末をすぐに切り離してください。", EN: "Isolate the machine at once."},
			{JA: "相手となった機器も切り離し、一覧を保存してください。", EN: "Isolate the machines it reached as well, and save the list."},
			{JA: "専門家に連絡し、445番の通信を部署間で止めることを検討してください。", EN: "Call an expert; consider blocking port 445 between departments."}},
		Sees:       event.Text{JA: "同じ名前のプログラムの書き込み、サービスやタスクの作成、SMBの弱点への攻撃、外部への共有の探索。", EN: "The same program written, services or tasks made, attacks on SMB, and searches for shares outside."},
		Misses:     event.Text{JA: "毎回名前と方法を変えるもの、USBメモリーやメールで広がるもの。", EN: "What changes name and method each time; spread by USB sticks or mail."},
		Techniques: []event.Technique{{UID: "T1210", Name: "Exploitation of Remote Services"}, {UID: "T1570", Name: "Lateral Tool Transfer"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"worm.smb"},
	Reads:      []event.Event{(*event.SMBActivity)(nil), (*event.NetworkActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, sources: detect.NewTable[key, state](20_000, c.Window)}
	},
}
