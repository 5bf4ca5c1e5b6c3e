// Package adminedge finds administration that is new in three ways at once: this account, from this machine, to that one.
package adminedge

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 38).
type Config struct {
	Settled  time.Duration `yaml:"settled"`  // how long a machine's own users must be known before a stranger is one; ≥ 10m
	Machines int           `yaml:"machines"` // new machines within an hour that make it high; ≥ 2
	Exempt   []string      `yaml:"exempt"`   // roles that administer others
}

// DefaultConfig: 1 hour, 3 machines. A path of logons that switches the credential towards machines never reached before is
// what Hopper (Ho et al., USENIX Security 2021) found to tell lateral movement from administration.
func DefaultConfig() Config {
	return Config{Settled: time.Hour, Machines: 3, Exempt: []string{"management", "backup", "scanner", "dc", "yagura"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Settled < 10*time.Minute || c.Machines < 2 {
		return fmt.Errorf("settled %s, machines %d: at least 10m and 2", c.Settled, c.Machines)
	}
	return nil
}

// Detector follows who logs on where (Kerberos, NTLM) and who reaches administrative shares from where (MS-SMB2 §2.2.9).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "adminedge",
		Title: event.Text{JA: "見慣れない管理者操作の経路", EN: "New path of administration"},
		Means: event.Text{
			JA: "ふだんの利用者とは別のアカウントが、初めての端末から初めての相手へ管理者として入りました。侵入者が広がる道筋の可能性があります。",
			EN: "An account other than the machine's users reached another machine as administrator, for the first time from here to there: perhaps an intruder's path."},
		Do: []event.Text{
			{JA: "管理担当者の作業でないか確認してください。", EN: "Ask whether it was an administrator's work."},
			{JA: "心当たりがなければ端末を切り離し、使われたアカウントを停止してください。", EN: "If nobody knows of it, isolate the machine and disable the account."}},
		Sees:       event.Text{JA: "管理共有への接続と、端末ごとのふだんの利用者。", EN: "Connections to administrative shares, and the usual users of each machine."},
		Misses:     event.Text{JA: "利用者名が暗号化された接続、監視を始める前からの経路。", EN: "Sessions whose user is hidden; paths older than the watch."},
		Techniques: []event.Technique{{UID: "T1021.002", Name: "SMB/Windows Admin Shares"}, {UID: "T1078", Name: "Valid Accounts"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"lm.new_edge"},
	Reads:      []event.Event{(*event.Authentication)(nil), (*event.SMBActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return newInstance(*cfg.(*Config), d)
	},
}
