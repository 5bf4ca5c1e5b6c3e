package bruteforce

import (
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// denied is one logon by NTLM or LDAP that was refused, by whatever service.
type denied struct {
	at         time.Time
	user, host string
}

// sprayer is what one machine was lately refused, on all others together.
type sprayer struct {
	tries []denied
	told  int
}

// spray counts names and machines for which logons of one source are refused: few tries each, so that no account is locked.
func (n *instance) spray(a *event.Authentication, emit detect.Emit) {
	if a.Protocol == "kerberos" || !a.Answered || a.Success || a.User == "" || strings.HasSuffix(a.User, "$") {
		return
	}
	s, _ := n.sprayers.Touch(a.Src.IP, a.Time)
	from := a.Time.Add(-n.cfg.Window)
	for len(s.tries) > 0 && (s.tries[0].at.Before(from) || len(s.tries) >= maxTries) {
		s.tries = append(s.tries[:0], s.tries[1:]...)
	}
	s.tries = append(s.tries, denied{a.Time, strings.ToLower(a.User), a.Dst.IP.String()})
	users, hosts := map[string]bool{}, map[string]bool{}
	for _, t := range s.tries {
		users[t.user], hosts[t.host] = true, true
	}
	size := max(len(users), len(hosts))
	if size < s.told {
		s.told = 0
	}
	if size < n.cfg.Users || size < 4*s.told {
		return
	}
	n.tellSpray(a, s, len(users), len(hosts), emit)
	s.told = size
}

func (n *instance) tellSpray(a *event.Authentication, s *sprayer, users, hosts int, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	f := event.Finding{
		Behaviour: "bf.spray", Severity: event.Medium, Confidence: 78, Weight: 0.5,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: "spray", Count: len(s.tries), First: s.tries[0].at,
		Summary: detect.Say("%s が、%d台に%d種類の利用者名で次々にログオンを試み、断られました。", "%s was refused at %d machines under %d names in a row.", a.Src.IP, hosts, users),
		Reasons: []event.Reason{
			detect.Because("users", float64(users), float64(n.cfg.Users), "names", detect.Say("%d種類の利用者名が断られました。", "%d different names were refused.", users)),
			detect.Because("hosts", float64(hosts), float64(n.cfg.Users), "machines", detect.Say("相手は%d台です。", "%d machines were tried.", hosts))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, a.Message)},
	}
	f.Time = a.Time
	f.Gates = []event.Gate{
		detect.AtMost("window", a.Time.Sub(s.tries[0].at).Seconds(), n.cfg.Window.Seconds(), "s", "window", event.Text{JA: "数えた時間", EN: "Time within which they are counted"}),
		detect.AtLeast("users", float64(users), float64(n.cfg.Users), "names", "users", event.Text{JA: "断られた利用者名の数(これか、次の台数で足りる)", EN: "Names refused (this suffices, or the next)"}),
		detect.AtLeast("hosts", float64(hosts), float64(n.cfg.Users), "machines", "users", event.Text{JA: "断った機器の数", EN: "Machines that refused"})}
	emit(f)
}
