package stolenlogon

import (
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// place is one machine at which somebody logged on.
type place struct {
	ip netip.Addr
	at time.Time // of the last logon or ticket
}

// person is where one account lately logged on, the newest last.
type person struct{ places []place }

// maxPlaces bounds the machines remembered for one account.
const maxPlaces = 8

// machine is since when others than the one in question logged on at an address.
type machine struct {
	first time.Time
	who   string
	more  bool // others than who
}

type use struct {
	src, dst       netip.Addr
	who, behaviour string
}

type instance struct {
	cfg      Config
	deps     detect.Deps
	people   *detect.Table[string, person]
	machines *detect.Table[netip.Addr, machine]
	told     *detect.Table[use, int]
	since    time.Time // the first logon or ticket that was seen
}

// twice is within what time a request that is seen again under another address is the same one.
const twice = 2 * time.Second

// habit is how long the machines of an account are remembered.
const habit = 14 * 24 * time.Hour

func newInstance(c Config, d detect.Deps) *instance {
	return &instance{cfg: c, deps: d, people: detect.NewTable[string, person](20_000, habit),
		machines: detect.NewTable[netip.Addr, machine](20_000, habit), told: detect.NewTable[use, int](10_000, c.Memory)}
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.people.Expire(now)
	n.machines.Expire(now)
	n.told.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.people.Stats(), n.machines.Stats(), n.told.Stats())
}

// Observe learns from logons, and judges service tickets and administrative shares.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.Authentication:
		if e.Protocol != "kerberos" || !e.Success || e.User == "" || !n.deps.Home(e.Src.IP) {
			return
		}
		if n.since.IsZero() {
			n.since = e.Time
		}
		switch e.Message {
		case "AS-REP":
			n.loggedOn(e)
		case "TGS-REP":
			n.ticket(e, emit)
		}
	case *event.SMBActivity:
		if e.Command == "tree_connect" && e.Status == 0 && detect.AdminShare(e.Share) && strings.Contains(e.User, `\`) && n.deps.Home(e.Src.IP) {
			n.share(e, emit) // the name of a session is known with its domain where it logged on by NTLM
		}
	}
}

// onBehalf is the option with which a service asks in somebody's name (MS-SFU §2.2.3, cname-in-addl-tkt).
const onBehalf = 0x00020000

func (n *instance) loggedOn(a *event.Authentication) {
	who := detect.Account(a.User)
	m, isNew := n.machines.Touch(a.Src.IP, a.Time)
	if isNew {
		*m = machine{first: a.Time, who: who}
	}
	m.more = m.more || m.who != who
	if strings.HasSuffix(who, "$") {
		return
	}
	p, _ := n.people.Touch(who, a.Time)
	p.put(a.Src.IP, a.Time)
}

func (p *person) put(ip netip.Addr, at time.Time) {
	for i := range p.places {
		if p.places[i].ip == ip {
			p.places[i].at = at
			return
		}
	}
	if len(p.places) >= maxPlaces {
		p.places = append(p.places[:0], p.places[1:]...)
	}
	p.places = append(p.places, place{ip, at})
}

// elsewhere is where somebody logged on or worked last, when it was on other machines alone than the one at ip.
func (n *instance) elsewhere(who string, ip netip.Addr, now time.Time) (last place, ok bool) {
	p := n.people.Peek(who, now)
	if p == nil {
		return last, false
	}
	here := n.deps.Assets.Device(ip, now)
	for _, x := range p.places {
		if d := n.deps.Assets.Device(x.ip, now); x.ip == ip || d.UID != "" && d.UID == here.UID {
			return place{}, false
		}
		if x.at.After(last.at) {
			last = x
		}
	}
	return last, last.ip.IsValid()
}

func (n *instance) ticket(a *event.Authentication, emit detect.Emit) {
	who := detect.Account(a.User)
	if strings.HasSuffix(who, "$") || a.Options&onBehalf != 0 {
		return
	}
	origin, ok := n.elsewhere(who, a.Src.IP, a.Time)
	if !ok { // known here, or nowhere: then this is where the account is at home
		p, _ := n.people.Touch(who, a.Time)
		p.put(a.Src.IP, a.Time)
		return
	}
	m := n.machines.Peek(a.Src.IP, a.Time)
	if m == nil || m.who == who && !m.more || m.first.After(origin.at) { // a machine that only changed its address
		return
	}
	if a.Time.Sub(origin.at) > n.cfg.Memory && a.Time.Sub(n.since) < n.cfg.Memory { // a ticket from before the watch began
		return
	}
	if a.Time.Sub(origin.at) < twice { // one request seen before and behind a translator
		p, _ := n.people.Touch(who, a.Time)
		p.put(a.Src.IP, a.Time)
		return
	}
	n.tell(&a.Conn, a.Time, "cred.pass_ticket", who, origin, a.Service, emit)
}

func (n *instance) share(s *event.SMBActivity, emit detect.Emit) {
	who := detect.Account(s.User)
	if who == "" || strings.HasSuffix(who, "$") {
		return
	}
	if origin, ok := n.elsewhere(who, s.Src.IP, s.Time); ok {
		n.tell(&s.Conn, s.Time, "cred.pass_hash", who, origin, s.Share, emit)
	}
}

func (n *instance) tell(c *event.Conn, at time.Time, behaviour, who string, origin place, what string, emit detect.Emit) {
	count, _ := n.told.Touch(use{c.Src.IP, c.Dst.IP, who, behaviour}, at)
	if *count++; *count > 1 && *count%10 != 0 || n.deps.HasRole(c.Src.IP, at, n.cfg.Exempt...) {
		return
	}
	ago := at.Sub(origin.at).Minutes()
	f := event.Finding{
		Behaviour: behaviour, Severity: event.Medium, Confidence: 60, Weight: 0.4,
		Device: detect.Device(c.Src), Peers: []event.Endpoint{{IP: c.Dst.IP}, {IP: origin.ip}}, Subject: who + " " + c.Dst.IP.String(),
		Summary: detect.Say("%[2]s で %.0[3]f分前にログオンした %[4]s の認証情報が、%[1]s から使われました(%[5]s)。", "The logon of %[4]s, made at %[2]s %.0[3]f minutes ago, was used from %[1]s (%[5]s).",
			c.Src.IP, origin.ip, ago, detect.Short(who), detect.Short(what)),
		Reasons: []event.Reason{detect.Because("elsewhere", ago, n.cfg.Memory.Minutes(), "min",
			detect.Say("%s がこの端末でログオンした記録はなく、%s でのログオンから%.0f分です。", "%s has not logged on at this machine; the logon at %s was %.0f minutes before.", detect.Short(who), origin.ip, ago))},
		Evidence: []event.Evidence{detect.Seen(at, c, detect.Short(what))},
	}
	f.Time = at
	f.Gates = []event.Gate{
		detect.Holds("not_here", true, "", event.Text{JA: "この端末でのログオンは記録にない", EN: "The person was not seen to log on at this machine"}),
		detect.Holds("elsewhere", true, "", detect.Say("別の端末 %s でログオンしている", "The person logged on at another machine, %s", origin.ip)),
		detect.AtMost("ago", ago, n.cfg.Memory.Minutes(), "min", "memory", event.Text{JA: "よそでのログオンからの時間", EN: "Time since the logon elsewhere"}),
		detect.AtLeast("not_twice", ago*60, twice.Seconds(), "s", "", event.Text{JA: "アドレス変換の前後で2度見えたものではない", EN: "It is not one request seen before and behind a translator"})}
	emit(f)
}
