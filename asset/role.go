package asset

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// standing is what one learnt role of a machine rests on.
type standing struct {
	source      string
	clients     map[netip.Addr]bool // who used it, at most maxClients
	kept        int                 // how many a former run had counted
	days        int                 // different days on which it was seen
	first, last time.Time
}

const maxClients = 64

// infrastructure are the roles that a machine cannot give itself: each use of it is another machine's own act.
// All else that looks like a role (a management host reaches many machines) an intruder does as well.
var infrastructure = []string{"dc", "dns", "dhcp", "gateway", "proxy"}

// learn notes that client used m as role.
func (v *Inventory) learn(m *machine, role, source string, client netip.Addr, t time.Time) {
	s := m.standing[role]
	if s == nil {
		if len(m.standing) >= maxRoles {
			return
		}
		if m.standing == nil {
			m.standing = map[string]*standing{}
		}
		s = &standing{source: source, clients: map[netip.Addr]bool{}, first: t, last: t, days: 1}
		m.standing[role] = s
	}
	if s.first.IsZero() || t.Before(s.first) {
		s.first = t
	}
	if t.After(s.last) {
		if day(t) != day(s.last) {
			s.days++
		}
		s.last = t
	}
	if client.IsValid() && len(s.clients) < maxClients {
		s.clients[client.Unmap()] = true
	}
}

func day(t time.Time) int64 { return (t.Unix() + 9*3600) / 86400 } // of Japan's calendar

func (s *standing) count() int { return max(len(s.clients), s.kept) }

// enough is how many machines must have used a role before it is relied on. In a town two conspiring machines
// are not enough; in a network of a few machines there are no more.
func (v *Inventory) enough(role string) int {
	need := 1
	switch n := len(v.byUID); {
	case n >= 300:
		need = 5
	case n >= 30:
		need = 3
	}
	if role == "proxy" {
		need = max(need, 2)
	}
	return need
}

func (v *Inventory) trusted(role string, s *standing) bool {
	return slices.Contains(infrastructure, role) && s.count() >= v.enough(role)
}

// holds reports whether m has the role in a way that judgement may rely on.
func (v *Inventory) holds(m *machine, role string) bool {
	confirmed, denied := m.confirmed(role)
	if confirmed || denied {
		return confirmed
	}
	s := m.standing[role]
	return s != nil && v.trusted(role, s)
}

// confirmed is what the list of assets or a person says of a role; the later word of a person wins.
func (m *machine) confirmed(role string) (yes, no bool) {
	yes = m.row != nil && slices.Contains(m.row.roles, role)
	var at time.Time
	for _, b := range m.bindings {
		if b.Source == fromPerson && b.Value == role && (b.Field == fieldRole || b.Field == fieldRoleDenied) && !b.Last.Before(at) {
			yes, no, at = b.Field == fieldRole, b.Field == fieldRoleDenied, b.Last
		}
	}
	return yes, no
}

// Fields of what people said of roles.
const (
	fieldRole       = "role"
	fieldRoleDenied = "role_denied"
)

// HasRole reports whether the machine at ip holds one of the roles in a way that judgement may rely on.
func (v *Inventory) HasRole(ip netip.Addr, at time.Time, roles ...string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	m := v.holder(ip.Unmap(), at)
	return m != nil && slices.ContainsFunc(roles, func(r string) bool { return v.holds(m, r) })
}

// Confirm keeps a person's word on one role of a machine: that it has it (yes), or has it not.
func (v *Inventory) Confirm(uid, role string, yes bool, at time.Time) (event.Device, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	m := v.byUID[uid]
	if m == nil {
		return event.Device{}, fmt.Errorf("machine %s: %w", uid, event.ErrNotFound)
	}
	if role = clean(role); role == "" {
		return event.Device{}, fmt.Errorf("a role is one word: dc, dns, proxy, management …")
	}
	field := fieldRoleDenied
	if yes {
		field = fieldRole
	}
	m.bind(field, role, fromPerson, at)
	return v.device(m, netip.Addr{}, at), nil
}

// facts are all roles of m with what they stand on, and those that may be relied on.
func (v *Inventory) facts(m *machine) (facts []event.RoleFact, roles []string) {
	names := map[string]bool{}
	for role, s := range m.standing {
		if s.shown(role) {
			names[role] = true
		}
	}
	if m.row != nil {
		for _, r := range m.row.roles {
			names[r] = true
		}
	}
	for _, b := range m.bindings {
		if b.Source == fromPerson && (b.Field == fieldRole || b.Field == fieldRoleDenied) {
			names[b.Value] = true
		}
	}
	for role := range names {
		f := v.fact(m, role)
		facts = append(facts, f)
		if f.Trusted {
			roles = append(roles, role)
		}
	}
	slices.SortFunc(facts, func(a, b event.RoleFact) int { return cmp.Compare(a.Role, b.Role) })
	slices.Sort(roles)
	return facts, roles
}

func (v *Inventory) fact(m *machine, role string) event.RoleFact {
	f := event.RoleFact{Role: role}
	f.Confirmed, f.Denied = m.confirmed(role)
	f.Trusted = v.holds(m, role)
	if s := m.standing[role]; s != nil {
		f.Source, f.Clients, f.First, f.Last = s.source, s.count(), s.first, s.last
		f.Reason = why(role, s)
	}
	if !f.Confirmed {
		return f
	}
	if m.row != nil && slices.Contains(m.row.roles, role) {
		f.Source = fromCSV
		if f.Reason.JA == "" {
			f.Reason = event.Text{JA: "端末台帳にあります。", EN: "It is in the list of assets."}
		}
	} else if f.Source = fromPerson; f.Reason.JA == "" {
		f.Reason = event.Text{JA: "担当者が登録しました。", EN: "A person registered it."}
	}
	return f
}

// restoreRoles takes up what a former run had counted.
func (m *machine) restoreRoles(list []event.RoleFact) {
	for _, f := range list {
		if f.Clients == 0 || f.Source == fromCSV && f.First.IsZero() {
			continue
		}
		if m.standing == nil {
			m.standing = map[string]*standing{}
		}
		m.standing[f.Role] = &standing{source: f.Source, clients: map[netip.Addr]bool{}, kept: f.Clients, days: steadyDays, first: f.First, last: f.Last}
	}
}
