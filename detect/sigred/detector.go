// Package sigred finds oversized DNS signature answers that take over Windows DNS servers (CVE-2020-1350).
package sigred

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config is the number of this detector.
type Config struct {
	Bytes int `yaml:"bytes"` // of one answer of type SIG over TCP; ≥ 1,024
}

// DefaultConfig: 16 KiB. The overflow needs an answer that swells beyond 64 KiB when its names are spread out; the record
// type SIG (24) has been out of use since RFC 3755, and honest ones have a few hundred bytes (DETECTIONS 26).
func DefaultConfig() Config { return Config{Bytes: 16 << 10} }

// Detector watches answers of type SIG (RFC 2535 §4.1) over TCP.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "sigred",
		Title: event.Text{JA: "DNSサーバーの乗っ取り攻撃(SIGRed)", EN: "Attack on a Windows DNS server (SIGRed)"},
		Means: event.Text{
			JA: "Windowsの名前解決サーバーの弱点を突く、巨大な返答が届きました。成功するとサーバーを支配されます。",
			EN: "A huge answer arrived that attacks a weakness of Windows DNS servers. Success gives control of the server."},
		Do: []event.Text{
			{JA: "返答を受け取ったサーバーの更新状況(2020年7月以降)を確認してください。", EN: "Check that the server has the updates of July 2020 and later."},
			{JA: "サーバーを切り離すかどうか、専門家と相談してください。", EN: "Ask an expert whether to isolate the server."},
			{JA: "問い合わせのきっかけになった端末を調べてください。", EN: "Find the machine that caused the query."}},
		Sees:       event.Text{JA: "古い署名レコード(SIG)の大きな返答。", EN: "Large answers with the old signature record SIG."},
		Misses:     event.Text{JA: "暗号化されたDNS。", EN: "Encrypted DNS."},
		Techniques: []event.Technique{{UID: "T1210", Name: "Exploitation of Remote Services"}},
		Threat:     event.Exploit,
		Phase:      event.PhaseEntry,
	},
	Behaviours: []string{"ex.sigred"},
	Reads:      []event.Event{(*event.DNSActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, seen: detect.NewTable[netip.Addr, int](10_000, time.Hour)}
	},
	Samples: samples,
}

type instance struct {
	cfg  Config
	deps detect.Deps
	seen *detect.Table[netip.Addr, int]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.seen.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.seen.Stats() }

// Observe judges each answer by its type and size.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	d, ok := e.(*event.DNSActivity)
	if !ok || d.Activity != event.DNSResponse || d.Proto != event.ProtoTCP || d.Type != "SIG" && d.Type != "TYPE24" || d.Bytes < n.cfg.Bytes {
		return
	}
	device, peer, ok := n.deps.Actor(&d.Conn)
	if !ok {
		return
	}
	count, _ := n.seen.Touch(d.Src.IP, d.Time)
	*count++
	f := event.Finding{
		Behaviour: "ex.sigred", Severity: event.Critical, Confidence: 85, SingleShot: true,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: detect.Short(d.Query),
		Summary: detect.Say("%s が、攻撃に使われる巨大な返答(%dバイト)を %s から受け取りました。", "%s received a huge answer (%d bytes) from %s, as attacks use it.", d.Src.IP, d.Bytes, d.Dst.IP),
		Reasons: []event.Reason{detect.Because("bytes", float64(d.Bytes), float64(n.cfg.Bytes), "B",
			detect.Say("使われなくなった種類の返答が%dバイトあり、%d回目です。", "An answer of a type out of use had %d bytes; it is number %d.", d.Bytes, *count))},
		Evidence: []event.Evidence{detect.Seen(d.Time, &d.Conn, d.Query)},
	}
	f.Time = d.Time
	emit(f)
}
