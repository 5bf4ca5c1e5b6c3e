// Package icmptunnel finds data carried inside pings.
package icmptunnel

import (
	"math"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 8).
type Config struct {
	Echoes int     `yaml:"echoes"` // packets of one conversation; ≥ 10
	Differ float64 `yaml:"differ"` // by how much sizes differ where a ping repeats itself; 0–1
}

// DefaultConfig: 25 echoes; 10 %. An answer repeats its question byte by byte (RFC 792), and a ping keeps its size.
func DefaultConfig() Config { return Config{Echoes: 25, Differ: 0.1} }

// Detector compares the sizes of echo requests and replies.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "icmptunnel",
		Title: event.Text{JA: "pingを悪用した隠れた通信", EN: "Hidden channel in pings (ICMP tunnel)"},
		Means: event.Text{
			JA: "応答確認(ping)の中にデータを隠してやり取りしている疑いがあります。通信制限をすり抜ける手口です。",
			EN: "Data seems to be hidden in pings: a way around traffic restrictions."},
		Do: []event.Text{
			{JA: "端末を切り離してください。", EN: "Isolate the machine."},
			{JA: "外部へのpingを出口で止めることを検討してください。", EN: "Consider stopping pings to the outside at the exit."}},
		Sees:       event.Text{JA: "pingの回数、大きさ、問いと答えの違い。", EN: "Number and size of pings, differences between question and answer."},
		Misses:     event.Text{JA: "大きさのそろった少量のデータ。", EN: "Little data in messages of equal size."},
		Techniques: []event.Technique{{UID: "T1095", Name: "Non-Application Layer Protocol"}, {UID: "T1572", Name: "Protocol Tunneling"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"c2.icmp_tunnel"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, flows: detect.NewTable[key, state](20_000, time.Hour)}
	},
	Samples: samples,
}

type key struct {
	src, dst netip.Addr
	flow     uint64
}

type state struct {
	first float64 // payload of the first packet
	told  bool
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	flows *detect.Table[key, state]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.flows.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.flows.Stats() }

// Observe compares what one side sent with what the other did.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Proto != event.ProtoICMP && a.Proto != event.ProtoICMPv6 {
		return
	}
	s, _ := n.flows.Touch(key{a.Src.IP, a.Dst.IP, a.FlowID}, a.Time)
	if a.Activity == event.FlowOpen {
		s.first = float64(a.Orig.Payload + a.Resp.Payload)
		return
	}
	if s.told || int(a.Orig.Packets) < n.cfg.Echoes || a.Resp.Packets < 10 {
		return
	}
	out, back := float64(a.Orig.Payload)/float64(a.Orig.Packets), float64(a.Resp.Payload)/float64(a.Resp.Packets)
	unlike := math.Abs(out-back) / math.Max(1, math.Max(out, back))
	grown := 0.0
	if s.first > 0 {
		grown = math.Abs(out-s.first) / math.Max(out, s.first)
	}
	if unlike < n.cfg.Differ && grown < n.cfg.Differ {
		return
	}
	s.told = true
	n.tell(a, unlike, grown, out, back, emit)
}

func (n *instance) tell(a *event.NetworkActivity, unlike, grown, out, back float64, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok {
		return
	}
	bytes := a.Orig.Payload + a.Resp.Payload
	f := event.Finding{
		Behaviour: "c2.icmp_tunnel", Severity: event.High, Confidence: 80, Weight: 0.7,
		Device: detect.Device(device), Peers: []event.Endpoint{{IP: peer.IP}}, Subject: a.Dst.IP.String(), First: a.Start,
		Summary: detect.Say("%s と %s の間で、pingの中に隠れたデータ(約%dバイト)がやり取りされています。", "%s and %s exchange data hidden in pings (about %d bytes).", a.Src.IP, a.Dst.IP, bytes),
		Reasons: []event.Reason{
			detect.Because("unlike", unlike, n.cfg.Differ, "ratio", detect.Say("問いは平均%.0fバイト、答えは平均%.0fバイトで、本来同じはずの大きさが%.0f%%違います。", "Questions have %.0f bytes on average, answers %.0f; what should be equal differs by %.0f%%.", out, back, 100*unlike)),
			detect.Because("changing", grown, n.cfg.Differ, "ratio", detect.Say("大きさは最初から%.0f%%変わりました(%d個)。", "The size changed by %.0f%% since the first of %d.", 100*grown, a.Orig.Packets))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	watcher := n.deps.HasRole(a.Src.IP, a.Time, "management", "scanner")
	f.Gates = []event.Gate{
		detect.AtLeast("echoes", float64(a.Orig.Packets), float64(n.cfg.Echoes), "packets", "echoes", event.Text{JA: "問いの数", EN: "Questions"}),
		detect.AtLeast("answers", float64(a.Resp.Packets), 10, "packets", "", event.Text{JA: "答えの数", EN: "Answers"}),
		detect.AtLeast("unlike", unlike, n.cfg.Differ, "ratio", "differ", event.Text{JA: "問いと答えの大きさの違い(これか、次で足りる)", EN: "By how much questions and answers differ in size (this suffices, or the next)"}),
		detect.AtLeast("changing", grown, n.cfg.Differ, "ratio", "differ", event.Text{JA: "最初の問いからの大きさの変化", EN: "By how much the size changed since the first"}),
		detect.Holds("watcher", !watcher, "", event.Text{JA: "監視・点検を行う機器ではない", EN: "It is no machine that watches or checks others"})}
	if watcher {
		f.Severity, f.Weight = event.Medium, 0.3
	}
	emit(f)
}
