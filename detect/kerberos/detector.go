// Package kerberos finds abuse of Kerberos: names tried one after the other, tickets collected for cracking, stolen keys.
package kerberos

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 21–23).
type Config struct {
	Window   time.Duration `yaml:"window"`   // ≥ 10s
	Names    int           `yaml:"names"`    // different names refused to one machine; ≥ 3
	Services int           `yaml:"services"` // different services for which RC4 tickets were collected; ≥ 2
	Exempt   []string      `yaml:"exempt"`   // roles that ask for many
}

// DefaultConfig: 5 unknown or refused names, 5 services with RC4 tickets, in 5 and 10 minutes (DETECTIONS 21, 22);
// 3 services that few others ask for are enough where the domain does AES.
func DefaultConfig() Config {
	return Config{Window: 5 * time.Minute, Names: 5, Services: 5, Exempt: []string{"dc", "scanner", "mail", "proxy"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < 10*time.Second || c.Names < 3 || c.Services < 2 {
		return fmt.Errorf("window %s, names %d, services %d: at least 10s, 3 and 2", c.Window, c.Names, c.Services)
	}
	return nil
}

// Detector watches what a machine asks of the KDC (RFC 4120; error codes §7.5.9, encryption types RFC 3961 and 4757).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "kerberos",
		Title: event.Text{JA: "認証(Kerberos)の悪用", EN: "Abuse of Kerberos"},
		Means: event.Text{
			JA: "ある端末が、多くの利用者名を試したり、解読のための認証チケットを集めたりしています。パスワードを破る攻撃の可能性があります。",
			EN: "A machine tries many user names, or collects tickets to crack: an attack on passwords."},
		Do: []event.Text{
			{JA: "端末を切り離し、使っていた人に確認してください。", EN: "Isolate the machine and ask who used it."},
			{JA: "狙われたアカウントのパスワードを長いものに変更してください。", EN: "Change the passwords of the accounts concerned to long ones."}},
		Sees:   event.Text{JA: "断られた利用者名の数、古い暗号(RC4)のチケット要求、事前認証のないログオン、暗号の格下げ。", EN: "Names refused, tickets asked for in the old RC4, logons without pre-authentication, encryption made weaker."},
		Misses: event.Text{JA: "1日に数件だけの試行、新しい暗号(AES)だけを使う収集。", EN: "A few tries a day; collection in AES only."},
		Techniques: []event.Technique{{UID: "T1110.003", Name: "Password Spraying"}, {UID: "T1558.003", Name: "Kerberoasting"}, {UID: "T1558.004", Name: "AS-REP Roasting"},
			{UID: "T1550.002", Name: "Pass the Hash"}, {UID: "T1556.001", Name: "Domain Controller Authentication"}},
		Threat: event.MaliciousBehaviour,
		Phase:  event.PhaseLateral,
	},
	Behaviours: []string{"cred.kerberos_spray", "cred.kerberoast", "cred.asrep_roast", "cred.overpass_hash", "cred.rc4_downgrade"},
	Reads:      []event.Event{(*event.Authentication)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, sources: detect.NewTable[key, state](20_000, 2*c.Window), aes: detect.NewTable[realm, bool](1000, 24*time.Hour),
			old: detect.NewTable[habit, time.Time](20_000, 30*24*time.Hour), askers: detect.NewTable[string, []netip.Addr](5_000, 30*24*time.Hour)}
	},
	Samples: samples,
}
