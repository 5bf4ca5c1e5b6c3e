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
	tries   []denied
	told    int
	guessed int // tries of one name when that was told last
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
	n.guess(a, s, emit)
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

// guess counts how often one name is refused by one directory; what other services refuse is counted with their sessions.
func (n *instance) guess(a *event.Authentication, s *sprayer, emit detect.Emit) {
	if a.Dst.Port != 389 && a.Dst.Port != 3268 { // 636 is encrypted
		return
	}
	user, host, tries := strings.ToLower(a.User), a.Dst.IP.String(), 0
	first := a.Time
	for _, t := range s.tries {
		if t.user == user && t.host == host {
			if tries++; tries == 1 {
				first = t.at
			}
		}
	}
	if tries < s.guessed {
		s.guessed = 0
	}
	if tries < n.cfg.Refused || s.guessed > 0 && tries < 4*s.guessed {
		return
	}
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	s.guessed = tries
	f := event.Finding{
		Behaviour: "bf.ldap", Severity: event.Medium, Confidence: 75, Weight: 0.5,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: host, Count: tries, First: first,
		Summary:  detect.Say("%s が、利用者「%s」として %s のディレクトリーに%d回続けてログオンを断られました。", "%s was refused by the directory on %[3]s %[4]d times in a row as “%[2]s”.", a.Src.IP, detect.Short(a.User), host, tries),
		Reasons:  []event.Reason{detect.Because("refused", float64(tries), float64(n.cfg.Refused), "logons", detect.Say("同じ利用者名が%d回断られました。", "The same name was refused %d times.", tries))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, a.Message)},
	}
	f.Time = a.Time
	f.Gates = []event.Gate{
		detect.AtMost("window", a.Time.Sub(first).Seconds(), n.cfg.Window.Seconds(), "s", "window", event.Text{JA: "数えた時間", EN: "Time within which they are counted"}),
		detect.AtLeast("refused", float64(tries), float64(n.cfg.Refused), "logons", "refused", event.Text{JA: "同じ名前が断られた回数", EN: "How often one name was refused"})}
	emit(f)
}
