// Package beacon finds programs that call home: regularly, in a way no person or known service does, over HTTP, TLS or raw TCP.
package beacon

import (
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 1, 5 and RAT).
type Config struct {
	Prevalence int           `yaml:"prevalence"` // more inside machines than this talk to it: a service, not a beacon; 1–15
	Medium     float64       `yaml:"medium"`     // points of evidence for a medium finding
	High       float64       `yaml:"high"`       // … and for a high one
	Memory     time.Duration `yaml:"memory"`     // how long a destination is remembered between polls; ≥ 1h
	Services   []string      `yaml:"services"`   // domains of known services that call home by design
	Agents     []string      `yaml:"agents"`     // beginnings of user agents of the operating system's own services
}

// DefaultConfig: at most 3 inside machines; 3 and 4.5 points; five working days
// (an hourly beacon on a PC that is on for nine hours gives 45 polls, DETECTIONS).
func DefaultConfig() Config {
	return Config{Prevalence: 3, Medium: 3, High: 4.5, Memory: 7 * 24 * time.Hour, Services: slices.Clone(detect.Services), Agents: []string{
		"Microsoft", "Windows-Update-Agent", "MICROSOFT_DEVICE_METADATA", "Windows-Media-Player", "WicaAgent", "OfficeClickToRun",
		"Google Update", "SyncML", "GoogleDrive", "Debian APT", "CUPS", "Valve", "Spotify", "Adobe", "trustedinstaller", "TMUFE", "Zoom",
	}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Prevalence < 1 || c.Prevalence > 15 || c.Medium <= 0 || c.High < c.Medium || c.Memory < time.Hour {
		return fmt.Errorf("prevalence %d (1–15), medium %.1f (> 0), high %.1f (≥ medium), memory %s (≥ 1h)", c.Prevalence, c.Medium, c.High, c.Memory)
	}
	return nil
}

// Detector weighs regularity, judged on the endpoint's own active hours, together with what the messages look like.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "beacon",
		Title: event.Text{JA: "外部の指令サーバーとの定期通信の疑い", EN: "Suspected beacon to a command server"},
		Means: event.Text{
			JA: "端末の中のプログラムが、人の操作ではない形で外部の同じ相手に繰り返し連絡しています。遠隔操作ウイルスの特徴です。",
			EN: "A program on the machine keeps calling the same outside destination in a way that no person does. Remote-control malware behaves like this."},
		Do: []event.Text{
			{JA: "端末を切り離してください。電源は切らないでください。", EN: "Isolate the machine. Do not switch it off."},
			{JA: "相手先に心当たりがあるか(業務システム、導入したばかりのソフト)を利用者に確認してください。", EN: "Ask the user whether the destination is known: a business system, newly installed software."},
			{JA: "同じ相手と通信した端末が他にないか調べてください。", EN: "Check whether other machines talk to it too."}},
		Sees:   event.Text{JA: "HTTP・TLS・独自のTCPによる繰り返しの連絡。短い観測(数分)でも内容から、長い周期でも端末の稼働時間から判断します。", EN: "Repeated calls over HTTP, TLS and raw TCP; in minutes by content, over days by the endpoint's own active hours."},
		Misses: event.Text{JA: "有名なクラウドサービスを経由する連絡、1日に1回以下の連絡、プロキシの向こう側の相手先。", EN: "Calls through well-known cloud services, less than daily calls, destinations behind a proxy."},
		Techniques: []event.Technique{{UID: "T1071.001", Name: "Application Layer Protocol: Web Protocols"}, {UID: "T1573", Name: "Encrypted Channel"},
			{UID: "T1571", Name: "Non-Standard Port"}},
		Threat: event.MaliciousBehaviour,
		Phase:  event.PhaseC2,
	},
	Behaviours: []string{"c2.http", "c2.tls_beacon", "c2.tls", "c2.tls_rat", "c2.rat_tcp", "c2.quic"},
	Reads:      []event.Event{(*event.DNSActivity)(nil), (*event.HTTPActivity)(nil), (*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New:        func(cfg any, d detect.Deps) detect.Instance { return newInstance(*cfg.(*Config), d) },
	Samples:    samples,
}
