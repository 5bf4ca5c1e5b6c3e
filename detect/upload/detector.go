// Package upload finds machines that send far more to one outside destination than they ever do.
package upload

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 11).
type Config struct {
	Bytes      uint64   `yaml:"bytes"`      // to one destination in an hour; ≥ 1 MB
	Times      float64  `yaml:"times"`      // … and this many times what the machine sends in its busy hours (95th of 100); ≥ 2
	Quiet      uint64   `yaml:"quiet"`      // enough where the destination is new and nobody else's; ≥ 1 MB
	Closed     uint64   `yaml:"closed"`     // enough out of a zone that has no business outside; ≥ 10 kB
	Zones      []string `yaml:"zones"`      // those zones
	Prevalence int      `yaml:"prevalence"` // more machines than this send there: a service; 1–15
	Allow      []string `yaml:"allow"`      // domains to which much is sent by design
	Exempt     []string `yaml:"exempt"`     // roles that send much as their work
}

// DefaultConfig: 100 MB and ten times the machine's own 95th percentile; 15 MB where the destination is new; 1 MB from LGWAN and My-Number zones.
func DefaultConfig() Config {
	return Config{Bytes: 100 << 20, Times: 10, Quiet: 15 << 20, Closed: 1 << 20, Zones: []string{"lgwan", "mynumber"}, Prevalence: 3,
		Allow:  []string{"lg.jp", "go.jp", "microsoft.com", "windows.com", "office.com", "office365.com", "microsoftonline.com", "zoom.us", "webex.com", "googlevideo.com"},
		Exempt: []string{"proxy", "gateway", "mail", "backup", "wsus", "dmz", "yagura"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Bytes < 1<<20 || c.Quiet < 1<<20 || c.Closed < 10_000 || c.Times < 2 || c.Prevalence < 1 || c.Prevalence > 15 {
		return fmt.Errorf("bytes %d and quiet %d (at least 1048576), closed %d (at least 10000), times %.1f (at least 2), prevalence %d (1–15)", c.Bytes, c.Quiet, c.Closed, c.Times, c.Prevalence)
	}
	return nil
}

// Detector compares what leaves to one destination in an hour with the machine's own habit.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "upload",
		Title: event.Text{JA: "外部への大量の送信", EN: "Large upload to the outside"},
		Means: event.Text{
			JA: "端末が、普段よりはるかに多くのデータを外部の一つの相手に送りました。情報の持ち出しの可能性があります。",
			EN: "The machine sent far more data to one outside destination than it ever does: information may have been taken out."},
		Do: []event.Text{
			{JA: "利用者に、何をどこへ送ったか確認してください。", EN: "Ask the user what was sent, and where."},
			{JA: "心当たりがなければ、端末を切り離してください。", EN: "If nobody knows, isolate the machine."},
			{JA: "その端末から見えるファイルのうち、個人情報を含むものを確認してください。", EN: "List the personal data that the machine can reach."}},
		Sees:       event.Text{JA: "端末・相手・1時間ごとの送信量、端末自身の普段の量、相手を使うほかの端末の数、ゾーン。", EN: "Bytes sent by machine, destination and hour; the machine's habit; who else sends there; zones."},
		Misses:     event.Text{JA: "少しずつ長い日数をかけた送信、許可された相手への送信、送られた中身。", EN: "Little by little over days; what goes to allowed destinations; the content."},
		Techniques: []event.Technique{{UID: "T1041", Name: "Exfiltration Over C2 Channel"}, {UID: "T1048", Name: "Exfiltration Over Alternative Protocol"}, {UID: "T1567", Name: "Exfiltration Over Web Service"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseExfiltration,
	},
	Samples:    samples,
	Behaviours: []string{"exfil.upload"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.HTTPActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, allow: detect.NewDomains(c.Allow), hours: detect.NewTable[key, hour](50_000, 2*time.Hour),
			habits: detect.NewTable[netip.Addr, habit](20_000, 14*24*time.Hour), flows: detect.NewTable[uint64, uint64](20_000, 3*time.Hour)}
	},
}

// key is one destination of one machine.
type key struct {
	src, dst netip.Addr
	name     string
}

// hour is what went there in the present hour.
type hour struct {
	begun   time.Time
	out, in uint64
	told    uint64
	level   event.Severity
	first   time.Time // of all contact with it that is remembered
}

type instance struct {
	cfg    Config
	deps   detect.Deps
	allow  *detect.Domains
	hours  *detect.Table[key, hour]
	habits *detect.Table[netip.Addr, habit]
	flows  *detect.Table[uint64, uint64] // what of a flow that goes on was counted
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.hours.Expire(now)
	n.habits.Expire(now)
	n.flows.Expire(now)
}

func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.hours.Stats(), n.habits.Stats(), n.flows.Stats())
}

// least is what a message must carry to be counted at all.
const least = 10_000

// Observe counts what ended conversations, long ones in between, and proxied requests carried out.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if e.Activity != event.FlowOpen && e.ARP == nil && e.Orig.Payload >= least && n.deps.Outbound(&e.Conn) {
			n.flow(e, emit)
		}
	case *event.HTTPActivity:
		if e.RequestLen < least {
			return
		}
		if to, ok := n.deps.Destination(e); ok && to.Proxy {
			n.add(e.Time, &e.Conn, to.IP, to.Host, e.RequestLen, e.ResponseLen, emit)
		}
	}
}

func (n *instance) flow(e *event.NetworkActivity, emit detect.Emit) {
	out := e.Orig.Payload
	if counted := n.flows.Peek(e.FlowID, e.Time); counted != nil {
		out -= min(out, *counted)
	}
	if e.Activity.Ended() {
		n.flows.Drop(e.FlowID)
	} else {
		counted, _ := n.flows.Touch(e.FlowID, e.Time)
		*counted = e.Orig.Payload
	}
	name := n.deps.Facts.NameOf(e.Dst.IP, e.Time)
	if e.TLS != nil && e.TLS.SNI != "" {
		name = e.TLS.SNI
	}
	n.add(e.Time, &e.Conn, e.Dst.IP, name, out, e.Resp.Payload, emit)
}

func (n *instance) add(at time.Time, c *event.Conn, dst netip.Addr, name string, out, in uint64, emit detect.Emit) {
	if out == 0 || n.allow.Of(name) != "" {
		return
	}
	k := key{src: c.Src.IP, dst: dst}
	if name != "" {
		k.dst, k.name = netip.Addr{}, name
	}
	h, isNew := n.hours.Touch(k, at)
	if isNew {
		h.first = at
	}
	if isNew || at.Sub(h.begun) >= time.Hour {
		n.learn(k.src, h.out, at)
		*h = hour{begun: at, first: h.first}
	}
	h.out += out
	h.in += in
	n.judge(at, c, dst, name, h, emit)
}

// learn puts a finished hour into the machine's habit.
func (n *instance) learn(src netip.Addr, out uint64, at time.Time) {
	if out > 0 {
		h, _ := n.habits.Touch(src, at)
		h.add(out)
	}
}

// closed reports whether the machine stands in a zone that has no business outside.
func (n *instance) closed(src netip.Addr) (zone string, ok bool) {
	zone = n.deps.Zone(src)
	return zone, slices.Contains(n.cfg.Zones, zone)
}
