// Package bruteforce finds a machine that guesses passwords: many short logons to one service, or many refused ones.
package bruteforce

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 21).
type Config struct {
	Window   time.Duration `yaml:"window"`   // attempts are counted within this time; ≥ 10s
	Sessions int           `yaml:"sessions"` // short sessions of one size to a logon port; ≥ 5
	Refused  int           `yaml:"refused"`  // logons refused by SMB; ≥ 5
	Users    int           `yaml:"users"`    // different names refused, or different machines that refuse; ≥ 3
	Exempt   []string      `yaml:"exempt"`   // roles that log on often
}

// DefaultConfig: 10 sessions, 20 refusals, 10 names in 5 minutes (DETECTIONS 21; Zeek's detect-bruteforcing 20–30 in 15–30 min).
func DefaultConfig() Config {
	return Config{Window: 5 * time.Minute, Sessions: 10, Refused: 20, Users: 10, Exempt: []string{"scanner", "management"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < 10*time.Second || c.Sessions < 5 || c.Refused < 5 || c.Users < 3 {
		return fmt.Errorf("window %s, sessions %d, refused %d, users %d: at least 10s, 5, 5 and 3", c.Window, c.Sessions, c.Refused, c.Users)
	}
	return nil
}

// Detector counts short sessions on logon ports, whose content it need not read, and refused SMB logons.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "bruteforce",
		Title: event.Text{JA: "パスワードの総当たり", EN: "Password guessing"},
		Means: event.Text{
			JA: "ある端末が、同じサーバーに短いログオンを次々に試みました。パスワードを当てようとしている可能性があります。",
			EN: "A machine tried one short logon after the other at the same server, perhaps guessing passwords."},
		Do: []event.Text{
			{JA: "古いパスワードを使い続けている自動処理がないか確認してください。", EN: "Check for automatic jobs that still use an old password."},
			{JA: "心当たりがなければ、端末を切り離してください。", EN: "If nobody knows of it, isolate the machine."},
			{JA: "狙われたサーバーで、成功したログオンがないか調べてください。", EN: "Look for a logon that succeeded on the server."}},
		Sees:       event.Text{JA: "SSH・FTP・RDPなどへの短い接続の繰り返し、断られたSMB・NTLM・LDAPのログオン。", EN: "Repeated short connections to SSH, FTP, RDP and the like; logons refused by SMB, NTLM or LDAP."},
		Misses:     event.Text{JA: "1時間に数回のゆっくりした試行。Webの画面でのログオン。", EN: "A few tries an hour; logons on web pages."},
		Techniques: []event.Technique{{UID: "T1110", Name: "Brute Force"}, {UID: "T1110.003", Name: "Password Spraying"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"bf.ssh", "bf.ftp", "bf.rdp", "bf.logon", "bf.smb", "bf.ldap", "bf.spray"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.SMBActivity)(nil), (*event.Authentication)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, tries: detect.NewTable[key, state](20_000, c.Window), sprayers: detect.NewTable[netip.Addr, sprayer](20_000, c.Window)}
	},
	Samples: samples,
}

// services are ports on which people log on.
var services = map[uint16]string{21: "bf.ftp", 22: "bf.ssh", 3389: "bf.rdp", 23: "bf.logon", 110: "bf.logon", 143: "bf.logon", 1433: "bf.logon",
	3306: "bf.logon", 5432: "bf.logon", 5900: "bf.logon", 5985: "bf.logon"}

// spoken are protocols that say on any port that people log on there.
var spoken = map[string]string{"ssh": "bf.ssh", "ftp": "bf.ftp", "rdp": "bf.rdp", "telnet": "bf.logon", "tds": "bf.logon", "mysql": "bf.logon", "pgsql": "bf.logon", "rfb": "bf.logon"}
