package asset

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// usage is one stretch of time in which one person was seen at a machine.
type usage struct {
	user, source string
	from, last   time.Time
}

// maxUsages is how many changes of user are remembered of one machine.
const maxUsages = 24

// Kerberos and 802.1X speak of who sits there; LDAP and NTLM also of accounts that programs use.
var userRank = map[string]int{fromPerson: 0, fromKerberos: 1, fromRADIUS: 1, fromLDAP: 2, fromNTLM: 3}

// shift is how long a logon is thought to last when nothing else is heard.
const shift = 12 * time.Hour

// use notes that user was seen at m.
func (m *machine) use(user, source string, t time.Time) {
	if user = clean(user); user == "" || strings.HasSuffix(user, "$") || strings.EqualFold(user, "anonymous") {
		return
	}
	m.bind("user", user, source, t)
	m.stretch(user, source, t, t)
}

func (m *machine) stretch(user, source string, from, last time.Time) {
	for i := len(m.usages) - 1; i >= 0; i-- {
		u := &m.usages[i]
		if u.source != source {
			continue
		}
		if strings.EqualFold(u.user, user) && from.Sub(u.last) < shift {
			if last.After(u.last) {
				u.last = last
			}
			return
		}
		break // another person came in between: a new stretch
	}
	if len(m.usages) >= maxUsages {
		m.usages = slices.Delete(m.usages, 0, 1)
	}
	m.usages = append(m.usages, usage{user, source, from, last})
}

// userAt is who used m at that time: of those seen within the shift, the one whose source is most believed
// and who came last; else whoever was seen last.
func (m *machine) userAt(at time.Time) (best usage, others []string) {
	rank := 1 << 20
	for _, u := range m.usages {
		if u.from.After(at) && best.user != "" {
			continue
		}
		r := userRank[u.source]
		switch {
		case u.from.After(at):
			r += 200
		case at.Sub(u.last) > shift:
			r += 100
		case !slices.ContainsFunc(others, func(o string) bool { return strings.EqualFold(o, u.user) }):
			others = append(others, u.user)
		}
		if r < rank || r == rank && (u.from.After(best.from) || u.from.Equal(best.from) && u.last.After(best.last)) {
			best, rank = u, r
		}
	}
	others = slices.DeleteFunc(others, func(o string) bool { return strings.EqualFold(o, best.user) })
	return best, others
}

// restoreUsers builds the stretches from kept bindings: exact where people did not take turns.
func (m *machine) restoreUsers(list []event.Binding) {
	for _, b := range list {
		if b.Field == "user" && b.Source != fromCSV {
			m.usages = append(m.usages, usage{b.Value, b.Source, b.First, b.Last})
		}
	}
	slices.SortStableFunc(m.usages, func(a, b usage) int { return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.user, b.user)) })
	if n := len(m.usages); n > maxUsages {
		m.usages = m.usages[n-maxUsages:]
	}
}

// logon learns users, workstation names and domain controllers from Kerberos, NTLM and LDAP.
func (v *Inventory) logon(e *event.Authentication) {
	switch e.Protocol {
	case "kerberos":
		v.kerberos(e)
	case "ntlm":
		if v.home(e.Src.IP) && e.Workstation != "" && e.User != "" && !v.fronts.known(e.Src.IP) {
			m := v.at(e.Src.IP, e.Time)
			v.call(m, e.Workstation, fromNTLM, e.Time)
			m.use(e.User, fromNTLM, e.Time)
		}
	case "ldap":
		if user := account(e.User); user != "" && e.Success && v.home(e.Src.IP) {
			v.at(e.Src.IP, e.Time).use(user, fromLDAP, e.Time)
		}
	}
}

func (v *Inventory) kerberos(e *event.Authentication) {
	// A ticket is issued by a domain controller, but shown (AP-REQ) to any server.
	issued := (e.Message == "AS-REP" || e.Message == "TGS-REP") && e.Success
	if issued && v.home(e.Dst.IP) {
		v.learn(v.at(e.Dst.IP, e.Time), "dc", fromKerberos, e.Src.IP, e.Time)
	}
	if !v.home(e.Src.IP) {
		return
	}
	if name, ok := strings.CutSuffix(e.User, "$"); ok && name != "" && e.Success {
		m := v.at(e.Src.IP, e.Time)
		m.together(name, e.Time)
		v.call(m, name, fromKerberos, e.Time)
	} else if e.User != "" && issued {
		v.at(e.Src.IP, e.Time).use(e.User, fromKerberos, e.Time)
	}
	for _, a := range e.Addresses {
		if !isAddress(a) {
			v.call(v.at(e.Src.IP, e.Time), a, fromKerberos, e.Time)
		}
	}
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(strings.TrimSpace(s))
	return err == nil
}

// account is the account of a bind: user@realm, DOMAIN\user, or the first part of a distinguished name (RFC 4514).
func account(dn string) string {
	if i := strings.LastIndexByte(dn, '\\'); i >= 0 && !strings.Contains(dn, "=") {
		return dn[i+1:]
	}
	if first, _, ok := strings.Cut(dn, ","); ok {
		if key, value, ok := strings.Cut(first, "="); ok && (strings.EqualFold(key, "cn") || strings.EqualFold(key, "uid")) {
			return value
		}
		return ""
	}
	user, _, _ := strings.Cut(dn, "@")
	return user
}
