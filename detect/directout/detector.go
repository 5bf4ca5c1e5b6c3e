// Package directout finds machines that send mail or files straight to the outside, past the town's own servers.
package directout

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 12).
type Config struct {
	Bytes      uint64   `yaml:"bytes"`      // sent in one conversation; ≥ 100
	Prevalence int      `yaml:"prevalence"` // more machines than this use the same server: it is the town's provider; 1–15
	Exempt     []string `yaml:"exempt"`     // roles that send mail or files
}

// DefaultConfig: 1,000 bytes to a server that at most 2 machines use. Mail of a stealer (Agent Tesla,
// Snake, FormBook) has 1–500 kB; clients of a provider's mail are many.
func DefaultConfig() Config {
	return Config{Bytes: 1000, Prevalence: 2, Exempt: []string{"mail", "dmz", "gateway", "proxy"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Bytes < 100 || c.Prevalence < 1 || c.Prevalence > 15 {
		return fmt.Errorf("bytes %d, prevalence %d: at least 100, and 1 to 15", c.Bytes, c.Prevalence)
	}
	return nil
}

// Detector watches SMTP and FTP from machines that are no servers for it (RFC 5321, RFC 959).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "directout",
		Title: event.Text{JA: "端末から外部への直接送信(メール・FTP)", EN: "Mail or files sent straight to the outside"},
		Means: event.Text{
			JA: "端末が、庁内のメールサーバーを通さずに外部へ直接メールやファイルを送っています。情報を盗むウイルスがよく使う方法です。",
			EN: "A machine sends mail or files to the outside past the town's own servers, as data-stealing malware does."},
		Do: []event.Text{
			{JA: "端末を切り離してください。", EN: "Isolate the machine."},
			{JA: "利用者が個人のメールソフトやFTPを使っていないか確認してください。", EN: "Ask whether the user runs a mail or FTP program of their own."},
			{JA: "端末に保存されていたパスワードを変更してください。", EN: "Change the passwords that were stored on it."}},
		Sees:       event.Text{JA: "25・465・587番と21番での外部への接続と送信量。", EN: "Connections to the outside on ports 25, 465, 587 and 21, and how much was sent."},
		Misses:     event.Text{JA: "Webメールやクラウド保存を使う持ち出し、送られた内容。", EN: "Web mail and cloud storage; the content sent."},
		Techniques: []event.Technique{{UID: "T1048.003", Name: "Exfiltration Over Unencrypted Non-C2 Protocol"}, {UID: "T1071.003", Name: "Mail Protocols"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseExfiltration,
	},
	Behaviours: []string{"c2.smtp_exfil", "c2.ftp_exfil"},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, pairs: detect.NewTable[key, state](20_000, 24*time.Hour),
			asked: detect.NewTable[netip.Addr, string](20_000, time.Hour)}
	},
	Samples: samples,
}

type key struct {
	src, dst netip.Addr
	ftp      bool
}

type state struct {
	n, told int
	bytes   uint64
	control bool // FTP: commands were exchanged
	first   time.Time
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	pairs *detect.Table[key, state]
	asked *detect.Table[netip.Addr, string] // machines that asked for their own outside address, and where
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.pairs.Expire(now)
	n.asked.Expire(now)
}

