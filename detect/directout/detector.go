// Package directout finds machines that send mail or files straight to the outside, past the town's own servers.
package directout

import (
	"fmt"
	"net/netip"
	"path"
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
		Title: event.Text{JA: "端末から外部への直接送信(メール・FTP・WebDAV)", EN: "Mail or files sent straight to the outside"},
		Means: event.Text{
			JA: "端末が、庁内のメールサーバーを通さずに外部へ直接メールやファイルを送っています。情報を盗むウイルスがよく使う方法です。",
			EN: "A machine sends mail or files to the outside past the town's own servers, as data-stealing malware does."},
		Do: []event.Text{
			{JA: "端末を切り離してください。", EN: "Isolate the machine."},
			{JA: "利用者が個人のメールソフトやFTPを使っていないか確認してください。", EN: "Ask whether the user runs a mail or FTP program of their own."},
			{JA: "端末に保存されていたパスワードを変更してください。", EN: "Change the passwords that were stored on it."}},
		Sees:       event.Text{JA: "メール(25・465・587番)、FTP、WebDAVでの外部への送信と量。暗号化されていなければ、件名とファイル名も。", EN: "Mail (ports 25, 465, 587), FTP and WebDAV to the outside and how much; subjects and file names where not encrypted."},
		Misses:     event.Text{JA: "Webメールやクラウド保存を使う持ち出し、送られた内容。", EN: "Web mail and cloud storage; the content sent."},
		Techniques: []event.Technique{{UID: "T1048.003", Name: "Exfiltration Over Unencrypted Non-C2 Protocol"}, {UID: "T1071.003", Name: "Mail Protocols"}, {UID: "T1567", Name: "Exfiltration Over Web Service"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseExfiltration,
	},
	Behaviours: []string{"c2.smtp_exfil", "c2.ftp_exfil", "c2.webdav_exfil"},
	Reads:      []event.Event{(*event.DNSActivity)(nil), (*event.EmailActivity)(nil), (*event.FTPActivity)(nil), (*event.HTTPActivity)(nil), (*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, pairs: detect.NewTable[key, state](20_000, 24*time.Hour),
			asked: detect.NewTable[netip.Addr, string](20_000, time.Hour)}
	},
	Samples: samples,
}

type key struct {
	src, dst netip.Addr
	via      channel
}

type channel uint8

const (
	viaMail channel = iota
	viaFTP
	viaDAV
)

type state struct {
	n, told int
	level   event.Severity
	bytes   uint64
	flow    uint64 // of the last message that was counted by itself
	hints   hints
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

func mailPort(p uint16) bool { return p == 25 || p == 465 || p == 587 || p == 2525 }

// Observe adds up what messages, files and ended conversations carried out.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.DNSActivity:
		n.look(e.Time, e.Src.IP, e.Query)
	case *event.EmailActivity:
		n.mail(e, emit)
	case *event.FTPActivity:
		n.command(e, emit)
	case *event.HTTPActivity:
		n.look(e.Time, e.Src.IP, e.Host)
		n.dav(e, emit)
	case *event.NetworkActivity:
		if e.TLS != nil {
			n.look(e.Time, e.Src.IP, e.TLS.SNI)
		}
		n.flow(e, emit)
	}
}

// look remembers that a machine asked how it is seen from outside.
func (n *instance) look(at time.Time, src netip.Addr, name string) {
	if name != "" && detect.AsksOwnAddress(name) {
		where, _ := n.asked.Touch(src, at)
		*where = name
	}
}

// mail takes a message that could be read: at once, and with what it tells.
func (n *instance) mail(m *event.EmailActivity, emit detect.Emit) {
	if m.App != "smtp" || !n.deps.Outbound(&m.Conn) {
		return
	}
	d := n.deps.Assets.Device(m.Src.IP, m.Time)
	s := n.state(m.Time, key{m.Src.IP, m.Dst.IP, viaMail})
	s.n++
	s.bytes += m.Size
	s.flow, s.control = m.FlowID, true
	s.hints.join(mailHints(m, d.Hostname, d.User))
	n.judge(m.Time, &m.Conn, "c2.smtp_exfil", s, emit)
}

