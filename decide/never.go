package decide

import (
	"fmt"
	"net/netip"
	"path"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// NeverEntry names what may never be cut off; exactly one of the first five is set.
type NeverEntry struct {
	IP     string `yaml:"ip,omitempty"`   // 10.1.0.53 or 2001:db8::53
	CIDR   string `yaml:"cidr,omitempty"` // 10.9.0.0/24
	MAC    string `yaml:"mac,omitempty"`  // 00:11:22:33:44:55
	Host   string `yaml:"host,omitempty"` // host name, * and ? allowed; case and domain do not matter
	Role   string `yaml:"role,omitempty"` // role in the asset list
	Reason string `yaml:"reason"`         // said to whoever is refused

	Owner   string    `yaml:"owner,omitempty" json:",omitempty"`  // who answers for it: a section or a person
	Expires time.Time `yaml:"expires,omitempty" json:",omitzero"` // it protects until then; none = always

	By    string    `yaml:"-" json:",omitempty"` // who added it while Yagura ran
	Added time.Time `yaml:"-" json:",omitzero"`  // and when
}

// Over reports whether the entry protects nothing any more.
func (n NeverEntry) Over(now time.Time) bool { return over(n.Expires, now) }

func over(expires, now time.Time) bool { return !expires.IsZero() && !now.Before(expires) }

// same reports whether two entries name the same thing, whatever is said of it.
func (n NeverEntry) same(x NeverEntry) bool {
	return n.IP == x.IP && n.CIDR == x.CIDR && n.MAC == x.MAC && n.Host == x.Host && n.Role == x.Role
}

// builtin are the roles that are protected whatever the policy says (ROWS N4).
var builtin = []struct {
	role   string
	reason event.Text
}{
	{"dns", event.Text{JA: "名前解決(DNS)のサーバーです", EN: "it is a name server (DNS)"}},
	{"dc", event.Text{JA: "ドメインコントローラーです", EN: "it is a domain controller"}},
	{"dhcp", event.Text{JA: "アドレス配布(DHCP)のサーバーです", EN: "it is an address server (DHCP)"}},
	{"gateway", event.Text{JA: "ネットワークの出入口(ゲートウェイ)です", EN: "it is a gateway"}},
	{"lgwan", event.Text{JA: "LGWANの接続装置です", EN: "it connects to LGWAN"}},
	{"router", event.Text{JA: "ルーターです", EN: "it is a router"}},
	{"proxy", event.Text{JA: "プロキシです", EN: "it is a proxy"}},
	{"kikan", event.Text{JA: "基幹系のサーバーです", EN: "it is a core business system (基幹)"}},
	{"bousai", event.Text{JA: "防災の設備です", EN: "it serves disaster prevention (防災)"}},
	{"medical", event.Text{JA: "医療の設備です", EN: "it is medical equipment"}},
	{"yagura", event.Text{JA: "Yagura自身です", EN: "it is Yagura itself"}},
}

// roleNames lets the asset list say a role in Japanese.
var roleNames = map[string]string{"基幹": "kikan", "防災": "bousai", "医療": "medical", "ルーター": "router", "プロキシ": "proxy",
	"サーバー": "server", "ファイルサーバー": "file"}

func roleKey(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if en, ok := roleNames[s]; ok {
		return en
	}
	return s
}

// ProtectedRole is a role that is never cut off, whatever the policy says.
type ProtectedRole struct {
	Role   string     `json:"role"`
	Reason event.Text `json:"reason"`
}

// ProtectedRoles are the roles of machines that are never cut off.
func ProtectedRoles() []ProtectedRole {
	var out []ProtectedRole
	for _, b := range builtin {
		out = append(out, ProtectedRole{b.role, b.reason})
	}
	return out
}

// NeverList answers whether something is protected. It is immutable; the zero value protects nothing.
type NeverList struct {
	nets  []guarded[netip.Prefix]
	macs  map[event.MAC]ground
	hosts []guarded[string]
	roles map[string]ground
	now   func() time.Time // nil = time.Now
}

// ground says why something is protected, and how long; zero = always.
type ground struct {
	why     event.Text
	expires time.Time
}

// longest is the one of two grounds that protects longer: a shorter word never ends a longer one.
func longest(a, b ground) ground {
	if a.why != (event.Text{}) && (a.expires.IsZero() || !b.expires.IsZero() && a.expires.After(b.expires)) {
		return a
	}
	return b
}

type guarded[T any] struct {
	what T
	ground
}

// clock is the time by which entries end.
func (n *NeverList) clock() time.Time {
	if n.now == nil {
		return time.Now()
	}
	return n.now()
}

// newNever reads the list; self are Yagura's own addresses.
func newNever(entries []NeverEntry, self []netip.Addr) (*NeverList, []error) {
	n := &NeverList{macs: map[event.MAC]ground{}, roles: map[string]ground{}}
	for _, b := range builtin {
		n.roles[b.role] = ground{why: b.reason}
	}
	for _, a := range self {
		n.nets = append(n.nets, guarded[netip.Prefix]{cidr.Single(a), ground{why: event.Text{JA: "Yagura自身のアドレスです", EN: "it is an address of Yagura itself"}}})
	}
	r := reader{}
	for i, e := range entries {
		n.add(&r, fmt.Sprintf("never[%d]", i), e)
	}
	return n, r.errs
}

func (n *NeverList) add(r *reader, field string, e NeverEntry) {
	set := 0
	for _, s := range []string{e.IP, e.CIDR, e.MAC, e.Host, e.Role} {
		if s != "" {
			set++
		}
	}
	if set != 1 {
		r.fail(field, "%d of ip, cidr, mac, host and role are given: write exactly one in each entry", set)
		return
	}
	if strings.TrimSpace(e.Reason) == "" {
		r.fail(field+".reason", "is empty: say why it may never be cut off, in the words of your office")
	}
	why := ground{event.Text{JA: e.Reason, EN: e.Reason}, e.Expires}
	switch {
	case e.IP != "":
		a, err := netip.ParseAddr(e.IP)
		if err != nil {
			r.fail(field+".ip", "%q is no address: write it as 10.1.0.53 (a whole range goes under cidr)", e.IP)
			return
		}
		n.nets = append(n.nets, guarded[netip.Prefix]{cidr.Single(a), why})
	case e.CIDR != "":
		p, err := netip.ParsePrefix(e.CIDR)
		if err != nil {
			r.fail(field+".cidr", "%q is no range: write it as 10.9.0.0/24", e.CIDR)
			return
		}
		n.nets = append(n.nets, guarded[netip.Prefix]{p.Masked(), why})
	case e.MAC != "":
		m, err := event.ParseMAC(e.MAC)
		if err != nil {
			r.fail(field+".mac", "%v", err)
			return
		}
		n.macs[m] = longest(n.macs[m], why)
	case e.Host != "":
		n.addHost(r, field, e.Host, why)
	default:
		n.roles[roleKey(e.Role)] = longest(n.roles[roleKey(e.Role)], why)
	}
}

func (n *NeverList) addHost(r *reader, field, pattern string, why ground) {
	pattern = hostKey(pattern)
	if _, err := path.Match(pattern, ""); err != nil {
		r.fail(field+".host", "%q is no host name pattern: use letters, * and ?", pattern)
		return
	}
	n.hosts = append(n.hosts, guarded[string]{pattern, why})
}

func hostKey(s string) string {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), ".")
	return name
}

// Protected reports whether a target touches anything protected, and why.
// Ranges count in both directions: an address within a protected range, and a
// range that covers a protected address.
func (n *NeverList) Protected(nets []netip.Prefix, mac event.MAC, host string, roles []string) (event.Text, bool) {
	now := n.clock()
	for _, p := range nets {
		for _, g := range n.nets {
			if g.what.Overlaps(cidr.Unmapped(p)) && !over(g.expires, now) {
				return g.why, true
			}
		}
	}
	if g, ok := n.macs[mac]; ok && !mac.IsZero() && !over(g.expires, now) {
		return g.why, true
	}
	for _, g := range n.hosts {
		if ok, _ := path.Match(g.what, hostKey(host)); ok && host != "" && !over(g.expires, now) {
			return g.why, true
		}
	}
	for _, role := range roles {
		if g, ok := n.roles[roleKey(role)]; ok && !over(g.expires, now) {
			return g.why, true
		}
	}
	return event.Text{}, false
}
