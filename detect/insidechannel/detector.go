// Package insidechannel finds remote control that goes from one inside machine to another in a protocol of its own.
package insidechannel

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS, RAT over raw TCP).
type Config struct {
	Points  float64       `yaml:"points"`  // clues that make a finding; ≥ 2
	High    float64       `yaml:"high"`    // clues that make a high one, where data is fetched beside the talk; ≥ points
	Clients int           `yaml:"clients"` // a machine that more others talk to is a server; 1–15
	Idle    time.Duration `yaml:"idle"`    // how long small talk must go on; ≥ 10s
	Exempt  []string      `yaml:"exempt"`  // roles that talk to many in protocols of their own
}

// DefaultConfig: 3.5 points, 5.5 for a high finding; three machines that talk to it; a minute of small talk, as with the outside (beacon).
func DefaultConfig() Config {
	return Config{Points: 3.5, High: 5.5, Clients: 3, Idle: time.Minute, Exempt: []string{"management", "backup", "scanner", "av", "wsus", "dc", "printer"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Points < 2 || c.High < c.Points || c.Clients < 1 || c.Clients > 15 || c.Idle < 10*time.Second {
		return fmt.Errorf("points %g, high %g, clients %d, idle %s: at least 2, at least points, 1 to 15, at least 10s", c.Points, c.High, c.Clients, c.Idle)
	}
	return nil
}

// Detector weighs conversations between two machines of which the called one serves hardly anybody: relays of implants
// (a parent and its children), reverse shells that are encrypted, bind shells.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "insidechannel",
		Title: event.Text{JA: "庁内の端末どうしの、正体の分からない通信", EN: "Unknown channel between inside machines"},
		Means: event.Text{
			JA: "端末どうしが、知られていない方式で小さなやり取りを続けています。侵入した1台を中継して、奥の端末を操作している可能性があります。",
			EN: "Two machines keep a small talk in a protocol that nobody knows. An intruder may steer one machine through another."},
		Do: []event.Text{
			{JA: "2台で動いているソフトに心当たりがあるか、利用者に確認してください。", EN: "Ask the users which program on the two machines this could be."},
			{JA: "心当たりがなければ、2台とも切り離してください。", EN: "If there is none, isolate both."}},
		Sees:       event.Text{JA: "同じ監視点を通る、知られていないTCP通信、業務では使われないポートの暗号化通信と、その続き方。", EN: "Unknown TCP, and TLS on ports that no service uses, that pass the mirror; and how they go on."},
		Misses:     event.Text{JA: "SMBなどの普通の方式に隠れたもの、1つのスイッチの中で完結するもの。", EN: "What hides in SMB and other ordinary protocols, and what stays within one switch."},
		Techniques: []event.Technique{{UID: "T1090.001", Name: "Internal Proxy"}, {UID: "T1095", Name: "Non-Application Layer Protocol"}, {UID: "T1571", Name: "Non-Standard Port"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"c2.inside_channel"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, pairs: detect.NewTable[key, state](20_000, 24*time.Hour), served: detect.NewTable[service, clients](20_000, 14*24*time.Hour)}
	},
}

type key struct {
	src, dst netip.Addr
	port     uint16
}

// service is one port of one machine, and clients are who used it.
type service struct {
	ip   netip.Addr
	port uint16
}

type clients struct {
	ips [16]netip.Addr
	n   int
}

// state is what one pair said on one port.
type state struct {
	talks, failed      int
	last               uint64        // flow that was counted last
	longest            time.Duration // of one conversation; its volume is in the next three
	sent, got, packets uint64
	first              time.Time
	bursts             int // short conversations in which the caller sent much and was told little
	selfSigned         bool
	told               event.Severity
}