// command reads the names of files that are stored.
func (n *instance) command(c *event.FTPActivity, emit detect.Emit) {
	if c.App != "ftp" || c.Command != "STOR" || !n.deps.Outbound(&c.Conn) {
		return
	}
	d := n.deps.Assets.Device(c.Src.IP, c.Time)
	s := n.state(c.Time, key{c.Src.IP, c.Dst.IP, viaFTP})
	s.control = true
	s.hints.take(c.Argument, d.Hostname, d.User)
	if s.hints.telling() { // however little it is, and also where the data goes the other way (active transfer)
		s.n = max(s.n, 1)
		n.judge(c.Time, &c.Conn, "c2.ftp_exfil", s, emit)
	}
}

// dav counts files put into folders outside (RFC 4918).
func (n *instance) dav(h *event.HTTPActivity, emit detect.Emit) {
	if h.Method != "PUT" && h.Method != "MKCOL" && h.Method != "MOVE" && h.Method != "PROPFIND" {
		return
	}
	to, ok := n.deps.Destination(h)
	if !ok || !to.IP.IsValid() {
		return
	}
	s := n.state(h.Time, key{h.Src.IP, to.IP, viaDAV})
	if h.Method != "PUT" {
		s.control = true
		return
	}
	s.control = s.control || strings.Contains(strings.ToLower(h.UserAgent), "webdav") || strings.Contains(h.UserAgent, "rclone")
	if h.RequestLen < n.cfg.Bytes || h.Status >= 400 {
		return
	}
	s.n++
	s.bytes += h.RequestLen
	d := n.deps.Assets.Device(h.Src.IP, h.Time)
	s.hints.take(path.Base(h.URI), d.Hostname, d.User)
	n.judge(h.Time, &h.Conn, "c2.webdav_exfil", s, emit)
}

func (n *instance) flow(a *event.NetworkActivity, emit detect.Emit) {
	if a.Proto != event.ProtoTCP || !a.Activity.Ended() || !n.deps.Outbound(&a.Conn) || a.Resp.Packets == 0 {
		return
	}
	switch {
	case mailPort(a.Dst.Port):
		n.sent(a, key{a.Src.IP, a.Dst.IP, viaMail}, emit)
	case a.Dst.Port == 21:
		s := n.state(a.Start, key{a.Src.IP, a.Dst.IP, viaFTP})
		s.control = a.Orig.Payload > 0 && a.Resp.Payload > 0 || s.control
		n.judge(a.Time, &a.Conn, "c2.ftp_exfil", s, emit)
	case a.App == "" || a.App == "ftp-data":
		k := key{a.Src.IP, a.Dst.IP, viaFTP}
		if n.pairs.Peek(k, a.Time) != nil || a.Dst.Port == 20 || a.Dst.Port > 1023 && a.Orig.Payload > 0 && a.Resp.Payload == 0 {
			n.data(a, k, emit) // the data of a passive transfer: one way, on a high port
		}
	}
}

func (n *instance) state(at time.Time, k key) *state {
	s, isNew := n.pairs.Touch(k, at)
	if isNew {
		s.first = at
	}
	return s
}

func (n *instance) sent(a *event.NetworkActivity, k key, emit detect.Emit) {
	if a.Orig.Payload < n.cfg.Bytes || a.Resp.Payload == 0 {
		return
	}
	s := n.state(a.Start, k)
	if s.flow == a.FlowID && s.flow != 0 { // its message was read
		return
	}
	s.n++
	s.bytes += a.Orig.Payload
	s.control = true
	n.judge(a.Time, &a.Conn, "c2.smtp_exfil", s, emit)
}

func (n *instance) data(a *event.NetworkActivity, k key, emit detect.Emit) {
	if a.Orig.Payload < n.cfg.Bytes || a.Resp.Payload*4 > a.Orig.Payload {
		return
	}
	s := n.state(a.Start, k)
	s.n++
	s.bytes += a.Orig.Payload
	n.judge(a.Time, &a.Conn, "c2.ftp_exfil", s, emit)
}

// askedLately is where the machine asked for its own outside address within the last hour, or "".
func (n *instance) askedLately(src netip.Addr, at time.Time) string {
	if where := n.asked.Peek(src, at); where != nil {
		return *where
	}
	return ""
}
