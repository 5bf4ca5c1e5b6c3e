// Package longconn finds conversations with the outside that never end, as remote control keeps them.
package longconn

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 5; steps as in RITA's long connections).
type Config struct {
	Steps      []time.Duration `yaml:"steps"`      // lengths at which a conversation weighs more; rising, ≥ 10m
	Prevalence int             `yaml:"prevalence"` // more machines than this talk to it: a service; 1–15
	Services   []string        `yaml:"services"`   // domains of services that stay connected by design
	Exempt     []string        `yaml:"exempt"`     // roles that stay connected as their work
}

// DefaultConfig: 1, 4, 8 and 12 hours; one machine; push and messenger services.
func DefaultConfig() Config {
	return Config{Steps: []time.Duration{time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour}, Prevalence: 1,
		Services: append(slices.Clone(detect.Services), "line.me", "line-apps.com", "line-scdn.net", "whatsapp.net", "facebook.com", "teamviewer.com", "amazonaws.com"),
		Exempt:   []string{"proxy", "gateway", "mail", "dns", "wsus", "av", "dmz"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if len(c.Steps) == 0 || c.Steps[0] < 10*time.Minute || !slices.IsSorted(c.Steps) || c.Prevalence < 1 || c.Prevalence > 15 {
		return fmt.Errorf("steps %v (rising, at least 10m), prevalence %d (1–15)", c.Steps, c.Prevalence)
	}
	return nil
}

// Detector weighs how long a conversation lasts together with whom it is with and how.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "longconn",
		Title: event.Text{JA: "外部との終わらない接続", EN: "Connection to the outside that does not end"},
		Means: event.Text{
			JA: "端末が、ほかの誰も使わない外部の相手と何時間もつながったままです。遠隔操作では、いつでも指令を受けられるように接続を保ちます。",
			EN: "The machine has been connected for hours to an outside destination that nobody else uses. Remote control keeps such connections, ready for orders."},
		Do: []event.Text{
			{JA: "相手先に心当たりがあるか(遠隔保守、VPN、会議)を利用者に確認してください。", EN: "Ask the user whether the destination is known: remote maintenance, VPN, meetings."},
			{JA: "心当たりがなければ、端末を切り離してください。", EN: "If it is not, isolate the machine."},
			{JA: "業務で必要な接続なら、理由と期限を付けて例外に登録してください。", EN: "If it is needed, register an exception with reason and end."}},
		Sees:       event.Text{JA: "1時間以上続くTCP・UDPの接続と、その相手、量、方式。", EN: "TCP and UDP conversations of an hour and more; with whom, how much, in what protocol."},
		Misses:     event.Text{JA: "つなぎ直しながら続くもの、よく使われるサービスを経由するもの。", EN: "Those that reconnect, and those through common services."},
		Techniques: []event.Technique{{UID: "T1571", Name: "Non-Standard Port"}, {UID: "T1572", Name: "Protocol Tunneling"}, {UID: "T1573", Name: "Encrypted Channel"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Samples:    samples,
	Behaviours: []string{"c2.long_connection"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, services: detect.NewDomains(c.Services), flows: detect.NewTable[key, state](50_000, 36*time.Hour)}
	},
}

type key struct {
	src  netip.Addr
	flow uint64
}

type state struct {
	step int    // how many steps were told
	name string // SNI
	tls  bool
}

type instance struct {
	cfg      Config
	deps     detect.Deps
	services *detect.Domains
	flows    *detect.Table[key, state]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.flows.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.flows.Stats() }

// Observe measures conversations when they are reported in between, and at their end.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Activity == event.FlowOpen || a.ARP != nil || a.Proto != event.ProtoTCP && a.Proto != event.ProtoUDP {
		return
	}
	length := a.End.Sub(a.Start)
	if length < n.cfg.Steps[0] || a.Resp.Payload == 0 || !n.deps.Outbound(&a.Conn) || a.App == "ntp" || a.App == "dns" {
		return
	}
	s, _ := n.flows.Touch(key{a.Src.IP, a.FlowID}, a.Time)
	if a.TLS != nil {
		s.name, s.tls = strings.ToLower(a.TLS.SNI), true
	}
	step := 0
	for step < len(n.cfg.Steps) && length >= n.cfg.Steps[step] {
		step++
	}
	if step > s.step {
		s.step = step
		n.judge(a, s, length, emit)
	}
}

