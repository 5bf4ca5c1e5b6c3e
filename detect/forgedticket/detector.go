// Package forgedticket finds Kerberos tickets that no controller gave out, and tickets that are shown by another machine than they were given to.
package forgedticket

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 30).
type Config struct {
	Memory  time.Duration `yaml:"memory"`  // how long it is known to whom a ticket was given; ≥ 1h
	Example int           `yaml:"example"` // tickets that the controllers must have given out before a strange one is told; ≥ 1
	Exempt  []string      `yaml:"exempt"`  // roles that carry the tickets of others as their work
}

// DefaultConfig: 7 days, as long as a ticket may be renewed in a domain of Windows (MS-KILE, MaxRenewAge); one example.
func DefaultConfig() Config {
	return Config{Memory: 7 * 24 * time.Hour, Example: 1, Exempt: []string{"dc", "proxy", "gateway"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Memory < time.Hour || c.Example < 1 {
		return fmt.Errorf("memory %s, example %d: at least 1h and 1", c.Memory, c.Example)
	}
	return nil
}

// Detector compares the ticket that a machine shows to get others (RFC 4120 §3.3, PA-TGS-REQ) with those that the
// controllers gave out: a ticket is sealed with the controllers' own key, of one encryption type and version, and its
// sealed part is the same bytes wherever it is shown.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "forgedticket",
		Title: event.Text{JA: "偽造・盗用された認証チケット", EN: "Forged or stolen Kerberos ticket"},
		Means: event.Text{
			JA: "ドメインコントローラーが発行していない形の認証チケット、または別の端末に発行されたチケットが使われました。偽造されていれば、侵入者は誰にでもなりすませます。",
			EN: "A ticket was used that the domain controllers do not give out in this form, or that was given to another machine. Who can forge tickets can be anybody."},
		Do: []event.Text{
			{JA: "端末を切り離し、専門家に相談してください。", EN: "Isolate the machine and call for experts."},
			{JA: "偽造が疑われるときは、krbtgt アカウントのパスワードを2回変更する必要があります。", EN: "Where tickets are forged, the password of krbtgt must be changed twice."}},
		Sees:       event.Text{JA: "チケットの暗号の種類と鍵の版、発行された端末と使った端末の違い。", EN: "The encryption type and key version of tickets; to whom they were given and who showed them."},
		Misses:     event.Text{JA: "正しい鍵の版と新しい暗号(AES)で偽造され、発行の記録を比べられないもの。サービスに直接示される偽造チケット。", EN: "Forgeries in AES with the right key version; tickets forged for one service and shown to it alone."},
		Techniques: []event.Technique{{UID: "T1558.001", Name: "Golden Ticket"}, {UID: "T1550.003", Name: "Pass the Ticket"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"cred.golden_ticket", "cred.stolen_ticket"},
	Reads:      []event.Event{(*event.Authentication)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, given: detect.NewTable[uint64, holder](50_000, c.Memory), keys: detect.NewTable[string, keys](1000, 30*24*time.Hour),
			told: detect.NewTable[use, int](10_000, 24*time.Hour)}
	},
}