func (n *instance) Stats() detect.Stats {
	a, b := n.pairs.Stats(), n.asked.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

// addressServices tell a program under which address the outside sees it (T1016): stealers ask before they report.
var addressServices = map[string]bool{"ipify.org": true, "checkip.dyndns.org": true, "checkip.amazonaws.com": true, "icanhazip.com": true,
	"ip-api.com": true, "ifconfig.me": true, "ipinfo.io": true, "ipecho.net": true, "myexternalip.com": true, "wtfismyip.com": true, "whatismyipaddress.com": true,
	"freegeoip.app": true, "reallyfreegeoip.org": true, "ip.anysrc.net": true, "myip.com": true, "ident.me": true, "geoiplookup.io": true}

func mailPort(p uint16) bool { return p == 25 || p == 465 || p == 587 || p == 2525 }

// Observe adds up what ended conversations carried out.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	if d, ok := e.(*event.DNSActivity); ok && asksOwnAddress(d.Query) {
		where, _ := n.asked.Touch(d.Src.IP, d.Time)
		*where = d.Query
		return
	}
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Proto != event.ProtoTCP || !a.Activity.Ended() || !n.deps.Outbound(&a.Conn) || a.Resp.Packets == 0 {
		return
	}
	switch {
	case mailPort(a.Dst.Port):
		n.sent(a, key{a.Src.IP, a.Dst.IP, false}, emit)
	case a.Dst.Port == 21:
		s := n.state(a, key{a.Src.IP, a.Dst.IP, true})
		s.control = a.Orig.Payload > 0 && a.Resp.Payload > 0 || s.control
		n.judge(a, "c2.ftp_exfil", s, emit)
	case a.App == "" || a.App == "ftp-data":
		k := key{a.Src.IP, a.Dst.IP, true}
		if n.pairs.Peek(k, a.Time) != nil || a.Dst.Port == 20 || a.Dst.Port > 1023 && a.Orig.Payload > 0 && a.Resp.Payload == 0 {
			n.data(a, k, emit) // the data of a passive transfer: one way, on a high port
		}
	}
}

func (n *instance) state(a *event.NetworkActivity, k key) *state {
	s, isNew := n.pairs.Touch(k, a.Time)
	if isNew {
		s.first = a.Start
	}
	return s
}

func (n *instance) sent(a *event.NetworkActivity, k key, emit detect.Emit) {
	if a.Orig.Payload < n.cfg.Bytes || a.Resp.Payload == 0 {
		return
	}
	s := n.state(a, k)
	s.n++
	s.bytes += a.Orig.Payload
	s.control = true
	n.judge(a, "c2.smtp_exfil", s, emit)
}

func (n *instance) data(a *event.NetworkActivity, k key, emit detect.Emit) {
	if a.Orig.Payload < n.cfg.Bytes || a.Resp.Payload*4 > a.Orig.Payload {
		return
	}
	s := n.state(a, k)
	s.n++
	s.bytes += a.Orig.Payload
	n.judge(a, "c2.ftp_exfil", s, emit)
}

func (n *instance) judge(a *event.NetworkActivity, behaviour string, s *state, emit detect.Emit) {
	if !s.control || s.n == 0 || s.told > 0 && s.n < 10*s.told {
		return
	}
	users := n.deps.Facts.Prevalence(a.Dst.IP, a.Time)
	if users > n.cfg.Prevalence || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: event.Medium, Confidence: 55, Weight: 0.4,
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: a.Dst.IP.String(), Count: s.n - s.told, First: s.first,
		Summary: detect.Say("%s が外部の %s へ直接、%dバイトを%d回に分けて送りました。", "%s sent %[3]d bytes straight to %[2]s outside, in %[4]d parts.", a.Src.IP, detect.At(a.Dst), s.bytes, s.n),
		Reasons: []event.Reason{
			detect.Because("bytes", float64(s.bytes), float64(n.cfg.Bytes), "B", detect.Say("%dバイトが外部へ送られました。", "%d bytes were sent out.", s.bytes)),
			detect.Because("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", detect.Say("この相手を使う端末は%d台だけです。", "%d machines use this server.", users))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, n.deps.Facts.NameOf(a.Dst.IP, a.Time))},
	}
	f.Time = a.Time
	if where := n.askedLately(a); where != "" {
		f.Severity, f.Confidence, f.Weight = event.High, 75, 0.7
		f.Reasons = append(f.Reasons, detect.Because("own_address", 1, 1, "", event.Text{
			JA: "直前に、自分が外からどう見えるかを調べています(" + where + ")。情報を盗むウイルスに多い動きです。",
			EN: "Just before, it asked how it looks from outside (" + where + "), as data stealers do."}))
	}
	s.told = s.n
	emit(f)
}

func asksOwnAddress(name string) bool {
	_, parent, _ := strings.Cut(name, ".")
	return addressServices[name] || addressServices[parent]
}

// askedLately is where the machine asked for its own outside address within the last hour, or "".
func (n *instance) askedLately(a *event.NetworkActivity) string {
	if where := n.asked.Peek(a.Src.IP, a.Time); where != nil {
		return *where
	}
	return ""
}
