// Package ircbot finds programs that take their orders from a chat channel (IRC).
package ircbot

import (
	"net/netip"
	"regexp"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config says what is usual.
type Config struct {
	Prevalence int `yaml:"prevalence"` // more machines than this use the same server: the town's own; 1–15
}

// DefaultConfig: at most 3 machines.
func DefaultConfig() Config { return Config{Prevalence: 3} }

// Detector judges log-ons to IRC servers outside (RFC 2812): in a town hall nobody chats there.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "ircbot",
		Title: event.Text{JA: "チャット(IRC)による外部からの指令の疑い", EN: "Suspected orders by chat (IRC)"},
		Means: event.Text{
			JA: "端末が外部のチャット(IRC)に参加しています。役所の業務では使われず、遠隔操作ウイルスが指令を受け取る手口です。",
			EN: "The machine joined an outside chat (IRC). Town halls do not use it; remote-control malware takes its orders there."},
		Do: []event.Text{
			{JA: "端末を切り離してください。", EN: "Isolate the machine."},
			{JA: "利用者が自分でチャットを使っていないか確認してください。", EN: "Ask whether the user chats there."}},
		Sees:       event.Text{JA: "IRCの接続と参加したチャンネル。どのポートでも見えます。", EN: "IRC connections and the channels joined, on any port."},
		Misses:     event.Text{JA: "暗号化されたIRC、ほかのチャットサービス。", EN: "Encrypted IRC; other chat services."},
		Techniques: []event.Technique{{UID: "T1071", Name: "Application Layer Protocol"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"c2.irc"},
	Reads:      []event.Event{(*event.AppActivity)(nil), (*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, pairs: detect.NewTable[key, state](20_000, 24*time.Hour)}
	},
	Samples: samples,
}

type key struct{ src, dst netip.Addr }

type state struct {
	n, told int
	level   event.Severity
	nick    string
	channel string
	first   time.Time
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	pairs *detect.Table[key, state]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.pairs.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.pairs.Stats() }

// Observe takes joins, and conversations that were IRC.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.AppActivity:
		if e.Protocol == "irc" && n.deps.Outbound(&e.Conn) {
			s := n.state(&e.Conn, e.Time)
			s.nick, s.channel = e.Attr("nick"), e.Attr("channel")
			n.judge(e.Time, &e.Conn, s, emit)
		}
	case *event.NetworkActivity:
		if e.App == "irc" && n.deps.Outbound(&e.Conn) && (e.Activity.Ended() || e.Activity == event.FlowTraffic) && e.Resp.Payload > 0 {
			n.judge(e.Time, &e.Conn, n.state(&e.Conn, e.Time), emit)
		}
	}
}

func (n *instance) state(c *event.Conn, at time.Time) *state {
	s, isNew := n.pairs.Touch(key{c.Src.IP, c.Dst.IP}, at)
	if isNew {
		s.first = at
	}
	s.n++
	return s
}

// usual are ports where people chat.
func usual(p uint16) bool { return p >= 6660 && p <= 6669 || p == 6697 || p == 7000 }

// made is a name that no person chooses: digits strewn, brackets with system or country, long numbers.
var made = regexp.MustCompile(`[0-9]{4}|[\[{|].*[0-9]|[A-Za-z][0-9]+[A-Za-z][0-9]`)

func (n *instance) judge(at time.Time, c *event.Conn, s *state, emit detect.Emit) {
	users := n.deps.Facts.Prevalence(c.Dst.IP, at)
	if users > n.cfg.Prevalence {
		return
	}
	level := event.Medium
	var why []event.Reason
	why = append(why, detect.Because("irc", float64(s.n), 1, "times", detect.Say("外部のチャットの通信方式が%d回使われました。", "The protocol of chat was spoken with the outside %d times.", s.n)),
		detect.Because("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", detect.Say("この相手を使う端末は%d台だけです。", "%d machines use this server.", users)))
	if s.channel != "" {
		level = event.High
		why = append(why, detect.Because("channel", 1, 1, "channels", event.Text{JA: "チャンネル「" + detect.Short(s.channel) + "」に入りました。", EN: "It joined the channel “" + detect.Short(s.channel) + "”."}))
	}
	if !usual(c.Dst.Port) {
		level = event.High
		why = append(why, detect.Because("odd_port", float64(c.Dst.Port), 0, "port", detect.Say("チャットでは使われないポート%dです。", "Port %d is not used for chat.", c.Dst.Port)))
	}
	if made.MatchString(s.nick) {
		level = event.High
		why = append(why, detect.Because("nick", 1, 1, "", event.Text{JA: "名乗り「" + detect.Short(s.nick) + "」は機械が作ったものに見えます。", EN: "The name “" + detect.Short(s.nick) + "” looks made by a program."}))
	}
	if s.told > 0 && level <= s.level && s.n < 10*s.told {
		return
	}
	f := event.Finding{
		Behaviour: "c2.irc", Severity: level, Confidence: 70, Weight: 0.6,
		Device: detect.Device(c.Src), Peers: []event.Endpoint{c.Dst}, Subject: detect.At(c.Dst), Count: s.n - s.told, First: s.first,
		Summary: detect.Say("%s が外部のチャット(IRC) %s に%d回つながりました。", "%s joined the outside chat (IRC) at %s, %d times.", c.Src.IP, detect.At(c.Dst), s.n),
		Reasons: why, Evidence: []event.Evidence{detect.Seen(at, c, s.channel)},
	}
	f.Time = at
	s.told, s.level = s.n, max(level, s.level)
	emit(f)
}
