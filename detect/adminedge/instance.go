package adminedge

import (
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

const (
	memory   = 30 * 24 * time.Hour
	maxUsers = 16 // of one machine
	maxFresh = 32 // new machines of one source within an hour
)

// users are who logs on at a machine, and since when.
type users struct {
	since time.Time
	names map[string]time.Time
}

type edge struct {
	user     string
	src, dst netip.Addr
}

// walk is which machines one source newly reached.
type walk struct {
	at []time.Time
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	homes *detect.Table[netip.Addr, users]
	edges *detect.Table[edge, struct{}]
	walks *detect.Table[netip.Addr, walk]
}

func newInstance(c Config, d detect.Deps) *instance {
	return &instance{cfg: c, deps: d, homes: detect.NewTable[netip.Addr, users](20_000, memory),
		edges: detect.NewTable[edge, struct{}](50_000, memory), walks: detect.NewTable[netip.Addr, walk](5_000, time.Hour)}
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.homes.Expire(now)
	n.edges.Expire(now)
	n.walks.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.homes.Stats(), n.edges.Stats(), n.walks.Stats())
}

// Observe learns from logons and judges connections to administrative shares.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.Authentication:
		if e.Success && e.User != "" && n.deps.Home(e.Src.IP) && (e.Message == "AS-REP" || e.Message == "NTLM-AUTH") {
			n.learn(e)
		}
	case *event.SMBActivity:
		if e.Command == "tree_connect" && e.Status == 0 && e.User != "" && detect.AdminShare(e.Share) && n.deps.Home(e.Src.IP) && n.deps.Home(e.Dst.IP) {
			n.connect(e, emit)
		}
	}
}

func (n *instance) learn(a *event.Authentication) {
	who := detect.Account(a.User)
	u, isNew := n.homes.Touch(a.Src.IP, a.Time)
	if isNew {
		*u = users{since: a.Time, names: map[string]time.Time{}}
	}
	first, known := u.names[who]
	switch {
	case a.Message == "AS-REP": // sat down here, with the password: at home from now on
		if known = known && !first.After(a.Time.Add(-n.cfg.Settled)); !known {
			u.put(who, a.Time.Add(-n.cfg.Settled))
		}
	case !known:
		u.put(who, a.Time)
	}
}

func (u *users) put(who string, at time.Time) {
	if _, known := u.names[who]; !known && len(u.names) >= maxUsers {
		oldest := ""
		for name, t := range u.names {
			if oldest == "" || t.Before(u.names[oldest]) || t.Equal(u.names[oldest]) && name < oldest {
				oldest = name
			}
		}
		delete(u.names, oldest)
	}
	u.names[who] = at
}

// stranger reports that the machine has settled users, of whom who is none.
func (n *instance) stranger(who string, ip netip.Addr, now time.Time) (others int, ok bool) {
	u := n.homes.Peek(ip, now)
	if u == nil || now.Sub(u.since) < n.cfg.Settled {
		return 0, false
	}
	for name, first := range u.names {
		if now.Sub(first) < n.cfg.Settled {
			continue
		}
		if name == who {
			return 0, false
		}
		if !strings.HasSuffix(name, "$") {
			others++
		}
	}
	return others, others > 0
}

func (n *instance) connect(s *event.SMBActivity, emit detect.Emit) {
	who := detect.Account(s.User)
	if strings.HasSuffix(who, "$") || s.Src.IP == s.Dst.IP {
		return
	}
	if _, isNew := n.edges.Touch(edge{who, s.Src.IP, s.Dst.IP}, s.Time); !isNew {
		return
	}
	others, ok := n.stranger(who, s.Src.IP, s.Time)
	if !ok || n.deps.HasRole(s.Src.IP, s.Time, n.cfg.Exempt...) {
		return
	}
	w, _ := n.walks.Touch(s.Src.IP, s.Time)
	for len(w.at) > 0 && (len(w.at) >= maxFresh || s.Time.Sub(w.at[0]) > time.Hour) {
		w.at = append(w.at[:0], w.at[1:]...)
	}
	w.at = append(w.at, s.Time)
	n.tell(s, who, others, len(w.at), emit)
}

func (n *instance) tell(s *event.SMBActivity, who string, others, machines int, emit detect.Emit) {
	f := event.Finding{
		Behaviour: "lm.new_edge", Severity: event.Medium, Confidence: 60, Weight: 0.4,
		Device: detect.Device(s.Src), Peers: []event.Endpoint{s.Dst}, Subject: who + " " + s.Dst.IP.String(),
		Summary: detect.Say("%[1]s から %[2]s へ、この端末の利用者ではない %[3]s が初めて管理者として接続しました(この1時間で%[4]d台目)。",
			"From %[1]s, somebody who is no user of that machine (%[3]s) reached %[2]s as administrator for the first time (1 hour: %[4]d machines).", s.Src.IP, s.Dst.IP, detect.Short(who), machines),
		Reasons: []event.Reason{
			detect.Because("strange", float64(others), 1, "users", detect.Say("この端末のふだんの利用者は%d人で、その中にいません。", "The machine has %d usual users; this is none of them.", others)),
			detect.Because("new_machines", float64(machines), float64(n.cfg.Machines), "machines", detect.Say("初めての相手が1時間に%d台ありました。", "1 hour: %d machines were reached for the first time.", machines))},
		Evidence: []event.Evidence{detect.Seen(s.Time, &s.Conn, detect.Short(s.Share))},
	}
	f.Time = s.Time
	if machines >= n.cfg.Machines {
		f.Severity, f.Confidence, f.Weight = event.High, 75, 0.6
	}
	emit(f)
}
