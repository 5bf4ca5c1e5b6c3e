package asset

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Sources of a binding, in the order in which they are believed for a host name.
const (
	fromCSV      = "csv"
	fromPerson   = "person"
	fromRADIUS   = "radius"
	fromLDAP     = "ldap"
	fromSNMP     = "snmp"
	fromDHCP     = "dhcp"
	fromKerberos = "kerberos"
	fromNTLM     = "ntlm"
	fromNBNS     = "nbns"
	fromMDNS     = "mdns"
	fromLLMNR    = "llmnr"
	fromARP      = "arp"
	fromEthernet = "ethernet"
)

var believed = []string{fromPerson, fromCSV, fromRADIUS, fromDHCP, fromKerberos, fromNTLM, fromNBNS, fromMDNS, fromLLMNR, fromLDAP, fromSNMP, fromARP, fromEthernet}

// Bounds of one machine.
const (
	maxBindings = 48
	maxRoles    = 12
	current     = 24 * time.Hour // a binding that was not confirmed for so long is past
)

// machine is what is known of one device. Its bindings are the truth; the rest is derived from them.
type machine struct {
	uid      string
	mac      event.MAC
	bindings []event.Binding
	usages   []usage              // who used it, oldest first
	standing map[string]*standing // roles learnt
	row      *row                 // the line of the CSV, where one fits
	first    time.Time
	last     time.Time
}

// bind notes that field had value at t according to source. Values of the same
// source may follow each other; each keeps its own first and last.
func (m *machine) bind(field, value, source string, t time.Time) {
	if value == "" {
		return
	}
	m.touch(t)
	for i := range m.bindings {
		b := &m.bindings[i]
		if b.Field == field && b.Source == source && strings.EqualFold(b.Value, value) {
			confirm(b, t)
			return
		}
	}
	if len(m.bindings) >= maxBindings {
		m.dropOldest()
	}
	m.bindings = append(m.bindings, event.Binding{Field: field, Value: value, Source: source, First: t, Last: t})
}

// bindIP is bind for an address, as nearly every flow has one that is bound already.
func (m *machine) bindIP(ip netip.Addr, source string, t time.Time) {
	var buf [64]byte
	text := ip.AppendTo(buf[:0])
	for i := range m.bindings {
		if b := &m.bindings[i]; b.Value == string(text) && b.Field == "ip" && b.Source == source {
			m.touch(t)
			confirm(b, t)
			return
		}
	}
	m.bind("ip", string(text), source, t)
}

func confirm(b *event.Binding, t time.Time) {
	if t.After(b.Last) {
		b.Last = t
	}
	if t.Before(b.First) {
		b.First = t
	}
}

func (m *machine) touch(t time.Time) {
	if m.first.IsZero() || t.Before(m.first) {
		m.first = t
	}
	if t.After(m.last) {
		m.last = t
	}
}

func (m *machine) dropOldest() {
	oldest := 0
	for i, b := range m.bindings {
		if m.bindings[oldest].Source == fromPerson || b.Source != fromPerson && b.Last.Before(m.bindings[oldest].Last) {
			oldest = i
		}
	}
	m.bindings = slices.Delete(m.bindings, oldest, oldest+1)
}

// best is the binding of a field that holds at t: from the most believed
// source that was confirmed lately, else the latest of all.
func (m *machine) best(field string, at time.Time) (best event.Binding, ok bool) {
	rank := len(believed) + 1
	for _, b := range m.bindings {
		if b.Field != field || b.First.After(at) && ok {
			continue
		}
		r := slices.Index(believed, b.Source)
		if at.Sub(b.Last) > current {
			r += len(believed) // past
		}
		if !ok || r < rank || r == rank && b.Last.After(best.Last) {
			best, rank, ok = b, r, true
		}
	}
	return best, ok
}

// latest is the newest binding of a field at t, whatever the source.
func (m *machine) latest(field string, at time.Time) (best event.Binding, ok bool) {
	for _, b := range m.bindings {
		if b.Field == field && (!ok || b.Last.After(best.Last)) && (!b.First.After(at) || !ok) {
			best, ok = b, true
		}
	}
	return best, ok
}

// addresses are those confirmed within the last day before t.
func (m *machine) addresses(at time.Time) (ips []netip.Addr) {
	for _, b := range m.bindings {
		if b.Field != "ip" || at.Sub(b.Last) > current || b.First.After(at) {
			continue
		}
		if ip, err := netip.ParseAddr(b.Value); err == nil && !slices.Contains(ips, ip) {
			ips = append(ips, ip)
		}
	}
	slices.SortFunc(ips, netip.Addr.Compare)
	return ips
}

// sourceName is what people call a source.
func sourceName(s string) string {
	switch s {
	case fromCSV:
		return "端末台帳"
	case fromPerson:
		return "担当者"
	case fromKerberos:
		return "Kerberos"
	case fromEthernet:
		return "通信"
	}
	return strings.ToUpper(s)
}

// conflicts are host names that two sources lately disagree on.
func (m *machine) conflicts(at time.Time) (out []event.Text) {
	var seen []event.Binding
	for _, b := range m.bindings {
		if b.Field != "hostname" || at.Sub(b.Last) > current && b.Source != fromCSV {
			continue
		}
		for _, o := range seen {
			if o.Source != b.Source && !sameHost(o.Value, b.Value) {
				out = append(out, event.Text{
					JA: "端末名が一致しません: " + o.Value + "（" + sourceName(o.Source) + "）と " + b.Value + "（" + sourceName(b.Source) + "）",
					EN: "host names differ: " + o.Value + " (" + o.Source + ") and " + b.Value + " (" + b.Source + ")"})
			}
		}
		seen = append(seen, b)
	}
	return out
}

// device is the machine as known at t; ip is the address of the case.
func (v *Inventory) device(m *machine, ip netip.Addr, at time.Time) event.Device {
	d := event.Device{UID: m.uid, IP: ip, MAC: m.mac, IPs: m.addresses(at), Bindings: slices.Clone(m.bindings), FirstSeen: m.first, LastSeen: m.last}
	d.RoleFacts, d.Roles = v.facts(m)
	if b, ok := m.best("hostname", at); ok {
		d.Hostname = b.Value
	}
	if b, ok := m.latest("port", at); ok {
		d.Port = b.Value
	}
	u, others := m.userAt(at)
	d.User = u.user
	d.Conflicts = append(append(m.conflicts(at), m.portConflicts(at)...), v.nameTwins(m, d.Hostname, at)...)
	if len(others) > 0 {
		d.Conflicts = append(d.Conflicts, event.Text{JA: "利用者が複数です: " + u.user + "、" + strings.Join(others, "、"),
			EN: "several users: " + u.user + ", " + strings.Join(others, ", ")})
	}
	if !d.IP.IsValid() {
		if b, ok := m.latest("ip", at); ok {
			d.IP, _ = netip.ParseAddr(b.Value)
		}
	}
	if d.IP.IsValid() {
		d.Zone = v.zones.of(d.IP)
		v.doubt(&d, m, d.IP, at)
		if d.Confidence == sureTwice {
			d.Conflicts = append(d.Conflicts, d.Unsure)
		}
	}
	if m.row != nil {
		m.row.fill(&d)
	}
	return d
}
