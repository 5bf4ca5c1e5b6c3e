// Package stolenlogon finds logons that were carried from one machine to another: passed tickets and passed hashes.
package stolenlogon

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 30).
type Config struct {
	Memory time.Duration `yaml:"memory"` // how long it is known where somebody logged on; ≥ 1h
	Exempt []string      `yaml:"exempt"` // roles that act in the name of others
}

// DefaultConfig: 10 hours, the life of a ticket in a domain of Windows (MS-KILE, default MaxTicketAge).
func DefaultConfig() Config {
	return Config{Memory: 10 * time.Hour, Exempt: []string{"dc", "mail", "web", "proxy", "gateway", "management", "backup", "scanner"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Memory < time.Hour {
		return fmt.Errorf("memory %s: write 1h or more", c.Memory)
	}
	return nil
}

// Detector compares where people log on to the domain with where their tickets and hashes are used. Pass the ticket: a
// service ticket is given to somebody at a machine that belongs to another, who was there before, while the logon was
// elsewhere (RFC 4120 §3.3). Pass the hash: somebody who logs on by Kerberos elsewhere reaches an administrative share by
// NTLM alone (MS-NLMP) from a machine where he or she never logged on.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "stolenlogon",
		Title: event.Text{JA: "盗んだ認証情報の使い回し", EN: "Stolen logon used elsewhere"},
		Means: event.Text{
			JA: "ある利用者の認証情報が、その人がログオンしていない端末から使われました。盗んだ認証情報で広がる手口です。",
			EN: "Somebody's logon was used from a machine where that person had not logged on: intruders spread this way."},
		Do: []event.Text{
			{JA: "利用者に、その端末を使ったかどうか確認してください。", EN: "Ask the person whether he or she used that machine."},
			{JA: "使っていなければ端末を切り離し、その人のパスワードを変更してください。", EN: "If not, isolate the machine and change that person's password."}},
		Sees:       event.Text{JA: "誰がどの端末でログオンしたか、チケットと管理共有がどこから使われたか。", EN: "Who logged on where, and from where tickets and administrative shares were used."},
		Misses:     event.Text{JA: "監視を始める前のログオン、監視点を通らないログオン、同じ端末の中で盗んで使う場合。", EN: "Logons before the watch began or beyond the mirror; theft and use on one machine."},
		Techniques: []event.Technique{{UID: "T1550.003", Name: "Pass the Ticket"}, {UID: "T1550.002", Name: "Pass the Hash"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"cred.pass_ticket", "cred.pass_hash"},
	Reads:      []event.Event{(*event.Authentication)(nil), (*event.SMBActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return newInstance(c, d)
	},
}
