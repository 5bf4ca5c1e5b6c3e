// Package ldaprecon finds a machine that reads the directory for what intruders look for: service accounts, administrators, delegation, everybody.
package ldaprecon

import (
	"fmt"
	"regexp"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 19).
type Config struct {
	Entries int           `yaml:"entries"` // results given to one client within the window that are a copy of the directory; ≥ 200
	Filters int           `yaml:"filters"` // different telling questions within the window that make a survey; ≥ 2
	Window  time.Duration `yaml:"window"`  // ≥ 1m
	Exempt  []string      `yaml:"exempt"`  // roles that read the directory by design
}

// DefaultConfig: 1,000 results (DETECTIONS 19; the page size of Active Directory), 3 kinds of questions, 10 minutes.
func DefaultConfig() Config {
	return Config{Entries: 1000, Filters: 3, Window: 10 * time.Minute, Exempt: []string{"dc", "management", "scanner", "mail", "backup"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Entries < 200 || c.Filters < 2 || c.Window < time.Minute {
		return fmt.Errorf("entries %d, filters %d, window %s: at least 200, 2 and 1m", c.Entries, c.Filters, c.Window)
	}
	return nil
}

// Detector reads search filters (RFC 4515; attributes MS-ADA, bits of userAccountControl MS-ADTS §2.2.16). SharpHound,
// ADFind, PowerView and impacket ask for these by name; everyday software asks for one object at a time.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "ldaprecon",
		Title: event.Text{JA: "ディレクトリの下調べ(LDAP)", EN: "Survey of the directory (LDAP)"},
		Means: event.Text{
			JA: "ある端末が、管理者やサービス用のアカウント、権限の委任などをディレクトリから探し出しています。攻撃の道筋を調べる行為の可能性があります。",
			EN: "A machine searches the directory for administrators, service accounts or delegated rights: perhaps the plan of an attack."},
		Do: []event.Text{
			{JA: "資産管理や点検のソフトでないか確認してください。", EN: "Ask whether it is inventory or audit software."},
			{JA: "心当たりがなければ端末を切り離し、使っていた人に確認してください。", EN: "If nobody knows of it, isolate the machine and ask who used it."}},
		Sees:       event.Text{JA: "暗号化されていないLDAPの検索条件と、渡された件数。", EN: "Filters of unencrypted LDAP and how many results were given."},
		Misses:     event.Text{JA: "LDAPS、署名と暗号化で保護された検索の中身、AD Webサービス(9389番)。", EN: "LDAPS, sealed searches, AD Web Services (port 9389)."},
		Techniques: []event.Technique{{UID: "T1087.002", Name: "Domain Account"}, {UID: "T1069.002", Name: "Domain Groups"}, {UID: "T1482", Name: "Domain Trust Discovery"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseDiscovery,
	},
	Behaviours: []string{"disc.ldap_enum"},
	Reads:      []event.Event{(*event.LDAPActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, clients: detect.NewTable[key, state](20_000, 2*c.Window)}
	},
}

// question is one kind of thing that intruders ask for.
type question struct {
	name   string
	strong bool // nothing in daily work asks so
	text   event.Text
	re     *regexp.Regexp
}

var questions = []question{
	{"spn", true, event.Text{JA: "サービス用のアカウント全部", EN: "all service accounts"}, regexp.MustCompile(`(?i)\(serviceprincipalname=\*(/\*)?\)`)},
	{"admin_count", true, event.Text{JA: "管理者のアカウント全部", EN: "all administrators"}, regexp.MustCompile(`(?i)\(admincount(>?=0*1|=\*)\)`)},
	{"delegation", true, event.Text{JA: "権限を委任された機器", EN: "delegated rights"}, regexp.MustCompile(`(?i)\(msds-(allowedtodelegateto|allowedtoactonbehalfofotheridentity)=`)},
	{"bits", true, event.Text{JA: "弱い設定のアカウント", EN: "accounts with weak settings"}, regexp.MustCompile(`(?i)useraccountcontrol:1\.2\.840\.113556\.1\.4\.80[34]:=\(?0*(524288|4194304|16777216|65536|32|128|2097152)\b`)},
	{"laps", true, event.Text{JA: "管理者パスワードの保管場所", EN: "stored administrator passwords"}, regexp.MustCompile(`(?i)ms-mcs-admpwd(expirationtime)?=\*|mslaps-(encrypted)?password=\*|\(msds-managedpassword`)},
	{"admins", false, event.Text{JA: "管理者のグループ", EN: "administrator groups"}, regexp.MustCompile(`(?i)=(domain admins|enterprise admins|schema admins|administrators|account operators|backup operators|dnsadmins)\)|cn=(domain|enterprise|schema) admins,`)},
	{"trusts", false, event.Text{JA: "他のドメインとの信頼関係", EN: "trusts of the domain"}, regexp.MustCompile(`(?i)objectclass=trusteddomain\)|\(objectcategory=trusteddomain`)},
	{"users", false, event.Text{JA: "利用者全員", EN: "all users"}, regexp.MustCompile(`(?i)^\(?\(?(samaccounttype=805306368|objectclass=user|objectcategory=person|objectcategory=user|&\(objectcategory=person\)\(objectclass=user\)|&\(objectclass=user\)\(objectcategory=person\)|&\(samaccounttype=805306368\))\)*$`)},
	{"computers", false, event.Text{JA: "機器全部", EN: "all computers"}, regexp.MustCompile(`(?i)^\(?\(?(samaccounttype=805306369|objectclass=computer|objectcategory=computer)\)*$`)},
	{"groups", false, event.Text{JA: "グループ全部", EN: "all groups"}, regexp.MustCompile(`(?i)^\(?(objectclass=group|objectcategory=group|\|\(samaccounttype=268435456\)\(samaccounttype=268435457\).*)\)*$`)},
	{"policies", false, event.Text{JA: "ポリシー全部", EN: "all policies"}, regexp.MustCompile(`(?i)^\(?(objectclass=grouppolicycontainer|objectcategory=grouppolicycontainer|&\(objectcategory=grouppolicycontainer\)\(flags=\*\))\)*$`)},
	{"certificates", false, event.Text{JA: "証明書の発行条件", EN: "certificate templates"}, regexp.MustCompile(`(?i)objectclass=(pkicertificatetemplate|pkienrollmentservice)\)`)},
}
