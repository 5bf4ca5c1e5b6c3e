// Package sealedsmb judges encrypted file sharing (SMB 3) by what is still visible: who talks to whom, how much goes which way, and what had been asked for before.
package sealedsmb

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS, "SMB3 encryption hides operation numbers").
type Config struct {
	Upload     uint64        `yaml:"upload"`     // bytes sent to a machine that is no file server; ≥ 4,096
	Prevalence int           `yaml:"prevalence"` // more inside machines than this use it: a server; 1–15
	Window     time.Duration `yaml:"window"`     // a first contact at most so long ago; ≥ 1m
	Exempt     []string      `yaml:"exempt"`     // roles that administer others
}

// DefaultConfig: 30 kB (the programs that PsExec and its kin send have 50 kB and more; an open folder sends a few kB),
// 2 other machines, one hour.
func DefaultConfig() Config {
	return Config{Upload: 30 << 10, Prevalence: 3, Window: time.Hour, Exempt: []string{"management", "backup", "scanner", "dc", "wsus"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Upload < 4096 || c.Prevalence < 1 || c.Prevalence > 15 || c.Window < time.Minute {
		return fmt.Errorf("upload %d, prevalence %d, window %s: at least 4096, 1 to 15, and at least 1m", c.Upload, c.Prevalence, c.Window)
	}
	return nil
}

// Detector watches encrypted sessions (MS-SMB2 §2.2.41) to machines that serve files to nobody else.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "sealedsmb",
		Title: event.Text{JA: "暗号化された端末間のファイル送信", EN: "Encrypted file transfer between machines"},
		Means: event.Text{
			JA: "ふだん共有を提供していない機器に、暗号化された方法でまとまったデータが送り込まれました。中身は見えませんが、遠隔操作の道具が送られるときと似た動きです。",
			EN: "Data was sent, encrypted, to a machine that serves files to nobody. The content is hidden; remote tools are planted this way."},
		Do: []event.Text{
			{JA: "送った側の利用者に、何を送ったか確認してください。", EN: "Ask the user of the sending machine what was sent."},
			{JA: "受け取った機器のWindowsイベントログ(7045、5145、4624)を確認してください。", EN: "Look at the Windows event log of the receiving machine (7045, 5145, 4624)."}},
		Sees:       event.Text{JA: "暗号化されたSMBの相手、送った量、初めての相手かどうか。", EN: "Peers and volumes of encrypted SMB, and whether they are new."},
		Misses:     event.Text{JA: "何が行われたか。ファイルサーバーに対する操作。", EN: "What was done; anything done to file servers."},
		Techniques: []event.Technique{{UID: "T1570", Name: "Lateral Tool Transfer"}, {UID: "T1021.002", Name: "SMB/Windows Admin Shares"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"lm.smb_sealed"},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, sealed: detect.NewTable[uint64, string](20_000, time.Hour), told: detect.NewTable[pair, int](10_000, 24*time.Hour)}
	},
}

type pair struct{ src, dst netip.Addr }

type instance struct {
	cfg    Config
	deps   detect.Deps
	sealed *detect.Table[uint64, string] // by flow: the user, where known
	told   *detect.Table[pair, int]
	since  time.Time // the first event
}

// learning is how long it takes to know which machines serve files; until then a finding is a low one.
const learning = 24 * time.Hour

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.sealed.Expire(now)
	n.told.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	a, b := n.sealed.Stats(), n.told.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

// Observe marks flows that are encrypted, and judges them by their volumes when they end.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	if n.since.IsZero() {
		n.since = e.Head().Time
	}
	switch e := e.(type) {
	case *event.SMBActivity:
		if e.Encrypted && e.FlowID != 0 {
			user, _ := n.sealed.Touch(e.FlowID, e.Time)
			if e.User != "" {
				*user = e.User
			}
		}
	case *event.NetworkActivity:
		if e.Dst.Port == 445 && e.Proto == event.ProtoTCP && e.Activity.Ended() && n.sealed.Peek(e.FlowID, e.Time) != nil {
			n.judge(e, emit)
		}
	}
}

func (n *instance) judge(a *event.NetworkActivity, emit detect.Emit) {
	user := *n.sealed.Peek(a.FlowID, a.Time)
	n.sealed.Drop(a.FlowID)
	clients := n.deps.Facts.Prevalence(a.Dst.IP, a.Time)
	first := n.deps.Facts.FirstContact(a.Src.IP, a.Dst.IP, a.Time)
	if a.Orig.Payload < n.cfg.Upload || !n.deps.Home(a.Src.IP) || !n.deps.Home(a.Dst.IP) || clients > n.cfg.Prevalence ||
		!first.IsZero() && a.Time.Sub(first) > n.cfg.Window || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	count, _ := n.told.Touch(pair{a.Src.IP, a.Dst.IP}, a.Time)
	*count++
	if user == "" {
		user = "-"
	}
	f := event.Finding{
		Behaviour: "lm.smb_sealed", Severity: event.Medium, Confidence: 50, Weight: 0.3,
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: a.Dst.IP.String(), First: a.Start,
		Summary: detect.Say("%s が、ふだん共有を提供していない %s に、暗号化された方法で%dバイトを送りました(利用者 %s)。", "%s sent %[3]d bytes, encrypted, to %[2]s, which serves files to nobody (user %[4]s).",
			a.Src.IP, a.Dst.IP, a.Orig.Payload, detect.Short(user)),
		Reasons: []event.Reason{
			detect.Because("upload", float64(a.Orig.Payload), float64(n.cfg.Upload), "B", detect.Say("送られた量は%dバイトです。", "%d bytes were sent.", a.Orig.Payload)),
			detect.Because("clients", float64(clients), float64(n.cfg.Prevalence), "machines", detect.Say("この相手と話した庁内の機器は%d台だけです。", "Only %d inside machines have talked to it.", clients))},
		Counter:  []event.Reason{detect.Because("sealed", 1, 0, "", event.Text{JA: "中身は暗号化されていて、何が行われたかは分かりません。", EN: "The content is encrypted; what was done is unknown."})},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	if a.Time.Sub(n.since) < learning {
		f.Severity, f.Weight = event.Low, 0.1
		f.Counter = append(f.Counter, detect.Because("learning", a.Time.Sub(n.since).Hours(), learning.Hours(), "h", event.Text{
			JA: "どの機器が共有を提供しているか、まだ学んでいる途中です。", EN: "It is still being learnt which machines serve files."}))
	}
	emit(f)
}
