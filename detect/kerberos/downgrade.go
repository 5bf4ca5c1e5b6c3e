package kerberos

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// habit is what one machine does as one user again and again.
type habit struct {
	src        netip.Addr
	user, what string
}

// habitual is after how long something that is done again is how a machine is, not what somebody does to it.
const habitual = 24 * time.Hour

// habit reports that the machine has done this as this user for more than a day.
func (n *instance) habit(a *event.Authentication, what string) bool {
	first, isNew := n.old.Touch(habit{a.Src.IP, strings.ToLower(a.User), what}, a.Time)
	if isNew {
		*first = a.Time
	}
	return a.Time.Sub(*first) > habitual
}

func offersAES(a *event.Authentication) bool {
	return slices.Contains(a.ETypes, aes128) || slices.Contains(a.ETypes, aes256)
}

// commonRC4 is how many machines of a realm must be given RC4 for it to be an old domain.
const commonRC4 = 4

// unsupported notes a KDC that says it cannot do AES (error 14) to a machine that offers it.
func (n *instance) unsupported(a *event.Authentication) {
	if a.Error == 14 && offersAES(a) && strings.HasPrefix(strings.ToLower(a.Service), "krbtgt") {
		at, _ := n.old.Touch(habit{a.Src.IP, strings.ToLower(a.User), "unsupported"}, a.Time)
		*at = a.Time
	}
}

// gaveIn reports that a logon in RC4 follows such a refusal: the machine would have done AES.
func (n *instance) gaveIn(a *event.Authentication) bool {
	at := n.old.Peek(habit{a.Src.IP, strings.ToLower(a.User), "unsupported"}, a.Time)
	return at != nil && a.Time.Sub(*at) <= time.Minute
}

// weakTicket notices a logon whose ticket is in RC4 although the machine offered AES: the controllers of a domain encrypt
// these with their own key, which has been AES since Windows Server 2008 (MS-KILE §3.3.5.6). A controller that was
// tampered with (skeleton key, T1556.001) forgets AES.
func (n *instance) weakTicket(a *event.Authentication, emit detect.Emit) {
	if !a.Success || !strings.HasPrefix(strings.ToLower(a.Service), "krbtgt") {
		return
	}
	if a.TicketEType == aes128 || a.TicketEType == aes256 {
		v, _ := n.aes.Touch(realm(a.Domain), a.Time)
		*v = true
		return
	}
	if (a.TicketEType == rc4 || a.TicketEType == rc4exp) && offersAES(a) {
		n.downgraded(a, "ticket", emit)
	}
}

func (n *instance) downgraded(a *event.Authentication, how string, emit detect.Emit) {
	severity, confidence := event.Medium, 50
	if n.aes.Peek(realm(a.Domain), a.Time) != nil {
		severity, confidence = event.High, 85
	}
	s := n.note(a, "downgrade "+how, strings.ToLower(a.User), 2*n.cfg.Window)
	seen := n.realmSources(a)
	if severity == event.Medium && seen >= commonRC4 || n.habit(a, how) {
		return // the domain is an old one
	}
	n.tell(a, s, "cred.rc4_downgrade", severity, confidence, a.User,
		detect.Say("%[1]s は新しい暗号(AES)を申し出ましたが、%[3]s は古い暗号(RC4)で認証しました(%[2]d回)。", "%[1]s offered AES, yet %[3]s authenticated it in the old RC4 (%[2]d times).", a.Src.IP, len(s.items), a.Dst.IP),
		detect.Because("sources", float64(seen), commonRC4, "machines", detect.Say("この領域で古い暗号になった端末は%d台目です。", "It is machine number %d of this realm with the old encryption.", seen)), emit)
}

// realmSources counts the machines of a realm that were given RC4.
func (n *instance) realmSources(a *event.Authentication) int {
	s, _ := n.sources.Touch(key{what: "realm " + a.Domain}, a.Time)
	from := a.Time.Add(-habitual)
	name := a.Src.IP.String()
	s.items = slices.DeleteFunc(s.items, func(x item) bool { return x.at.Before(from) || x.name == name })
	if len(s.items) < maxItems {
		s.items = append(s.items, item{name, a.Time})
	}
	return len(s.items)
}

// A service that is old gives RC4 to whoever asks; one that few machines ask for is what a collector finds in the directory.
const (
	commonService = 4 // machines that ask for it
	rareEnough    = 3 // services of one machine within the window
)

// rareServices counts the services of s that few other machines were given tickets in RC4 for.
func (n *instance) rareServices(a *event.Authentication, s *state) (rare int) {
	k, _ := n.askers.Touch(a.Domain+" "+strings.ToLower(a.Service), a.Time)
	if len(*k) < commonService && !slices.Contains(*k, a.Src.IP) {
		*k = append(*k, a.Src.IP)
	}
	for _, x := range s.items {
		if who := n.askers.Peek(a.Domain+" "+x.name, a.Time); who != nil && len(*who) < commonService {
			rare++
		}
	}
	return rare
}

// collector takes a machine that collects tickets out of those that ask for its services: it makes none of them common.
func (n *instance) collector(a *event.Authentication, s *state) {
	for _, x := range s.items {
		if who := n.askers.Peek(a.Domain+" "+x.name, a.Time); who != nil {
			*who = slices.DeleteFunc(*who, func(ip netip.Addr) bool { return ip == a.Src.IP })
		}
	}
}
