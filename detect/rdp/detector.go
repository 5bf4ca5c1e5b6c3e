// Package rdp finds unusual remote desktop sessions: from outside, between clients, and from one machine to many.
package rdp

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 36).
type Config struct {
	Machines int      `yaml:"machines"` // different machines one reaches within an hour; ≥ 2
	Exempt   []string `yaml:"exempt"`   // roles that do this as their work
}

// DefaultConfig: 3 machines an hour.
func DefaultConfig() Config { return Config{Machines: 3, Exempt: []string{"management", "gateway"}} }

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Machines < 2 {
		return fmt.Errorf("machines %d: write 2 or more", c.Machines)
	}
	return nil
}

// Detector watches sessions to TCP 3389, and those whose first bytes are remote desktop, in which both sides speak (MS-RDPBCGR).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "rdp",
		Title: event.Text{JA: "リモートデスクトップでの移動", EN: "Movement by remote desktop"},
		Means: event.Text{
			JA: "リモートデスクトップで、ふだんと違う接続がありました。侵入者が端末から端末へ移るときにも使われます。",
			EN: "An unusual remote desktop session was seen. Intruders move from machine to machine this way."},
		Do: []event.Text{
			{JA: "管理担当者の作業でないか確認してください。", EN: "Ask whether it was an administrator's work."},
			{JA: "外部から届くリモートデスクトップは、すぐに閉じてください。", EN: "Close remote desktop that is reachable from outside at once."}},
		Sees:       event.Text{JA: "3389番での接続、または内容からリモートデスクトップと分かる接続と、その相手の数。", EN: "Sessions on port 3389, or known as remote desktop by their content, and how many machines they reach."},
		Misses:     event.Text{JA: "中継サーバー経由の接続。", EN: "Sessions through gateways."},
		Techniques: []event.Technique{{UID: "T1021.001", Name: "Remote Desktop Protocol"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"lm.rdp"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, sources: detect.NewTable[netip.Addr, state](20_000, time.Hour)}
	},
	Samples: samples,
}

type state struct {
	peers []netip.Addr
	first time.Time
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	sources *detect.Table[netip.Addr, state]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.sources.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.sources.Stats() }

const port = 3389

// Observe counts sessions that carried something.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Proto != event.ProtoTCP || a.Dst.Port != port && a.App != "rdp" || a.Orig.Payload < 2000 || a.Resp.Payload < 2000 || !n.deps.Home(a.Dst.IP) {
		return
	}
	s, isNew := n.sources.Touch(a.Src.IP, a.Time)
	if isNew {
		s.first = a.Time
	}
	if slices.Contains(s.peers, a.Dst.IP) || len(s.peers) >= 64 {
		return
	}
	s.peers = append(s.peers, a.Dst.IP)
	n.tell(a, s, emit)
}

func (n *instance) tell(a *event.NetworkActivity, s *state, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	count := len(s.peers)
	f := event.Finding{
		Behaviour: "lm.rdp", Severity: event.Low, Confidence: 40, Weight: 0.1,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: a.Dst.IP.String(), First: s.first,
		Summary: detect.Say("%s が %s にリモートデスクトップで接続しました(この1時間で%d台目)。", "%s opened a remote desktop on %s (1 hour: %d machines).", a.Src.IP, a.Dst.IP, count),
		Reasons: []event.Reason{detect.Because("machines", float64(count), float64(n.cfg.Machines), "machines",
			detect.Say("1時間に%d台に接続しました。", "1 hour: %d machines were reached.", count))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	switch {
	case !n.deps.Home(a.Src.IP):
		f.Severity, f.Confidence, f.SingleShot = event.High, 75, true
		f.Reasons = append(f.Reasons, detect.Because("outside", 1, 0, "", event.Text{JA: "接続元は外部です。", EN: "It came from outside."}))
	case count >= n.cfg.Machines:
		f.Severity, f.Confidence, f.Weight, f.Subject = event.Medium, 65, 0.4, "fan-out"
	}
	emit(f)
}
