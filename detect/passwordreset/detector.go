// Package passwordreset finds a machine that sets other people's passwords from afar.
package passwordreset

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config is who may do this.
type Config struct {
	Exempt []string `yaml:"exempt"` // roles whose password resets are ordinary work
}

// DefaultConfig exempts the machines of administrators.
func DefaultConfig() Config { return Config{Exempt: []string{"management", "dc"}} }

// Detector watches MS-SAMR calls that set a password without knowing the old one (§3.1.5.6.4, §3.1.5.10.1). People
// change their own by Kerberos or by SamrUnicodeChangePasswordUser2, which does not count. A computer that joins the
// domain sets the password of its own new account in the same breath (§3.1.5.4.4): that is told as low.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "passwordreset",
		Title: event.Text{JA: "他人のパスワードの遠隔変更", EN: "Passwords of others set from afar"},
		Means: event.Text{
			JA: "ある端末が、管理者の権限で別のアカウントのパスワードを遠隔から書き換えました。乗っ取ったアカウントを使い続けるために行われることがあります。",
			EN: "A machine overwrote the password of another account with administrator rights: intruders do so to keep an account."},
		Do: []event.Text{
			{JA: "管理担当者がパスワードを再設定した作業でないか確認してください。", EN: "Ask whether an administrator reset a password."},
			{JA: "心当たりがなければ端末を切り離し、変更されたアカウントを停止してください。", EN: "If nobody knows of it, isolate the machine and disable the account."}},
		Sees:       event.Text{JA: "アカウントの情報を書き換える命令。", EN: "Calls that overwrite an account's information."},
		Misses:     event.Text{JA: "LDAPやKerberosによる再設定、SMB3で暗号化された命令。", EN: "Resets by LDAP or Kerberos; calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1098", Name: "Account Manipulation"}, {UID: "T1531", Name: "Account Access Removal"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"cred.remote_pwd_reset"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, pairs: detect.NewTable[pair, trace](10_000, time.Hour)}
	},
	Samples: samples,
}

type pair struct{ client, server netip.Addr }

// trace is what one client lately did with the accounts of one server.
type trace struct {
	joining time.Time // it made a computer account, or looked one up
	names   string    // that it looked up last
	n, told int
	first   time.Time
}

// joinWindow is how soon behind the making of its account a joining computer sets the password.
const joinWindow = time.Minute

var sets = []string{"SamrSetInformationUser", "SamrSetInformationUser2", "SamrChangePasswordUser"}

type instance struct {
	cfg   Config
	deps  detect.Deps
	pairs *detect.Table[pair, trace]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.pairs.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.pairs.Stats() }

// Observe follows the account calls of each pair of machines.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	s, ok := e.(*event.SMBActivity)
	if !ok || !detect.IsCall(s) || s.RPC.Interface != "samr" {
		return
	}
	k := pair{s.Src.IP, s.Dst.IP}
	switch op := s.RPC.Operation; {
	case op == "SamrLookupNamesInDomain":
		t, _ := n.pairs.Touch(k, s.Time)
		if t.names = s.RPC.Args["names"]; strings.HasSuffix(t.names, "$") {
			t.joining = s.Time
		}
	case strings.HasPrefix(op, "SamrCreateUser"):
		t, _ := n.pairs.Touch(k, s.Time)
		t.joining = s.Time
	case slices.Contains(sets, op):
		t, isNew := n.pairs.Touch(k, s.Time)
		if isNew || t.n == 0 {
			t.first = s.Time
		}
		if t.n++; t.told == 0 || t.n >= 10*t.told {
			n.tell(s, t, emit)
			t.told = t.n
		}
	}
}

func (n *instance) tell(s *event.SMBActivity, t *trace, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&s.Conn)
	if !ok {
		return
	}
	who := t.names
	if who == "" {
		who = "-"
	}
	f := event.Finding{
		Behaviour: "cred.remote_pwd_reset", Severity: event.High, Confidence: 75, Weight: 0.6,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: s.Dst.IP.String(), Count: t.n - t.told, First: t.first,
		Summary: detect.Say("%s が %s で、アカウントのパスワードなどを%d回書き換えました(%s)。", "%s overwrote passwords or other account data on %s %d times (%s).",
			s.Src.IP, s.Dst.IP, t.n, detect.Short(who)),
		Reasons: []event.Reason{detect.Because("calls", float64(t.n), 1, "calls",
			detect.Say("samr の %[2]s が%[1]d回呼ばれました。", "samr %[2]s was called %[1]d times.", t.n, s.RPC.Operation))},
		Evidence: []event.Evidence{detect.Seen(s.Time, &s.Conn, "samr "+s.RPC.Operation)},
	}
	f.Time = s.Time
	lower := func(name string, text event.Text) {
		f.Severity, f.Weight = event.Low, 0.1
		f.Counter = append(f.Counter, detect.Because(name, 1, 0, "", text))
	}
	switch {
	case !t.joining.IsZero() && s.Time.Sub(t.joining) <= joinWindow:
		lower("joining", event.Text{JA: "直前に端末用のアカウントを扱っており、ドメインへの参加とみられます。", EN: "It dealt with a computer account just before: most likely it joins the domain."})
	case n.deps.HasRole(s.Src.IP, s.Time, n.cfg.Exempt...):
		lower("role", event.Text{JA: "管理作業を行う機器として登録されています。", EN: "It is registered as a machine for administration."})
	}
	if detect.Refused(s) {
		f.Confidence -= 15
		f.Counter = append(f.Counter, detect.RefusedReason())
	}
	emit(f)
}
