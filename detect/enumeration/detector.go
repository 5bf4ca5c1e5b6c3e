// Package enumeration finds a machine that asks servers who is there: accounts, groups, sessions, shares, services.
package enumeration

import (
	"regexp"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 16–18).
type Config struct {
	Machines int      `yaml:"machines"` // servers asked the same within 5 minutes that make it medium; ≥ 2
	Exempt   []string `yaml:"exempt"`   // roles that ask as part of their work
}

// DefaultConfig: 5 servers in 5 minutes (DETECTIONS 16, 17; BloodHound and PowerView ask all of them).
func DefaultConfig() Config {
	return Config{Machines: 5, Exempt: []string{"management", "scanner", "backup", "dc"}}
}

// Detector watches MS-SAMR, MS-LSAD, MS-SRVS, MS-WKST, MS-SCMR and MS-RRP questions. One question is a weak
// hint, since Windows asks some of them by itself; the same question to many machines is not.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "enumeration",
		Title: event.Text{JA: "利用者・共有・サービスの下調べ", EN: "Enumeration of users, shares and services"},
		Means: event.Text{
			JA: "ある端末が、サーバーや他の端末の利用者、共有フォルダー、サービスを調べています。侵入後の下調べの可能性があります。",
			EN: "A machine asks servers and others for their users, shares and services: perhaps a survey after an intrusion."},
		Do: []event.Text{
			{JA: "資産管理や点検のソフトでないか確認してください。", EN: "Ask whether it is inventory or maintenance software."},
			{JA: "同じ端末に他の警告がないか確認してください。", EN: "Check whether the same machine has other warnings."}},
		Sees:       event.Text{JA: "利用者やグループの一覧、ログオン中の人、共有、サービス、RPCの窓口を問い合わせる命令。", EN: "Calls that list users and groups, sessions, shares, services and end points."},
		Misses:     event.Text{JA: "LDAPによる問い合わせ(別の検知)、SMB3で暗号化された命令。", EN: "Questions by LDAP, which another detector sees; calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1087.002", Name: "Domain Account"}, {UID: "T1069.002", Name: "Domain Groups"}, {UID: "T1135", Name: "Network Share Discovery"}, {UID: "T1033", Name: "System Owner/User Discovery"}, {UID: "T1007", Name: "System Service Discovery"}, {UID: "T1046", Name: "Network Service Discovery"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseDiscovery,
	},
	Behaviours: []string{"disc.samr_enum", "disc.session_enum", "disc.share_enum", "disc.svc_enum", "disc.user_enum", "disc.local_admin", "disc.rpc_enum"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return detect.NewCallWatch(d, c.Exempt, rules(c)...)
	},
	Samples: samples,
}

// privileged are the groups that intruders look for, in English and Japanese Windows.
var privileged = regexp.MustCompile(`(?i)\b(domain admins|enterprise admins|schema admins|administrators|account operators|backup operators|krbtgt)\b`)

func rules(c Config) (out []detect.CallRule) {
	one := func(behaviour, iface, ja, en string, ops ...string) detect.CallRule {
		return detect.CallRule{Interface: iface, Operations: ops, Behaviour: behaviour, Severity: event.Low, Confidence: 45, Weight: 0.1, Detail: detect.Arg("names", "domain", "server"),
			Did: event.Text{JA: "%[1]s が %[2]s の" + ja + "を%[3]d回調べました(%[4]s)。", EN: "%[1]s asked %[2]s for its " + en + " %[3]d times (%[4]s)."}}
	}
	accounts := one("disc.samr_enum", "samr", "利用者とグループ", "users and groups", "SamrEnumerateUsersInDomain", "SamrEnumerateGroupsInDomain",
		"SamrQueryDisplayInformation", "SamrQueryDisplayInformation2", "SamrQueryDisplayInformation3", "SamrGetMembersInGroup")
	admins := one("disc.samr_enum", "samr", "管理者グループ", "administrator groups", "SamrLookupNamesInDomain")
	admins.Severity, admins.Confidence, admins.Weight = event.Medium, 65, 0.3
	admins.When = func(s *event.SMBActivity) bool { return privileged.MatchString(s.RPC.Args["names"]) }
	local := one("disc.local_admin", "samr", "管理者の一覧", "local administrators", "SamrGetMembersInAlias")
	sessions := one("disc.session_enum", "srvsvc", "接続中の利用者", "sessions", "NetrSessionEnum")
	logons := one("disc.session_enum", "wkssvc", "ログオン中の利用者", "logged-on users", "NetrWkstaUserEnum")
	shares := one("disc.share_enum", "srvsvc", "共有フォルダー", "shares", "NetrShareEnum")
	services := one("disc.svc_enum", "svcctl", "サービス", "services", "EnumServicesStatusW", "EnumServicesStatusA", "EnumServicesStatusExW", "EnumServicesStatusExA",
		"QueryServiceStatus", "QueryServiceStatusEx", "QueryServiceConfigW", "QueryServiceConfigA")
	users := one("disc.user_enum", "winreg", "ログオン中の利用者", "logged-on users", "OpenUsers")
	users.Severity, users.Confidence, users.Weight = event.Medium, 60, 0.3
	// Clients ask the end point mapper for one interface (ept_map); the whole list is what rpcdump and scanners ask for.
	mapped := one("disc.rpc_enum", "epmapper", "遠隔操作の窓口(RPC)", "RPC end points", "ept_lookup")
	mapped.Detail = nil
	often := mapped // one list takes several calls; old mail programs make one
	often.Least, often.Severity, often.Confidence, often.Weight = 3, event.Medium, 60, 0.2
	ids := one("disc.rpc_enum", "mgmt", "遠隔操作の窓口(RPC)", "RPC interfaces", "inq_if_ids")
	ids.Detail = nil
	out = []detect.CallRule{accounts, admins, local, sessions, logons, shares, services, users, mapped, often, ids}
	for _, r := range []detect.CallRule{accounts, local, sessions, logons, shares, services, mapped, ids} {
		r.Servers, r.Least, r.Window = c.Machines, c.Machines, 5*time.Minute
		r.Severity, r.Confidence, r.Weight = event.Medium, 80, 0.5
		out = append(out, r)
	}
	return out
}
