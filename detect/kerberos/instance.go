package kerberos

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type key struct {
	src  netip.Addr
	what string
}

type realm string

// maxItems bounds the names or services remembered for one source.
const maxItems = 128

type item struct {
	name string
	at   time.Time
}

type state struct {
	items []item
	told  int
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	sources *detect.Table[key, state]
	aes     *detect.Table[realm, bool] // realms whose services were seen to use AES
	old     *detect.Table[habit, time.Time]
	askers  *detect.Table[string, []netip.Addr] // by service: the first machines that were given a ticket in RC4 for it
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.sources.Expire(now)
	n.aes.Expire(now)
	n.old.Expire(now)
	n.askers.Expire(now)
}

func (n *instance) Stats() detect.Stats {
	s, a, o, k := n.sources.Stats(), n.aes.Stats(), n.old.Stats(), n.askers.Stats()
	return detect.Stats{Keys: s.Keys + a.Keys + o.Keys + k.Keys, Evicted: s.Evicted + a.Evicted + o.Evicted + k.Evicted}
}

// Encryption types (IANA; RFC 3961, RFC 4757).
const (
	aes128 = 17
	aes256 = 18
	rc4    = 23
	rc4exp = 24
)

// Observe judges each answer of a KDC, and requests that only offer RC4.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.Authentication)
	if !ok || a.Protocol != "kerberos" || !n.deps.Home(a.Src.IP) {
		return
	}
	switch a.Message {
	case "AS-REQ":
		n.tried(a, emit)
	case "KRB-ERROR":
		n.refused(a, emit)
		n.unsupported(a)
	case "TGS-REP":
		n.ticket(a, emit)
	case "AS-REP":
		n.weakTicket(a, emit)
		n.logon(a, emit)
		if !strings.HasPrefix(strings.ToLower(a.Service), "kadmin/") { // a change of passwords; whatever else is no logon collects, too
			n.ticket(a, emit)
		}
	}
}

// refused counts names that the KDC does not know (6), whose password was wrong (24) or that are locked (18), for whatever service
// they ask. Who shows a ticket has logged on, and asks in the name of others.
func (n *instance) refused(a *event.Authentication, emit detect.Emit) {
	if a.Error != 6 && a.Error != 24 && a.Error != 18 || !person(a) || a.Shown != nil {
		return
	}
	s := n.note(a, "names", strings.ToLower(a.User), n.cfg.Window)
	if count := len(s.items); count >= n.cfg.Names && count >= 4*s.told {
		n.tell(a, s, "cred.kerberos_spray", event.Medium, 80, "", detect.Say("%[1]s が %[3]s に、%[2]d種類の利用者名を次々に試しました。", "%[1]s tried %[2]d different user names at %[3]s.", a.Src.IP, count, a.Dst.IP),
			detect.Because("names", float64(count), float64(n.cfg.Names), "names", detect.Say("%d種類の名前が断られました。", "%d different names were refused.", count)), emit)
	}
}

// tried counts the names for which a machine asks, whatever the answer: names that exist are not refused at first.
func (n *instance) tried(a *event.Authentication, emit detect.Emit) {
	if !person(a) {
		return
	}
	s := n.note(a, "asked", strings.ToLower(a.User), n.cfg.Window)
	if count := len(s.items); count >= askedFactor*n.cfg.Names && count >= 4*s.told {
		n.tell(a, s, "cred.kerberos_spray", event.Medium, 65, "", detect.Say("%[1]s が %[3]s に、%[2]d種類の利用者名でログオンを試みました。", "%[1]s tried to log on to %[3]s under %[2]d different names.", a.Src.IP, count, a.Dst.IP),
			detect.Because("asked", float64(count), float64(askedFactor*n.cfg.Names), "names", detect.Say("%d種類の名前でのログオン要求がありました。", "There were requests to log on under %d names.", count)), emit)
	}
}

// askedFactor: so many times more names than refused ones must be asked for; a terminal server sees a few at nine o'clock.
const askedFactor = 4

// person: an account that a human may have, not a computer's.
func person(a *event.Authentication) bool { return a.User != "" && !strings.HasSuffix(a.User, "$") }