func (n *instance) judge(a *event.NetworkActivity, s *state, length time.Duration, emit detect.Emit) {
	looked := n.deps.Facts.NameOf(a.Dst.IP, a.Time)
	name := s.name
	if name == "" {
		name = looked
	}
	users := n.deps.Facts.Prevalence(a.Dst.IP, a.Time)
	if s.name != "" { // behind one address of a content network stand many names
		users = n.deps.Facts.NamePrevalence(s.name, a.Time)
	} else if name != "" {
		users = max(users, n.deps.Facts.NamePrevalence(name, a.Time))
	}
	if users > n.cfg.Prevalence || n.services.Of(name) != "" || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	c := n.weigh(a, s, looked, name, length)
	if c.Sum < 2 {
		return
	}
	dst := detect.At(a.Dst)
	if name != "" {
		dst = fmt.Sprintf("%s:%d", name, a.Dst.Port)
	}
	f := event.Finding{
		Behaviour: "c2.long_connection", Severity: event.Low, Confidence: min(85, 30+int(9*c.Sum)), Weight: min(0.7, 0.1*c.Sum),
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: dst, First: a.Start,
		Summary:  detect.Say("%s が外部の %s と%.1f時間つながったままです。", "%s has been connected to %s outside for %.1f hours.", a.Src.IP, dst, length.Hours()),
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, name)}, Gates: c.Gates(),
	}
	switch {
	case c.Sum >= 5:
		f.Severity = event.High
	case c.Sum >= 3:
		f.Severity = event.Medium
	}
	f.Time = a.Time
	f.Reasons, f.Counter = c.Reasons()
	f.Gates = append(f.Gates, detect.AtLeast("length", length.Seconds(), n.cfg.Steps[0].Seconds(), "s", "steps", event.Text{JA: "接続は長く続いているか", EN: "Has the connection lasted long?"}),
		detect.AtMost("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", "prevalence", event.Text{JA: "同じ相手を使う端末は少ないか(14日間)", EN: "Do few machines talk to it (14 days)?"}))
	emit(f)
}

func (n *instance) weigh(a *event.NetworkActivity, s *state, looked, name string, length time.Duration) *detect.Clues {
	c := &detect.Clues{}
	long := 1 + 0.7*float64(s.step-1)
	c.Add(true, long, "long", event.Text{JA: "何時間続いたか", EN: "For how many hours?"}, event.Text{JA: "%.1f時間続いています。", EN: "It has lasted %.1f hours."}, length.Hours())
	c.Add(looked == "" && name == "", 1, "no_lookup", event.Text{JA: "名前を調べずにつないだか", EN: "Was there no look-up?"},
		event.Text{JA: "名前を調べずに直接アドレス(%s)につないでいます。", EN: "It connects to the address (%s) without a look-up."}, a.Dst.IP)
	unknown := a.App == "" && !s.tls
	c.Add(unknown, 1, "unknown_protocol", event.Text{JA: "知られていない通信方式か", EN: "Is the protocol unknown?"},
		event.Text{JA: "ポート%dで、知られていない通信方式が使われています。", EN: "An unknown protocol runs on port %d."}, a.Dst.Port)
	c.Add(!web(a.Dst.Port), 0.7, "odd_port", event.Text{JA: "Web以外のポートか", EN: "Is it no port of the web?"}, event.Text{JA: "Webでは使われないポート%dです。", EN: "Port %d is not used for the web."}, a.Dst.Port)
	packets := a.Orig.Packets + a.Resp.Packets
	small := packets >= 30 && (a.Orig.Payload+a.Resp.Payload)/packets < 300
	c.Add(small, 1, "small_talk", event.Text{JA: "小さなやり取りだけか", EN: "Are there only small exchanges?"},
		event.Text{JA: "%d個の小さな通信だけが行き来しています。", EN: "Only small packets go to and fro, %d of them."}, packets)
	c.Add(looked == "" && name != "", 0.5, "hidden_lookup", event.Text{JA: "名前を示したのに、調べた形跡がないか", EN: "Is a name used that nobody looked up?"},
		event.Text{JA: "名前(%s)を示していますが、それを調べた形跡がありません。", EN: "It names %s, which nobody looked up."}, name)
	first := n.deps.Facts.FirstSeen(a.Dst.IP, name, a.Time)
	settled := !a.Midstream && a.Start.Sub(n.deps.Facts.Begun()) >= 24*time.Hour // before that all is new
	c.Add(settled && !first.IsZero() && !first.Before(a.Start.Add(-time.Minute)), 0.5, "new_destination", event.Text{JA: "庁内の誰も知らなかった相手か", EN: "Did nobody inside know the destination?"},
		event.Text{JA: "この接続が始まる%.0f秒より前には、庁内の誰もこの相手と通信していません。", EN: "Nobody inside had talked to it until %.0f s before this connection."}, max(0, a.Start.Sub(first).Seconds()))
	c.Add(a.Orig.Payload > a.Resp.Payload && a.Orig.Payload > 100_000, 0.6, "more_out", event.Text{JA: "送信の方が多いか", EN: "Does more go out than comes in?"},
		event.Text{JA: "送信%dバイトに対し、受信は%dバイトです。", EN: "%d bytes went out, %d came in."}, a.Orig.Payload, a.Resp.Payload)
	on, days := n.deps.Facts.Hours(a.Src.IP, a.Time).Usual(a.Time)
	c.Add(days >= 3 && on == 0 && !detect.Office(a.Time), 1, "unusual_hours", event.Text{JA: "普段は動いていない時間か", EN: "Is the machine usually off at this time?"},
		event.Text{JA: "この端末は、過去%d日のこの時間には動いていませんでした。", EN: "The machine was off at this time on the last %d days."}, days)
	c.Add(a.Resp.Payload > 50<<20, -1.5, "download", event.Text{JA: "受信が多い(動画など)か", EN: "Does much come in, as with video?"},
		event.Text{JA: "受信が%dバイトと多く、動画や配信に見えます。", EN: "%d bytes came in: it looks like video or a download."}, a.Resp.Payload)
	return c
}

func web(p uint16) bool { return p == 443 || p == 80 || p == 8080 || p == 8443 }