// ticket notices service tickets in RC4 where the realm does AES (DETECTIONS 22).
func (n *instance) ticket(a *event.Authentication, emit detect.Emit) {
	if !a.Success || strings.HasPrefix(strings.ToLower(a.Service), "krbtgt") {
		return
	}
	if a.TicketEType == aes128 || a.TicketEType == aes256 {
		v, _ := n.aes.Touch(realm(a.Domain), a.Time)
		*v = true
		return
	}
	if a.TicketEType != rc4 && a.TicketEType != rc4exp || strings.HasSuffix(a.Service, "$") {
		return
	}
	s := n.note(a, "services", strings.ToLower(a.Service), 2*n.cfg.Window)
	count := len(s.items)
	onlyRC4 := len(a.ETypes) > 0 && !offersAES(a)
	downgraded := onlyRC4 && n.aes.Peek(realm(a.Domain), a.Time) != nil
	rare := n.rareServices(a, s)
	few := rare >= rareEnough && n.aes.Peek(realm(a.Domain), a.Time) != nil
	tool := toolOffer(a) && !n.habit(a, "rc4 first")
	if count < n.cfg.Services && !downgraded && !few && !tool || count < 4*s.told {
		return
	}
	n.collector(a, s)
	severity := event.Medium
	if downgraded || count >= 2*n.cfg.Services || tool && count >= 2 {
		severity = event.High
	}
	n.tell(a, s, "cred.kerberoast", severity, 80, a.Service, detect.Say("%[1]s が、解読されやすい古い暗号(RC4)のチケットを%[2]d件のサービスについて集めました。", "%[1]s collected tickets in the old RC4 for %[2]d services.", a.Src.IP, count),
		detect.Because("rc4_services", float64(count), float64(n.cfg.Services), "services", detect.Say("古い暗号(RC4)のチケットが%d件渡されました。", "Tickets in RC4 were given for %d services.", count)), emit)
}

// toolOffer: RC4 before all others, without the types that only Windows knows (MS-KILE §3.1.5.2: negative numbers, and 24). Windows
// has offered AES first since 2008, and so do MIT and Heimdal; tools that collect tickets ask for what cracks quickest.
func toolOffer(a *event.Authentication) bool {
	return len(a.ETypes) > 0 && a.ETypes[0] == rc4 && !slices.ContainsFunc(a.ETypes, func(t int32) bool { return t < 0 || t == rc4exp })
}

// logon notices tickets given without a password check (DETECTIONS 23) and keys used without AES (30).
func (n *instance) logon(a *event.Authentication, emit detect.Emit) {
	if !a.Success || !person(a) || offersAES(a) || !slices.Contains(a.ETypes, rc4) && !slices.Contains(a.ETypes, rc4exp) {
		return
	}
	if n.gaveIn(a) {
		n.downgraded(a, "refusal", emit)
		return
	}
	behaviour, text := "cred.overpass_hash", detect.Say("%[1]s が利用者 %[3]s として、古い暗号(RC4)だけで%[2]d回ログオンしました。盗んだ鍵が使われた可能性があります。",
		"%[1]s logged on as %[3]s %[2]d times in RC4 only; a stolen key may have been used.", a.Src.IP, 1, detect.Short(a.User))
	if !a.PreAuth {
		behaviour, text = "cred.asrep_roast", detect.Say("%[1]s が利用者 %[3]s の解読用データを、パスワードなしで%[2]d回受け取りました。",
			"%[1]s was given crackable data of %[3]s without a password %[2]d times.", a.Src.IP, 1, detect.Short(a.User))
	}
	s := n.note(a, behaviour, strings.ToLower(a.User), 2*n.cfg.Window)
	severity, confidence := event.Medium, 65
	if a.TicketEType == aes256 || a.TicketEType == aes128 { // the domain does AES, in this very answer
		severity, confidence = event.High, 80
	}
	if n.habit(a, behaviour) { // an old machine that never could do better
		severity, confidence = event.Low, 40
	}
	n.tell(a, s, behaviour, severity, confidence, a.User, text,
		detect.Because("etypes", float64(len(a.ETypes)), 1, "types", detect.Say("端末が申し出た暗号は%d種類で、新しい暗号(AES)がありません。", "The machine offered %d encryption types, AES not among them.", len(a.ETypes))), emit)
}

// note adds a name once and forgets those before the window.
func (n *instance) note(a *event.Authentication, what, name string, window time.Duration) *state {
	s, _ := n.sources.Touch(key{a.Src.IP, what}, a.Time)
	from := a.Time.Add(-window)
	s.items = slices.DeleteFunc(s.items, func(x item) bool { return x.at.Before(from) || x.name == name })
	if len(s.items) < s.told {
		s.told = 0
	}
	if len(s.items) >= maxItems {
		s.items = slices.Delete(s.items, 0, 1)
	}
	s.items = append(s.items, item{name, a.Time})
	return s
}

func (n *instance) tell(a *event.Authentication, s *state, behaviour string, sev event.Severity, confidence int, name string, text event.Text, why event.Reason, emit detect.Emit) {
	if n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: sev, Confidence: confidence, Weight: 0.5,
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: behaviour, Count: max(1, len(s.items)-s.told), First: s.items[0].at,
		Summary: text, Reasons: []event.Reason{why}, Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, strings.TrimSpace(a.Message+" "+name))},
	}
	f.Time = a.Time
	f.Gates = n.gates(a, s, behaviour, why)
	s.told = len(s.items)
	emit(f)
}
